import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  GetFoundationModelCommand,
  GetInferenceProfileCommand,
  ListFoundationModelsCommand,
  ListInferenceProfilesCommand,
} from '@aws-sdk/client-bedrock';
import { BedrockSimulator } from './bedrock-simulator.js';
import { bedrock, start, stopAll } from './clients.spec.helper.js';
import type { SimulatorOptions } from './options/simulator-options.js';

afterEach(stopAll);

const list = new ListFoundationModelsCommand({});
const MODEL = 'amazon.nova-pro-v1:0';
const PROFILE = 'us.amazon.nova-pro-v1:0';

async function modelIds(simulator: BedrockSimulator, region = 'us-east-1'): Promise<(string | undefined)[]> {
  const { modelSummaries } = await bedrock(simulator, region).send(list);
  return modelSummaries?.map((model) => model.modelId) ?? [];
}

describe('BedrockSimulator', () => {
  it('answers for regions beyond the catalogue', async () => {
    const simulator = await start({ additionalRegions: ['me-central-1'] });
    const client = bedrock(simulator, 'me-central-1');
    expect((await client.send(new ListFoundationModelsCommand({}))).modelSummaries).toEqual([]);
    simulator.addModel({ modelId: 'maker.model', regions: ['me-central-1'] });
    const { modelSummaries = [] } = await client.send(new ListFoundationModelsCommand({}));
    expect(modelSummaries.map(({ modelId }) => modelId)).toEqual(['maker.model']);
    expect(simulator.regions).toHaveLength(32);
  });

  it('plays all regions on one port', async () => {
    const simulator = await start({ optIn: 'all' });
    const regions = await Promise.all(
      simulator.regions.map(async (region) => {
        const { modelSummaries } = await bedrock(simulator, region).send(list);
        return modelSummaries?.[0]?.modelArn?.split(':')[3];
      }),
    );
    expect(regions).toEqual(simulator.regions);
    expect(regions).toHaveLength(31);
  });

  it('drops connections to regions where nothing would answer', async () => {
    const simulator = await start();
    await expect(bedrock(simulator, 'ap-east-1').send(list)).rejects.toThrow(/socket hang up/);
    expect(simulator.requests.count({ region: 'ap-east-1' })).toBe(1);
  });

  it('says which operations it does not play', async () => {
    const simulator = await start();
    const client = bedrock(simulator);
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { path: string }).path = '/guardrails/abc';
        return next(args);
      },
      { step: 'build' },
    );
    await expect(client.send(list)).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'bedrock-simulator does not play bedrock GET /guardrails/abc.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('holds answers back by the latency of their region', async () => {
    const simulator = await start({ latency: { 'eu-west-1': 3_600_000 } });
    const caller = new AbortController();
    const far = bedrock(simulator, 'eu-west-1').send(list, { abortSignal: caller.signal });
    far.catch(() => undefined);
    while (simulator.requests.count({ region: 'eu-west-1' }) === 0) {
      await new Promise(setImmediate);
    }
    await expect(bedrock(simulator).send(list)).resolves.toHaveProperty('modelSummaries');
    caller.abort();
    await expect(far).rejects.toMatchObject({ name: 'AbortError' });
    simulator.setLatency('*', 0);
    await expect(bedrock(simulator, 'eu-west-1').send(list)).resolves.toHaveProperty('modelSummaries');
  });

  it('tells a child process all it needs, whatever that would inherit', async () => {
    const simulator = await start();
    const script = `
      import { BedrockClient, ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
      const { modelSummaries } = await new BedrockClient().send(new ListFoundationModelsCommand());
      process.stdout.write(String(modelSummaries.length));`;
    const inherited = {
      ...process.env,
      AWS_PROFILE: 'nobody',
      AWS_BEARER_TOKEN_BEDROCK: 'key',
      AWS_SESSION_TOKEN: 'old',
    };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...inherited, ...simulator.environment() },
    });
    expect(stdout).toBe('121');
  });

  it('makes the same ids and answers for the same seed', async () => {
    const made = async (seed: number) => {
      const simulator = await start({ seed });
      const { $metadata } = await bedrock(simulator).send(list);
      const profile = simulator.addApplicationProfile({ region: 'us-east-1', name: 'n', modelId: MODEL });
      return [$metadata.requestId, profile.inferenceProfileId];
    };
    expect(await made(5)).toEqual(await made(5));
    const [other, same] = [await made(6), await made(5)];
    expect(other.map((id, index) => id === same[index])).toEqual([false, false]);
  });
});

describe('the catalogue of a running simulator', () => {
  it('gains and loses models while it is served', async () => {
    const simulator = await start();
    expect(await modelIds(simulator)).not.toContain('acme.new-v1');
    simulator.addModel({ modelId: 'acme.new-v1', regions: ['us-east-1'] });
    expect(await modelIds(simulator)).toContain('acme.new-v1');
    expect(await modelIds(simulator, 'us-west-2')).not.toContain('acme.new-v1');
    simulator.removeModel(MODEL, 'us-east-1');
    expect(await modelIds(simulator)).not.toContain(MODEL);
    expect(await modelIds(simulator, 'us-west-2')).toContain(MODEL);
    simulator.removeModel(MODEL);
    expect(await modelIds(simulator, 'us-west-2')).not.toContain(MODEL);
  });

  it('keeps what a known model is when it is added to a region', async () => {
    const simulator = await start();
    simulator.addModel({ modelId: 'ai21.jamba-1-5-large-v1:0', regions: ['eu-west-1'] });
    const get = new GetFoundationModelCommand({ modelIdentifier: 'ai21.jamba-1-5-large-v1:0' });
    for (const region of ['eu-west-1', 'us-east-1']) {
      const { modelDetails } = await bedrock(simulator, region).send(get);
      expect(modelDetails).toMatchObject({ modelName: 'Jamba 1.5 Large', inferenceTypesSupported: ['ON_DEMAND'] });
    }
  });

  it('changes lifecycles, in one region or everywhere', async () => {
    const simulator = await start();
    const status = async (region: string) => {
      const get = new GetFoundationModelCommand({ modelIdentifier: MODEL });
      return (await bedrock(simulator, region).send(get)).modelDetails?.modelLifecycle?.status;
    };
    simulator.setLifecycle(MODEL, { status: 'LEGACY', legacyTime: '2026-09-01T00:00:00Z' }, 'us-east-1');
    expect([await status('us-east-1'), await status('us-west-2')]).toEqual(['LEGACY', 'ACTIVE']);
    simulator.setLifecycle(MODEL, { status: 'LEGACY' });
    expect(await status('us-west-2')).toBe('LEGACY');
  });

  it('changes destinations, adds profiles and removes them', async () => {
    const simulator = await start();
    const models = async (id: string, region = 'us-east-1') => {
      const get = new GetInferenceProfileCommand({ inferenceProfileIdentifier: id });
      const answer = await bedrock(simulator, region).send(get);
      return answer.models?.map((model) => model.modelArn?.split(':')[3]);
    };
    simulator.setDestinations(PROFILE, 'us-east-1', ['us-east-1', 'mx-central-1']);
    expect(await models(PROFILE)).toEqual(['us-east-1', 'mx-central-1']);
    expect(await models(PROFILE, 'us-west-2')).toEqual(['us-east-1', 'us-east-2', 'us-west-2']);
    simulator.addProfile({ inferenceProfileId: 'moon.acme.new-v1', routes: { 'us-east-1': 'global' } });
    expect(await models('moon.acme.new-v1')).toEqual(['', 'us-east-1']);
    simulator.removeProfile(PROFILE, 'us-east-1');
    await expect(models(PROFILE)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(models(PROFILE, 'us-west-2')).resolves.toHaveLength(3);
    simulator.removeProfile(PROFILE);
    await expect(models(PROFILE, 'us-west-2')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it.each([
    [
      'a model that is not there',
      (s: BedrockSimulator) => s.removeModel('no.such-model'),
      /modelId must be the id of a model/,
    ],
    [
      'a profile that is not there',
      (s: BedrockSimulator) => s.removeProfile('no.such'),
      /profileId must be the id of a profile/,
    ],
    [
      'a region that is not there',
      (s: BedrockSimulator) => s.removeModel(MODEL, 'eu-west-9'),
      /region must be one of .*"eu-west-9"/,
    ],
    [
      'destinations that are no regions',
      (s: BedrockSimulator) => s.setDestinations(PROFILE, 'us-east-1', 'here' as never),
      /destinations.*list of texts; got "here"/,
    ],
    ['a model without an id', (s: BedrockSimulator) => s.addModel({ modelId: '' }), /addModel modelId must be a text/],
    [
      'a modality that is no list',
      (s: BedrockSimulator) => s.addModel({ modelId: 'a.b', inputModalities: 'TEXT' as never }),
      /inputModalities must be a list of texts/,
    ],
    [
      'an application profile of two sources',
      (s: BedrockSimulator) =>
        s.addApplicationProfile({ region: 'us-east-1', name: 'n', copyFrom: PROFILE, modelId: MODEL }),
      /either copyFrom or modelId/,
    ],
    [
      'an unknown kind of access',
      (s: BedrockSimulator) => s.setAccess(MODEL, { agreement: 'MAYBE' as never }),
      /setAccess agreement must be one of AVAILABLE/,
    ],
    ['a page of nothing', (s: BedrockSimulator) => s.setPageSize(0), /pageSize must be a number from 1 up; got 0/],
    ['jitter beyond the whole', (s: BedrockSimulator) => s.setJitter(2), /jitter must be a number from 0 to 1; got 2/],
  ])('refuses to be changed by %s', async (_, edit, message) => {
    const simulator = await start();
    expect(() => edit(simulator)).toThrow(message);
  });
});

describe('requests', () => {
  it('are counted by operation and region, from the moment they were read', async () => {
    const simulator = await start();
    const silent = connect(Number(new URL(simulator.endpoint).port), '127.0.0.1');
    await new Promise((resolve) => silent.once('connect', resolve));
    expect(simulator.requests.count()).toBe(0);
    silent.destroy();
    await bedrock(simulator).send(list);
    await bedrock(simulator, 'eu-west-1').send(list);
    await bedrock(simulator, 'eu-west-1').send(new ListInferenceProfilesCommand({ maxResults: 5 }));
    const { requests } = simulator;
    expect(requests.count()).toBe(3);
    expect(requests.count({ operation: 'ListFoundationModels' })).toBe(2);
    expect(requests.count({ region: 'eu-west-1' })).toBe(2);
    expect(requests.count({ operation: 'ListInferenceProfiles', region: 'us-east-1' })).toBe(0);
    expect(requests.list().at(-1)).toMatchObject({
      region: 'eu-west-1',
      service: 'bedrock',
      operation: 'ListInferenceProfiles',
      method: 'GET',
      path: '/inference-profiles?maxResults=5',
      accessKeyId: simulator.credentials.accessKeyId,
    });
    requests.reset();
    expect([requests.count(), requests.list()]).toEqual([0, []]);
  });
});

describe('a listener per region', () => {
  it('plays its region alone', async () => {
    const simulator = await start({ listenerPerRegion: true });
    const at = (region: string) =>
      bedrock(simulator, region, { endpoint: simulator.endpointFor('eu-west-1') }).send(list);
    await expect(at('eu-west-1')).resolves.toHaveProperty('modelSummaries');
    await expect(at('us-east-1')).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: 'Credential should be scoped to a valid region.',
    });
  });

  it('refuses connections while it is closed', async () => {
    const simulator = await start({ listenerPerRegion: true });
    const send = (region: string) => bedrock(simulator, region, { endpoint: simulator.endpointFor(region) }).send(list);
    await simulator.closeRegion('eu-west-1');
    await expect(send('eu-west-1')).rejects.toThrow(/ECONNREFUSED/);
    await expect(send('us-east-1')).resolves.toHaveProperty('modelSummaries');
    await simulator.openRegion('eu-west-1');
    await expect(send('eu-west-1')).resolves.toHaveProperty('modelSummaries');
  });

  it('exists only when asked for', async () => {
    const simulator = await start();
    expect(simulator.endpointFor('eu-west-1')).toBe(simulator.endpoint);
    await expect(simulator.closeRegion('eu-west-1')).rejects.toThrow(/listenerPerRegion: true/);
  });
});

describe('TLS', () => {
  it('is served with a certificate that a client can trust', async () => {
    const simulator = await start({ tls: true });
    const httpsAgent = new Agent({ ca: simulator.certificate });
    const trusting = bedrock(simulator, 'us-east-1', { requestHandler: { httpsAgent } });
    await expect(trusting.send(list)).resolves.toHaveProperty('modelSummaries');
    await expect(bedrock(simulator).send(list)).rejects.toThrow(/self-signed certificate/);
  });

  it('has connections that a fault can reset', async () => {
    const simulator = await start({ tls: true });
    simulator.addFault({ kind: 'reset' });
    const httpsAgent = new Agent({ ca: simulator.certificate });
    const trusting = bedrock(simulator, 'us-east-1', { requestHandler: { httpsAgent } });
    await expect(trusting.send(list)).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  it('can be stopped in the middle of a handshake', async () => {
    const simulator = await start({ tls: true });
    const port = Number(new URL(simulator.endpoint).port);
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    const closed = once(silent, 'close');
    await simulator.stop();
    await closed;
    expect(silent.bytesRead).toBe(0);
    await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('stop', () => {
  it('ends requests that hang or are held back, and may be called again', async () => {
    const simulator = await start({ latency: { 'eu-west-1': 3_600_000 } });
    simulator.addFault({ kind: 'hang', region: 'us-east-1' });
    const calls = ['us-east-1', 'eu-west-1'].map((region) => bedrock(simulator, region).send(list));
    const outcomes = Promise.allSettled(calls);
    while (simulator.requests.count() < 2) {
      await new Promise(setImmediate);
    }
    await Promise.all([simulator.stop(), simulator.stop()]);
    expect((await outcomes).map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
    await expect(bedrock(simulator).send(list)).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('options of a simulator', () => {
  it.each([
    [{ latncy: 'none' }, /has no "latncy"; accepted are port, host,/],
    [{ port: 1.5 }, /port must be a whole number from 0 to 65535; got 1.5/],
    [{ tls: 'yes' }, /tls must be true or false; got "yes"/],
    [{ optIn: 'some' }, /optIn must be 'all' or a list of regions; got "some"/],
    [{ optIn: ['us-west-9'] }, /optIn must be one of af-south-1/],
    [{ seed: 'abc' }, /seed must be a whole number/],
    [{ now: 5 }, /now must be a function/],
    [{ jitter: -1 }, /jitter must be a number from 0 to 1/],
    [{ accountId: '12' }, /accountId must be twelve digits; got "12"/],
    [{ credentials: [] }, /credentials must hold at least one set/],
    [{ credentials: { accessKeyId: 'a/b', secretAccessKey: 'c' } }, /accessKeyId holds no slash/],
  ])('are refused where they are %j', async (options, message) => {
    await expect(BedrockSimulator.start(options as SimulatorOptions)).rejects.toThrow(message);
  });
});
