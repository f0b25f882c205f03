import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { InvalidOptionsError } from '../errors/errors.js';
import type { BedrockDiscoveryOptions } from './bedrock-discovery.options.js';
import { resolveOptions } from './resolve-options.js';

function refused(options: unknown): InvalidOptionsError {
  try {
    resolveOptions(options as BedrockDiscoveryOptions);
  } catch (error) {
    if (error instanceof InvalidOptionsError) {
      return error;
    }
    throw error;
  }
  throw new Error('The options were accepted.');
}

describe('resolving the options', () => {
  it('fills in every default', () => {
    const options = resolveOptions();
    expect(options).toMatchObject({
      regions: 'auto',
      preferredRegions: [],
      client: { maxAttempts: 3 },
      scan: { onBootstrap: 'background', concurrency: 40, regionTimeoutMs: 8_000, deadlineMs: 10_000 },
      access: { mode: 'lazy' },
      cache: { memoryTtlMs: 3_600_000, diskTtlMs: 259_200_000, namespace: 'default' },
      latency: { smoothing: 0.1, halfLifeMs: 180_000 },
      refresh: { mode: 'cron', cron: '0 * * * *', jitter: 0.2 },
    });
    expect(options.cache.directory).toMatch(/nestjs-bedrock-discovery/);
  });

  it('keeps what is given and takes undefined as left out', () => {
    const options = resolveOptions({ scan: { concurrency: 7, deadlineMs: undefined }, cache: { directory: false } });
    expect(options.scan).toMatchObject({ concurrency: 7, deadlineMs: 10_000 });
    expect(options.cache.directory).toBe(false);
  });

  it('never calls an entry fresh that may not be served any more', () => {
    expect(resolveOptions({ cache: { diskTtlMs: 1_000 } }).cache.memoryTtlMs).toBe(1_000);
  });

  it('asks each region once', () => {
    expect(resolveOptions({ regions: ['eu-west-1', 'us-east-1', 'eu-west-1'] }).regions).toEqual([
      'eu-west-1',
      'us-east-1',
    ]);
  });

  it('leaves out the user and password of an endpoint, which no request carries', () => {
    const endpointOf = (endpoint: string): unknown => resolveOptions({ endpoint }).endpoint;
    expect(endpointOf('https://me:p%40ss@vpce.example:8443/path')).toBe('https://vpce.example:8443/path');
    expect(endpointOf('http:me:pass@vpce.example')).toBe('http://vpce.example/');
    expect(endpointOf('https://vpce.example')).toBe('https://vpce.example');
  });

  it('shows what may be secret to nobody but those who ask for it', () => {
    const credentials = { accessKeyId: 'the-id', secretAccessKey: 'the-key' };
    const httpsAgent = { destroy: () => undefined, proxy: 'the-proxy' };
    const options = resolveOptions({ credentials, client: { httpsAgent } });
    expect(inspect(options, { depth: Infinity, showHidden: true, getters: true })).not.toMatch(/the-/);
    expect(JSON.stringify(options)).not.toMatch(/the-/);
    expect(options.credentials?.reveal()).toBe(credentials);
    expect(options.client.httpsAgent?.reveal()).toBe(httpsAgent);
  });

  it('neither freezes nor changes what it is given', () => {
    const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
    const given = { credentials, regions: ['eu-west-1'], scan: {} };
    const options = resolveOptions(given);
    expect(options.credentials?.reveal()).toBe(credentials);
    expect([given, given.regions, given.scan, credentials].some(Object.isFrozen)).toBe(false);
    expect(given.scan).toEqual({});
  });

  it.each([
    [{ scan: { concurrency: 0 } }, 'scan.concurrency', 'a whole number from 1 to 1000, got 0'],
    [{ scan: { concurrency: '8' } }, 'scan.concurrency', "got '8'"],
    [{ scan: 5 }, 'scan', 'an object, got 5'],
    [{ regions: [] }, 'regions', "'auto' or a list of region names"],
    [{ regions: ['eu-west-1', 'Ireland'] }, 'regions.1', "a region name such as eu-central-1, got 'Ireland'"],
    [{ accountId: '123' }, 'accountId', 'twelve digits'],
    [{ endpoint: 'ftp://host' }, 'endpoint', 'an http or https URL'],
    [{ refresh: { cron: 'hourly' } }, 'refresh.cron', 'a cron expression'],
    [{ refresh: { timeZone: 'Mars/Olympus' } }, 'refresh.timeZone', 'an IANA time zone'],
    [{ refresh: { jitter: 2 } }, 'refresh.jitter', 'a number from 0 to 1'],
    [{ latency: { smoothing: 0 } }, 'latency.smoothing', 'above 0'],
    [{ cache: { directory: '' } }, 'cache.directory', 'the path of a folder, or false'],
    [{ cache: { sharedStore: {} } }, 'cache.sharedStore', 'get, set and delete'],
    [{ client: { httpsAgent: 1 } }, 'client.httpsAgent', 'an http.Agent'],
    [{ awsProfile: 'dev', credentials: () => undefined }, 'awsProfile', 'left out where credentials are given'],
    [null, '', 'the options must be an object'],
  ])('refuses %j, naming the option and what is accepted', (options, option, text) => {
    const error = refused(options);
    expect(error.option).toBe(option);
    expect(error.code).toBe('INVALID_OPTIONS');
    expect(error.message).toContain(text);
  });

  it('refuses unknown options at every level and lists the known ones', () => {
    expect(refused({ region: 'eu-west-1' }).message).toMatch(/no option "region"\. Accepted here: regions, /);
    expect(refused({ cache: { ttl: 1 } }).message).toMatch(/no option "cache\.ttl"\. Accepted here: memoryTtlMs, /);
  });

  it('quotes neither credentials nor the user part of a URL', () => {
    expect(refused({ credentials: { accessKeyId: 'SECRETID' } }).message).not.toContain('SECRETID');
    for (const url of ['ftp://user:pa/ss@host', 'user:pa/ss@host', `ftp://user:pa/ss${'s'.repeat(100)}@host`]) {
      expect(refused({ endpoint: url }).message).toMatch(/got '\*\*\*@host'\.$/);
    }
  });
});
