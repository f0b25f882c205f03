import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { BedrockSimulator, FaultKind } from 'bedrock-simulator';
import type {
  BedrockDiscoveryOptions,
  Clock,
  DiscoveryChange,
  RegionFailure,
  SharedStore,
} from 'nestjs-bedrock-discovery';
import { AccessRegistry } from '../../libs/bedrock-discovery/src/access/access-registry.js';
import { temporaryFolder } from '../support/cleanup.js';
import { ImpatientClock, ManualClock } from '../support/clocks.js';
import {
  type Discovery,
  identityOf,
  optionsFor,
  startDiscovery,
  startSimulator,
} from '../support/simulated-discovery.js';
import { turns, until } from '../support/until.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TTL_MS = 6 * HOUR_MS;
/** After what was learnt it is written that much later. */
const SAVE_DELAY_MS = 2_000;
const ASKED = { operation: 'GetFoundationModelAvailability' } as const;
const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'];
const REGION = 'eu-west-1';
const MODEL = 'amazon.nova-lite-v1:0';
const PROFILE = `eu.${MODEL}`;
const BARE = { modelId: MODEL, region: REGION, invocationId: MODEL };
const THROUGH_PROFILE = { ...BARE, invocationId: PROFILE };
const CLAUDE = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const DENIED: RegionFailure = {
  kind: 'access-denied',
  message:
    'User: arn:aws:iam::111122223333:user/me is not authorized to perform: bedrock:InvokeModel on resource: ' +
    `arn:aws:bedrock:${REGION}::foundation-model/${MODEL} because no identity-based policy allows it.`,
  remedy: 'Allow it.',
  retryable: false,
  at: '2026-08-22T12:00:00.000Z',
};
const NO_MODEL_ACCESS: RegionFailure = {
  ...DENIED,
  kind: 'model-access-missing',
  message: "You don't have access to the model with the specified model ID.",
  remedy: 'Subscribe.',
};

/** With what the library itself uses of access, by which routing enters what calls have shown. */
type World = Discovery & { readonly registry: AccessRegistry };

async function start(
  simulator: BedrockSimulator,
  options: BedrockDiscoveryOptions = {},
  clock: Clock = new ImpatientClock(),
): Promise<World> {
  const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS, ...options }), { clock });
  return Object.assign(discovery, { registry: discovery.app.get(AccessRegistry) });
}

const asked = (simulator: BedrockSimulator, region?: string): number =>
  simulator.requests.count(region === undefined ? ASKED : { ...ASKED, region });

async function keyOf(discovery: Discovery): Promise<string> {
  return `${await discovery.owner()}/access/${await identityOf(discovery.clients).principalHash()}`;
}

function record({ refresher }: Discovery): DiscoveryChange[] {
  const changes: DiscoveryChange[] = [];
  refresher.changes$.subscribe((change) => changes.push(change));
  return changes;
}

describe('getAccess', () => {
  it.each<[Parameters<BedrockSimulator['setAccess']>[1], Record<string, unknown>]>([
    [{}, { state: 'available', reason: expect.stringContaining('not a promise') }],
    [{ agreement: 'NOT_AVAILABLE' }, { state: 'obtainable', remedy: expect.stringContaining('Subscribe') }],
    [{ agreement: 'PENDING' }, { state: 'obtainable', remedy: expect.stringContaining('Wait') }],
    [{ agreement: 'ERROR' }, { state: 'unknown', reason: expect.stringContaining('agreement') }],
    [{ authorization: 'NOT_AUTHORIZED' }, { state: 'denied', remedy: expect.stringContaining('IAM') }],
    [{ entitlement: 'NOT_AVAILABLE' }, { state: 'denied', reason: expect.stringContaining('entitled') }],
    [{ region: 'NOT_AVAILABLE' }, { state: 'denied', remedy: expect.stringContaining('another region') }],
  ])('answers %j with its state, reason and remedy', async (set, expected) => {
    const simulator = await startSimulator();
    simulator.setAccess(MODEL, set, REGION);
    const clock = new ManualClock();
    const { access } = await start(simulator, {}, clock);
    const answer = await access.getAccess(MODEL, REGION);
    const checkedAt = new Date(clock.now()).toISOString();
    expect(answer).toMatchObject({ modelId: MODEL, region: REGION, checkedAt, ...expected });
    expect(Object.isFrozen(answer)).toBe(true);
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    expect(access.peekAccess(MODEL, REGION)).toEqual(answer);
  });

  it('takes model ids, profile ids and their ARNs for the same model', async () => {
    const simulator = await startSimulator();
    const { inferenceProfileId, inferenceProfileArn } = simulator.addApplicationProfile({
      name: 'team',
      region: REGION,
      modelId: MODEL,
    });
    const { access, profiles, refresher } = await start(simulator);
    await refresher.refresh();
    const profile = await profiles.getInferenceProfile(PROFILE, REGION);
    const names = [
      MODEL,
      `arn:aws:bedrock:${REGION}::foundation-model/${MODEL}`,
      PROFILE,
      profile?.availability[REGION]?.inferenceProfileArn ?? '',
      inferenceProfileId,
      inferenceProfileArn,
    ];
    for (const name of names) {
      expect(await access.getAccess(name, REGION)).toMatchObject({
        modelId: MODEL,
        region: REGION,
        state: 'available',
      });
      expect(access.peekAccess(name, REGION)).toMatchObject({ modelId: MODEL, state: 'available' });
    }
    expect(asked(simulator)).toBe(1);
  });

  it('asks once for all who ask at the same time, and not while the answer is fresh', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const { access } = await start(simulator, {}, clock);
    await Promise.all(Array.from({ length: 500 }, () => access.getAccess(MODEL, REGION)));
    clock.advance(TTL_MS - 1);
    await access.getAccess(MODEL, REGION);
    expect(asked(simulator)).toBe(1);
    clock.advance(1);
    await access.getAccess(MODEL, REGION);
    expect(asked(simulator)).toBe(2);
  });

  it('asks a region at most four things at a time, and the regions side by side', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang', ...ASKED });
    const clock = new ManualClock();
    const { access, models, refresher } = await start(simulator, {}, clock);
    await refresher.refresh();
    const ids = (await models.getAllModels({ region: REGION })).slice(0, 12).map(({ modelId }) => modelId);
    const asking = REGIONS.flatMap((region) => ids.map((id) => access.getAccess(id, region)));
    await until(() => REGIONS.every((region) => asked(simulator, region) === 4));
    await turns();
    expect(REGIONS.map((region) => asked(simulator, region))).toEqual([4, 4, 4]);
    simulator.clearFaults();
    clock.advance(8_000);
    const answers = await Promise.all(asking);
    expect(answers.filter(({ state }) => state === 'unknown')).toHaveLength(12);
    expect(asked(simulator)).toBe(36);
  });

  it('refuses what is no region, and an empty id', async () => {
    const simulator = await startSimulator();
    const { access } = await start(simulator);
    for (const [id, region] of [
      [MODEL, 'Ireland'],
      ['', REGION],
    ] as const) {
      await expect(access.getAccess(id, region)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    expect(access.peekAccess('', 'Ireland')).toMatchObject({ state: 'unknown' });
    expect(simulator.requests.count()).toBe(0);
  });

  it('leaves what is measured of latencies alone', async () => {
    const simulator = await startSimulator();
    const { access, latencies, refresher } = await start(simulator);
    await refresher.refresh();
    const before = latencies.snapshot();
    await access.getAccess(MODEL, REGION);
    simulator.addFault({ kind: 'access-denied', ...ASKED });
    await access.getAccess(CLAUDE, REGION);
    expect(asked(simulator)).toBe(2);
    expect(latencies.snapshot()).toEqual(before);
  });
});

describe('peekAccess', () => {
  it('answers from what is known and asks nobody', async () => {
    const simulator = await startSimulator();
    const { access } = await start(simulator);
    expect(access.peekAccess(MODEL, REGION)).toMatchObject({ state: 'unknown', reason: expect.any(String) });
    expect(access.peekAccess(PROFILE, REGION)).toMatchObject({ modelId: MODEL, state: 'unknown' });
    await turns();
    expect(simulator.requests.count()).toBe(0);
  });
});

describe('a caller who gives up a question about access', () => {
  it('leaves without the others, who get their answer', async () => {
    const simulator = await startSimulator();
    simulator.setLatency('*', 200);
    const { access } = await start(simulator);
    const controller = new AbortController();
    const abandoned = access.getAccess(MODEL, REGION, { signal: controller.signal });
    const kept = access.getAccess(MODEL, REGION);
    await until(() => asked(simulator) === 1);
    controller.abort(new Error('enough'));
    await expect(abandoned).rejects.toMatchObject({ code: 'ABORTED', name: 'AbortError' });
    expect((await kept).state).toBe('available');
    expect(asked(simulator)).toBe(1);
  });

  it('ends the question as the last one who waits for it, which leaves no trace', async () => {
    const simulator = await startSimulator();
    const removeFault = simulator.addFault({ kind: 'hang', ...ASKED });
    const clock = new ManualClock();
    const { access } = await start(simulator, {}, clock);
    const controller = new AbortController();
    const abandoned = access.getAccess(MODEL, REGION, { signal: controller.signal });
    await until(() => asked(simulator) === 1);
    controller.abort();
    await expect(abandoned).rejects.toMatchObject({ code: 'ABORTED' });
    await until(() => clock.pending === 0);
    removeFault();
    expect((await access.getAccess(MODEL, REGION)).state).toBe('available');
  });

  it('is rejected at once where the signal was aborted before', async () => {
    const simulator = await startSimulator();
    const { access } = await start(simulator);
    const asking = access.getAccess(MODEL, REGION, { signal: AbortSignal.abort() });
    await expect(asking).rejects.toMatchObject({ code: 'ABORTED' });
    expect(simulator.requests.count()).toBe(0);
  });
});

describe('a question about access that fails', () => {
  it.each<FaultKind>(['access-denied', 'scp-denied', 'account-not-enabled', 'unknown-operation'])(
    'is not put to a region for a day, for any model, after %s; access stays unknown',
    async (kind) => {
      const simulator = await startSimulator();
      simulator.addFault({ kind, region: REGION, ...ASKED });
      const clock = new ManualClock();
      const { access } = await start(simulator, {}, clock);
      const answer = await access.getAccess(MODEL, REGION);
      expect(answer).toMatchObject({
        state: 'unknown',
        reason: expect.stringContaining('says nothing about invoking'),
        remedy: expect.stringContaining('GetFoundationModelAvailability'),
      });
      expect(await access.getAccess(CLAUDE, REGION)).toMatchObject({ state: 'unknown', reason: answer.reason });
      expect((await access.getAccess(MODEL, 'us-east-1')).state).toBe('available');
      clock.advance(DAY_MS - 1);
      await access.getAccess(CLAUDE, REGION);
      expect(asked(simulator, REGION)).toBe(1);
      simulator.clearFaults();
      clock.advance(1);
      expect((await access.getAccess(CLAUDE, REGION)).state).toBe('available');
    },
  );

  it('spares those that wait for their turn where it is refused', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', ...ASKED });
    const { access, models } = await start(simulator);
    const listed = await models.getAllModels({ region: REGION });
    const answers = await Promise.all(listed.map(({ modelId }) => access.getAccess(modelId, REGION)));
    expect(new Set(answers.map(({ state }) => state))).toEqual(new Set(['unknown']));
    expect(asked(simulator)).toBeLessThanOrEqual(4);
  });

  it('says that the region is not enabled, once another region has accepted the identity', async () => {
    const simulator = await startSimulator({ optIn: [] });
    const { access } = await start(simulator);
    await access.getAccess(MODEL, 'us-east-1');
    const answer = await access.getAccess(MODEL, 'af-south-1');
    expect(answer).toMatchObject({ state: 'unknown', remedy: expect.stringContaining('Enable af-south-1') });
    await access.getAccess(CLAUDE, 'af-south-1');
    expect(asked(simulator, 'af-south-1')).toBe(1);
  });

  it.each<FaultKind>(['throttled', 'internal-error', 'malformed', 'truncated', 'reset'])(
    'is put again after a short pause where it failed by %s',
    async (kind) => {
      const simulator = await startSimulator();
      simulator.addFault({ kind, ...ASKED });
      const clock = new ImpatientClock();
      const { access } = await start(simulator, { client: { maxAttempts: 1 } }, clock);
      const [failed] = [await access.getAccess(MODEL, REGION), await access.getAccess(MODEL, REGION)];
      expect(failed).toMatchObject({ state: 'unknown', reason: expect.stringContaining('failed') });
      expect(asked(simulator)).toBe(1);
      simulator.clearFaults();
      clock.advance(30_000);
      expect((await access.getAccess(MODEL, REGION)).state).toBe('available');
    },
  );

  it('ends at the deadline where it hangs', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang', ...ASKED });
    const clock = new ManualClock();
    const { access } = await start(simulator, {}, clock);
    const asking = access.getAccess(MODEL, REGION);
    await until(() => asked(simulator) === 1);
    clock.advance(8_000);
    expect(await asking).toMatchObject({ state: 'unknown', reason: expect.stringContaining('timeout') });
  });

  it('keeps the last answer with its time', async () => {
    const simulator = await startSimulator();
    const clock = new ImpatientClock();
    const { access } = await start(simulator, {}, clock);
    const before = await access.getAccess(MODEL, REGION);
    simulator.addFault({ kind: 'throttled', ...ASKED });
    clock.advance(TTL_MS);
    expect(await access.getAccess(MODEL, REGION)).toEqual(before);
    expect(asked(simulator)).toBeGreaterThan(1);
  });

  it('concerns one model alone where AWS does not know its id', async () => {
    const simulator = await startSimulator();
    const { access } = await start(simulator);
    const answers = [
      await access.getAccess('nobody.knows-v1:0', REGION),
      await access.getAccess('nobody.knows-v1:0', REGION),
    ];
    expect(answers[0]).toMatchObject({ state: 'unknown', reason: expect.stringContaining('Could not resolve') });
    expect(asked(simulator)).toBe(1);
    expect((await access.getAccess(MODEL, REGION)).state).toBe('available');
  });
});

describe("access with mode 'off'", () => {
  it('asks nobody, and answers from evidence', async () => {
    const simulator = await startSimulator();
    const { access, refresher, registry } = await start(simulator, { access: { mode: 'off' } });
    await refresher.refresh();
    expect(await access.getAccess(MODEL, REGION)).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining("access.mode 'off'"),
    });
    registry.recordSuccess(THROUGH_PROFILE);
    expect((await access.getAccess(MODEL, REGION)).state).toBe('observed');
    expect(asked(simulator)).toBe(0);
  });
});

describe('evidence of real calls about access', () => {
  it('takes precedence over what AWS says, and spares the question', async () => {
    const simulator = await startSimulator();
    simulator.setAccess(MODEL, { authorization: 'NOT_AUTHORIZED' });
    const { access, registry } = await start(simulator);
    expect((await access.getAccess(MODEL, REGION)).state).toBe('denied');
    const known = registry.current;
    registry.recordSuccess(THROUGH_PROFILE);
    expect(registry.current).not.toBe(known);
    expect(await access.getAccess(MODEL, REGION)).toMatchObject({
      state: 'observed',
      reason: expect.stringContaining(PROFILE),
    });
    registry.recordDenial({ modelId: MODEL, region: 'us-east-1', invocationId: MODEL }, NO_MODEL_ACCESS);
    expect((await access.getAccess(MODEL, 'us-east-1')).state).toBe('denied');
    expect(asked(simulator)).toBe(1);
  });

  it('denies one route where a policy denied it, and all where the model is denied', async () => {
    const simulator = await startSimulator();
    const { access, registry } = await start(simulator);
    await access.getAccess(MODEL, REGION);
    registry.recordDenial(BARE, DENIED);
    expect(registry.stateOf(BARE)).toBe('denied');
    expect(registry.stateOf(THROUGH_PROFILE)).toBe('available');
    expect(registry.explain(BARE)).toMatchObject({ state: 'denied', remedy: 'Allow it.' });
    registry.recordDenial(BARE, NO_MODEL_ACCESS);
    expect(registry.stateOf(THROUGH_PROFILE)).toBe('denied');
    expect(registry.explain(THROUGH_PROFILE).remedy).toContain('Subscribe');
  });

  it('takes only what the service itself denied for a denial', async () => {
    const simulator = await startSimulator();
    const { access, registry } = await start(simulator, { access: { mode: 'off' } });
    for (const kind of [
      'malformed-response',
      'unreachable',
      'timeout',
      'throttled',
      'service-error',
      'unknown',
    ] as const) {
      registry.recordDenial(BARE, { ...NO_MODEL_ACCESS, kind });
    }
    expect(access.peekAccess(MODEL, REGION).state).toBe('unknown');
    registry.recordDenial(BARE, NO_MODEL_ACCESS);
    expect(access.peekAccess(MODEL, REGION).state).toBe('denied');
  });

  it('expires with ttlMs, which is noticed', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const { access, registry } = await start(simulator, { access: { ttlMs: 60_000 } }, clock);
    registry.recordDenial(BARE, NO_MODEL_ACCESS);
    const known = registry.current;
    clock.advance(60_000);
    expect(registry.current).not.toBe(known);
    expect((await access.getAccess(MODEL, REGION)).state).toBe('available');
  });
});

describe('a change of access', () => {
  it('is told and remembered', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const options = { cache: { directory: await temporaryFolder() } };
    const first = await start(simulator, options, clock);
    const changes = record(first);
    await first.access.getAccess(MODEL, REGION);
    expect(changes).toEqual([]);
    simulator.setAccess(MODEL, { entitlement: 'NOT_AVAILABLE' }, REGION);
    clock.advance(SAVE_DELAY_MS);
    await until(() => clock.pending === 0);
    clock.advance(TTL_MS);
    await first.access.getAccess(MODEL, REGION);
    const flip = { type: 'access-changed', modelId: MODEL, region: REGION, before: 'available', after: 'denied' };
    expect(changes).toEqual([expect.objectContaining(flip)]);
    await first.close();

    simulator.setAccess(MODEL, { entitlement: 'AVAILABLE' }, REGION);
    clock.advance(TTL_MS);
    const second = await start(simulator, options, clock);
    await second.access.getAccess(MODEL, REGION);
    expect(await second.refresher.getChanges()).toEqual([
      expect.objectContaining(flip),
      expect.objectContaining({ ...flip, before: 'denied', after: 'available' }),
    ]);
  });

  it('is not told where asking fails, or a call confirms what AWS says', async () => {
    const simulator = await startSimulator();
    const clock = new ImpatientClock();
    const discovery = await start(simulator, {}, clock);
    const changes = record(discovery);
    await discovery.access.getAccess(MODEL, REGION);
    simulator.addFault({ kind: 'access-denied', ...ASKED });
    clock.advance(TTL_MS);
    await discovery.access.getAccess(MODEL, REGION);
    discovery.registry.recordSuccess(BARE);
    expect(changes).toEqual([]);
  });
});

describe('access after a restart', () => {
  it('is known from answers, evidence and refusals, without a request', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', region: 'us-east-1', ...ASKED });
    const clock = new ManualClock();
    const options = { cache: { directory: await temporaryFolder() } };
    const first = await start(simulator, options, clock);
    first.registry.recordSuccess({ modelId: CLAUDE, region: REGION, invocationId: CLAUDE });
    const before = [
      await first.access.getAccess(MODEL, REGION),
      await first.access.getAccess(CLAUDE, REGION),
      await first.access.getAccess(MODEL, 'us-east-1'),
    ];
    await first.close();
    simulator.requests.reset();
    clock.advance(HOUR_MS);
    const second = await start(simulator, options, clock);
    await second.registry.load();
    expect(second.access.peekAccess(MODEL, REGION)).toEqual(before[0]);
    const after = [
      await second.access.getAccess(MODEL, REGION),
      await second.access.getAccess(CLAUDE, REGION),
      await second.access.getAccess(MODEL, 'us-east-1'),
    ];
    expect(after).toEqual(before);
    expect(after.map(({ state }) => state)).toEqual(['available', 'observed', 'unknown']);
    expect(asked(simulator)).toBe(0);
  });

  it('is not taken from what was not stored as access', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const options = { cache: { directory: await temporaryFolder() } };
    const first = await start(simulator, options, clock);
    await first.access.getAccess(MODEL, REGION);
    clock.advance(2_000);
    const key = await keyOf(first);
    await until(async () => (await first.cache.get(key)) !== undefined);
    await first.cache.set(key, ['forged']);
    const { access, logger } = await start(simulator, options, clock);
    expect((await access.getAccess(MODEL, REGION)).state).toBe('available');
    expect(logger.of('warn').join()).toContain('access');
  });
});

describe('another principal of access', () => {
  const OTHER = { accessKeyId: 'AKIAOTHEROTHEROTHER0', secretAccessKey: 'o'.repeat(40) };

  it('is told nothing of this one’s access where it shares the account and the folder', async () => {
    const simulator = await startSimulator();
    simulator.addCredentials(OTHER);
    simulator.addFault({ kind: 'access-denied', accessKeyId: OTHER.accessKeyId, ...ASKED });
    const clock = new ManualClock();
    const options = { cache: { directory: await temporaryFolder() } };
    const first = await start(simulator, options, clock);
    await first.access.getAccess(MODEL, REGION);
    await first.close();
    const second = await start(simulator, { ...options, credentials: OTHER }, clock);
    await second.registry.load();
    expect(second.access.peekAccess(MODEL, REGION).state).toBe('unknown');
    expect((await second.access.getAccess(MODEL, REGION)).state).toBe('unknown');
    await second.close();
    const third = await start(simulator, options, clock);
    expect((await third.access.getAccess(MODEL, REGION)).state).toBe('available');
    expect(asked(simulator)).toBe(2);
  });

  /** Credentials that are those of the other once an hour has passed. */
  function rotating(simulator: BedrockSimulator, clock: Clock): BedrockDiscoveryOptions {
    simulator.addCredentials(OTHER);
    const expiration = new Date(clock.now() + HOUR_MS);
    const former = { ...simulator.credentials, expiration };
    return { credentials: async () => (clock.now() < expiration.getTime() ? former : OTHER) };
  }

  it('is asked for anew where it takes over in this process, refusals included', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', accessKeyId: simulator.credentials.accessKeyId, ...ASKED });
    const clock = new ManualClock();
    const { access, registry } = await start(simulator, rotating(simulator, clock), clock);
    registry.recordSuccess({ modelId: CLAUDE, region: REGION, invocationId: CLAUDE });
    expect((await access.getAccess(MODEL, REGION)).state).toBe('unknown');
    const known = registry.current;
    clock.advance(HOUR_MS + 60_000);
    expect((await access.getAccess(MODEL, REGION)).state).toBe('available');
    expect(registry.current).not.toBe(known);
    expect(access.peekAccess(CLAUDE, REGION).state).toBe('unknown');
  });

  it('has what its first calls showed, before anybody asked who it is, and its predecessor has not', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const options = { cache: { directory: await temporaryFolder() } };
    const first = await start(simulator, { ...options, ...rotating(simulator, clock) }, clock);
    await first.registry.load();
    clock.advance(HOUR_MS + 60_000);
    // As a client does before it signs the call.
    await identityOf(first.clients).resolve();
    first.registry.recordSuccess({ modelId: CLAUDE, region: REGION, invocationId: CLAUDE });
    expect(first.access.peekAccess(CLAUDE, REGION).state).toBe('observed');
    await first.access.getAccess(MODEL, REGION);
    expect(first.access.peekAccess(CLAUDE, REGION).state).toBe('observed');
    await first.close();
    const states = [];
    for (const credentials of [OTHER, simulator.credentials]) {
      const { access, registry } = await start(simulator, { ...options, credentials }, clock);
      await registry.load();
      states.push(access.peekAccess(CLAUDE, REGION).state);
    }
    expect(states).toEqual(['observed', 'unknown']);
  });

  it('is not told the answer that its predecessor waits for, which is kept for that one', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', accessKeyId: OTHER.accessKeyId, ...ASKED });
    const clock = new ManualClock();
    const options = { cache: { directory: await temporaryFolder() } };
    const first = await start(simulator, { ...options, ...rotating(simulator, clock) }, clock);
    simulator.setLatency('*', 1_000);
    const former = first.access.getAccess(MODEL, REGION);
    await until(() => asked(simulator) === 1);
    simulator.setLatency('*', 0);
    clock.jump(HOUR_MS + 60_000);
    expect((await first.access.getAccess(CLAUDE, REGION)).state).toBe('unknown');
    expect((await former).state).toBe('available');
    expect((await first.access.getAccess(MODEL, REGION)).state).toBe('unknown');
    await first.close();
    const { access, registry } = await start(simulator, options, clock);
    await registry.load();
    expect(access.peekAccess(MODEL, REGION).state).toBe('available');
  });

  it('does not put the questions that its predecessor had not sent yet', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const { access, models } = await start(simulator, rotating(simulator, clock), clock);
    const ids = (await models.getAllModels({ region: REGION })).slice(0, 6).map(({ modelId }) => modelId);
    simulator.setLatency('*', 1_000);
    const former = Promise.all(ids.map((id) => access.getAccess(id, REGION)));
    await until(() => asked(simulator) === 4);
    simulator.setLatency('*', 0);
    clock.jump(HOUR_MS + 60_000);
    await access.getAccess(CLAUDE, REGION);
    const states = (await former).map(({ state }) => state);
    expect(states).toEqual(['available', 'available', 'available', 'available', 'unknown', 'unknown']);
    expect(ids.map((id) => access.peekAccess(id, REGION).state)).toEqual(ids.map(() => 'unknown'));
    expect(simulator.requests.list().filter(({ accessKeyId }) => accessKeyId === OTHER.accessKeyId)).toHaveLength(1);
  });

  it('is saved before its store is dropped, where one takes over after the other', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const directory = await temporaryFolder();
    const people = Array.from({ length: 6 }, (_, n) => ({
      accessKeyId: `AKIAPERSON000000000${n}`,
      secretAccessKey: `${n}`.repeat(40),
    }));
    people.forEach((credentials) => simulator.addCredentials(credentials));
    let turn = 0;
    const credentials = async () => ({ ...(people[turn] ?? OTHER), expiration: new Date(clock.now() + HOUR_MS) });
    const discovery = await start(simulator, { credentials, cache: { directory } }, clock);
    const { access, cache } = discovery;
    await access.getAccess(MODEL, REGION);
    const first = await keyOf(discovery);
    for (turn = 1; turn < people.length; turn += 1) {
      clock.jump(HOUR_MS + 60_000);
      await access.getAccess(MODEL, REGION);
    }
    expect(asked(simulator)).toBe(people.length);
    await until(async () => (await cache.get(first)) !== undefined);
    const next = await start(simulator, { credentials: people[0], cache: { directory } }, clock);
    await next.access.getAccess(MODEL, REGION);
    expect(asked(simulator)).toBe(people.length);
  });

  it('has what was learnt before its credentials could be had', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    let isThere = false;
    const credentials = async () => {
      if (!isThere) {
        throw new Error('not yet');
      }
      return simulator.credentials;
    };
    const options = { cache: { directory: await temporaryFolder() } };
    const first = await start(simulator, { ...options, credentials }, clock);
    await first.registry.load();
    first.registry.recordSuccess({ modelId: CLAUDE, region: REGION, invocationId: CLAUDE });
    expect(first.access.peekAccess(CLAUDE, REGION).state).toBe('observed');
    isThere = true;
    clock.advance(60_000);
    await first.access.getAccess(MODEL, REGION);
    expect(first.access.peekAccess(CLAUDE, REGION).state).toBe('observed');
    await first.close();
    const second = await start(simulator, options, clock);
    await second.registry.load();
    expect(second.access.peekAccess(CLAUDE, REGION).state).toBe('observed');
  });
});

describe('writes of access to the cache', () => {
  it('are one for many answers, and done by the time the application has closed', async () => {
    const simulator = await startSimulator();
    const kept = new Map<string, string>();
    let writes = 0;
    const sharedStore: SharedStore = {
      get: async (key) => kept.get(key),
      set: async (key, value) => {
        writes += key.includes('/access/') ? 1 : 0;
        return kept.set(key, value);
      },
      delete: async (key) => kept.delete(key),
    };
    const discovery = await start(simulator, { cache: { directory: false, sharedStore } }, new ManualClock());
    await discovery.refresher.refresh();
    const models = await discovery.models.getAllModels({ region: REGION });
    for (const { modelId } of models.slice(0, 10)) {
      await discovery.access.getAccess(modelId, REGION);
    }
    expect(writes).toBe(0);
    await discovery.close();
    expect(writes).toBe(1);
    const packed = [...kept].find(([key]) => key.includes('/access/'))?.[1] ?? '';
    const text = gunzipSync(Buffer.from(packed.slice('gzip:'.length), 'base64')).toString();
    expect(text).toContain(models[9]?.modelId);
  });
});

describe('processes of one principal that share a cache', () => {
  it('profit from each other’s questions, and keep each other’s answers', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const options = { cache: { directory: await temporaryFolder() } };
    const [first, second] = [await start(simulator, options, clock), await start(simulator, options, clock)];
    await Promise.all([first.registry.load(), second.registry.load()]);
    await first.access.getAccess(MODEL, REGION);
    clock.advance(2_000);
    await until(async () => (await second.cache.get(await keyOf(first))) !== undefined);
    expect((await second.access.getAccess(MODEL, REGION)).state).toBe('available');
    expect(asked(simulator)).toBe(1);
    await second.access.getAccess(CLAUDE, REGION);
    await second.close();
    await first.close();
    const third = await start(simulator, options, clock);
    await third.registry.load();
    const states = [MODEL, CLAUDE].map((id) => third.access.peekAccess(id, REGION).state);
    expect(states).toEqual(['available', 'available']);
  });
});

describe("access with mode 'eager'", () => {
  const EAGER = { access: { mode: 'eager' } } as const;

  async function routesOf({ models, profiles }: Discovery): Promise<string[]> {
    const onDemand = (await models.getAllModels()).flatMap(({ modelId, availability }) =>
      Object.entries(availability)
        .filter(([, { inferenceTypesSupported }]) => inferenceTypesSupported.includes('ON_DEMAND'))
        .map(([region]) => `${region} ${modelId}`),
    );
    const wrapped = (await profiles.getAllProfiles()).flatMap(({ modelIds, regions }) =>
      regions.flatMap((region) => modelIds.map((modelId) => `${region} ${modelId}`)),
    );
    return [...new Set([...onDemand, ...wrapped])].sort();
  }

  const questionsOf = (simulator: BedrockSimulator): string[] =>
    simulator.requests
      .list()
      .filter(({ operation }) => operation === ASKED.operation)
      .map(({ region, path }) => `${region} ${decodeURIComponent(path.split('/').at(-1) ?? '')}`)
      .sort();

  it('asks after a refresh about every model that has a route, once until ttlMs', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const discovery = await start(simulator, EAGER, clock);
    await discovery.refresher.refresh();
    const routes = await routesOf(discovery);
    await until(() => asked(simulator) === routes.length);
    expect(questionsOf(simulator)).toEqual(routes);
    await until(() => routes.every((route) => discovery.access.peekAccess(...split(route)).checkedAt !== undefined));
    clock.advance(TTL_MS - 1);
    await discovery.refresher.refresh({ force: true });
    await turns();
    expect(asked(simulator)).toBe(routes.length);
    clock.advance(1);
    await discovery.refresher.refresh();
    await until(() => asked(simulator) === 2 * routes.length);
  });

  const split = (route: string): [string, string] => {
    const [region = '', modelId = ''] = route.split(' ');
    return [modelId, region];
  };

  it('asks two things of a region at a time and eight overall, so that who waits finds room', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang', ...ASKED });
    const clock = new ManualClock();
    const discovery = await startDiscovery(optionsFor(simulator, EAGER), { clock });
    await discovery.refresher.refresh();
    await until(() => asked(simulator) === 8);
    await turns();
    expect(asked(simulator)).toBe(8);
    expect(Math.max(...simulator.regions.map((region) => asked(simulator, region)))).toBeLessThanOrEqual(2);
    simulator.clearFaults();
    const busy = simulator.regions.find((region) => asked(simulator, region) === 2);
    expect((await discovery.access.getAccess('nobody.asked-for-it-v1:0', busy ?? '')).checkedAt).toBeDefined();
  });

  it('gives up a region that refuses, and lets one that throttles rest', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-1', ...ASKED });
    simulator.addFault({ kind: 'throttled', region: 'us-east-1', ...ASKED });
    const clock = new ManualClock();
    const options = { ...EAGER, client: { maxAttempts: 1 } };
    const discovery = await start(simulator, options, clock);
    await discovery.refresher.refresh();
    const routes = (await routesOf(discovery)).filter((route) => route.startsWith('eu-central-1 '));
    await until(() => asked(simulator, 'eu-central-1') === routes.length);
    await turns();
    expect(asked(simulator, 'eu-west-1')).toBeLessThanOrEqual(2);
    const throttled = asked(simulator, 'us-east-1');
    expect(throttled).toBeLessThanOrEqual(2);
    simulator.clearFaults();
    clock.advance(30_000);
    await until(() => asked(simulator, 'us-east-1') > throttled + 10);
    expect(asked(simulator, 'eu-west-1')).toBeLessThanOrEqual(2);
  });

  it('gives up a region until the next refresh where asking on cannot help', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'expired-token', region: 'eu-west-1', ...ASKED });
    const discovery = await start(simulator, { ...EAGER, client: { maxAttempts: 1 } }, new ManualClock());
    await discovery.refresher.refresh();
    const routes = (await routesOf(discovery)).filter((route) => !route.startsWith('eu-west-1 '));
    await until(() => routes.every((route) => discovery.access.peekAccess(...split(route)).checkedAt !== undefined));
    await turns();
    expect(asked(simulator, 'eu-west-1')).toBeLessThanOrEqual(4);
  });

  it('starts by itself after a scan, but with refresh off only when refresh is called', async () => {
    const simulator = await startSimulator();
    const off = await start(simulator, EAGER, new ManualClock());
    await off.models.scanAllRegions();
    await off.profiles.getAllProfiles();
    await turns();
    expect(asked(simulator)).toBe(0);
    await off.refresher.refresh();
    await until(() => asked(simulator) > 0);
    await off.close();
    simulator.requests.reset();
    const onRead = await start(simulator, { ...EAGER, refresh: { mode: 'on-read' } }, new ManualClock());
    await onRead.models.getAllModels();
    await until(() => asked(simulator) > 0);
    await onRead.profiles.getAllProfiles();
    const routes = await routesOf(onRead);
    await until(() => asked(simulator) === routes.length);
  });

  it("is not asked about after a refresh with mode 'lazy'", async () => {
    const simulator = await startSimulator();
    const { refresher } = await start(simulator);
    await refresher.refresh();
    await turns();
    expect(asked(simulator)).toBe(0);
  });

  it('ends with the application in the middle, and goes on after a restart with what is left', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const options = { ...EAGER, regions: [REGION], cache: { directory: await temporaryFolder() } };
    const first = await start(simulator, options, clock);
    await first.refresher.refresh();
    const routes = await routesOf(first);
    await until(() => asked(simulator) >= 10);
    const removeFault = simulator.addFault({ kind: 'hang', ...ASKED });
    await turns();
    await first.close();
    const questions = asked(simulator);
    expect(questions).toBeLessThan(routes.length);
    await turns();
    expect(asked(simulator)).toBe(questions);
    removeFault();
    const second = await start(simulator, options, clock);
    await second.refresher.refresh();
    await until(() => routes.every((route) => second.access.peekAccess(...split(route)).checkedAt !== undefined));
    // Those that hung when the application closed were asked twice.
    expect(asked(simulator)).toBeGreaterThanOrEqual(routes.length);
    expect(asked(simulator)).toBeLessThanOrEqual(routes.length + 2);
  });
});

describe('access after the application has closed', () => {
  it('is answered from what is known, and nobody is asked', async () => {
    const simulator = await startSimulator();
    const { access, app, registry } = await start(simulator);
    await access.getAccess(MODEL, REGION);
    await app.close();
    await app.close();
    simulator.requests.reset();
    expect((await access.getAccess(PROFILE, REGION)).state).toBe('available');
    expect((await access.getAccess(CLAUDE, REGION)).state).toBe('unknown');
    registry.recordSuccess({ modelId: CLAUDE, region: REGION, invocationId: CLAUDE });
    expect(simulator.requests.count()).toBe(0);
  });

  it('a question that was under way is over, without an answer', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang', ...ASKED });
    const clock = new ManualClock();
    const { access, app } = await start(simulator, {}, clock);
    const asking = access.getAccess(MODEL, REGION);
    await until(() => asked(simulator) === 1);
    await app.close();
    expect(await asking).toMatchObject({ state: 'unknown', reason: expect.stringContaining('Nothing is known') });
    expect(clock.pending).toBe(0);
  });
});
