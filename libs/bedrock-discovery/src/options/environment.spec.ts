import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidOptionsError } from '../errors/errors.js';
import { optionsFromEnvironment, VARIABLES } from './environment.js';
import { NAMED_OPTIONS } from './resolve-options.js';

describe('options from environment variables', () => {
  it('are none where no variable is set, or only empty ones', () => {
    expect(optionsFromEnvironment({ PATH: '/bin', BEDROCK_DISCOVERY_ENDPOINT: ' ' })).toEqual({});
  });

  it('are read by the type of the option', () => {
    const options = optionsFromEnvironment({
      BEDROCK_DISCOVERY_REGIONS: 'eu-west-1, eu-central-1',
      BEDROCK_DISCOVERY_SCAN_CONCURRENCY: '8',
      BEDROCK_DISCOVERY_CLIENT_USE_FIPS: 'true',
      BEDROCK_DISCOVERY_CACHE_DIRECTORY: 'false',
      BEDROCK_DISCOVERY_REFRESH_CRON: '*/5 * * * *',
    });
    expect(options).toEqual({
      regions: ['eu-west-1', 'eu-central-1'],
      scan: { concurrency: 8 },
      client: { useFips: true },
      cache: { directory: false },
      refresh: { cron: '*/5 * * * *' },
    });
    expect(optionsFromEnvironment({ BEDROCK_DISCOVERY_REGIONS: 'auto' })).toEqual({ regions: 'auto' });
  });

  it('are refused with the name of the variable', () => {
    const read = (environment: NodeJS.ProcessEnv) => () => optionsFromEnvironment(environment);
    expect(read({ BEDROCK_DISCOVERY_SCAN_CONCURRENCY: 'many' })).toThrow(
      /environment variable BEDROCK_DISCOVERY_SCAN_CONCURRENCY must be a whole number.*got 'many'/,
    );
    expect(read({ BEDROCK_DISCOVERY_REGIONS: 'eu-west-1,nowhere' })).toThrow(
      /BEDROCK_DISCOVERY_REGIONS must be a region name/,
    );
    expect(read({ BEDROCK_DISCOVERY_CLIENT_USE_FIPS: 'yes' })).toThrow(InvalidOptionsError);
  });

  it('are refused where the variable is unknown', () => {
    expect(() => optionsFromEnvironment({ BEDROCK_DISCOVERY_REGION: 'eu-west-1' })).toThrow(
      /no environment variable BEDROCK_DISCOVERY_REGION\. Accepted: BEDROCK_DISCOVERY_REGIONS/,
    );
  });

  it('exist for every option but those that no text can be, named after it', () => {
    const settable = new Set(VARIABLES.values());
    expect(NAMED_OPTIONS.map(([name]) => name).filter((name) => !settable.has(name))).toEqual([
      'credentials',
      'client.httpsAgent',
      'pricing.table',
      'cache.sharedStore',
      'cache.integrityKey',
    ]);
    expect([...VARIABLES]).toEqual(
      expect.arrayContaining([
        ['BEDROCK_DISCOVERY_AWS_PROFILE', 'awsProfile'],
        ['BEDROCK_DISCOVERY_CLIENT_REQUEST_TIMEOUT_MS', 'client.requestTimeoutMs'],
      ]),
    );
  });

  it.each([...VARIABLES])('%s sets the option %s or is refused by its own name', (variable, option) => {
    const [section = '', key] = option.split('.');
    fc.assert(
      fc.property(fc.string(), (written) => {
        try {
          const options = optionsFromEnvironment({ [variable]: written }) as Record<string, Record<string, unknown>>;
          const value = key === undefined ? options[section] : options[section]?.[key];
          expect(value === undefined).toBe(written.trim() === '');
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_OPTIONS', option: variable });
        }
      }),
    );
  });
});
