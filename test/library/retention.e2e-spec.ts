import { BedrockClient, PutAccountDataRetentionCommand } from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from '@jest/globals';
import type { BedrockSimulator, DataRetentionMode, EffectiveRetentionMode, FaultOptions } from 'bedrock-simulator';
import fc from 'fast-check';
import {
  type BedrockDiscoveryOptions,
  type DiagnoseOptions,
  DiscoveryDoctor,
  InvocationRouter,
  type Resolution,
  RETENTION_MODES,
  RETENTION_SETTINGS,
  type RetentionMode,
  type RouteConstraints,
  type RunContext,
} from 'nestjs-bedrock-discovery';
import { temporaryFolder } from '../support/cleanup.js';
import { ImpatientClock } from '../support/clocks.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { turns } from '../support/until.js';

const FABLE = 'anthropic.claude-fable-5';
const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const REGIONS = ['us-east-1', 'us-east-2', 'us-west-2'] as const;
const NOW = '2026-11-22T12:00:00Z';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OPERATION = 'GetAccountDataRetention';

class World {
  readonly router: InvocationRouter;

  constructor(
    readonly simulator: BedrockSimulator,
    readonly discovery: Discovery,
    readonly clock: ImpatientClock,
  ) {
    this.router = discovery.app.get(InvocationRouter);
  }

  /** How often regions were asked for their mode. */
  asked(region?: string): number {
    return this.simulator.requests.count({ operation: OPERATION, ...(region !== undefined && { region }) });
  }

  async regions(model: string, constraints: RouteConstraints = {}): Promise<string[]> {
    return regionsOf(await this.router.resolve(model, constraints));
  }

  call(model: string, constraints: RouteConstraints = {}): Promise<string> {
    return this.router.run(model, converse, { preferredRegions: REGIONS, ...constraints });
  }

  fault(fault: Omit<FaultOptions, 'operation'>): () => void {
    return this.simulator.addFault({ ...fault, operation: OPERATION });
  }

  /** Time passes for the simulator as well, which any answer tells. */
  async later(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.discovery.latencies.measure('us-east-1').catch(() => undefined);
  }
}

interface Beginning extends BedrockDiscoveryOptions {
  modes?: Partial<Record<string, DataRetentionMode>>;
}

async function start({ modes = {}, ...options }: Beginning = {}): Promise<World> {
  const clock = new ImpatientClock(NOW);
  const simulator = await startSimulator({ now: () => clock.now() });
  for (const [region, mode] of Object.entries(modes)) {
    simulator.setDataRetention(region, mode ?? 'inherit');
  }
  return startOn(simulator, clock, options);
}

/** An application; with a folder, what an earlier one knew is known to it. */
async function startOn(simulator: BedrockSimulator, clock: ImpatientClock, options: BedrockDiscoveryOptions) {
  const discovery = await startDiscovery(
    optionsFor(simulator, { regions: REGIONS, access: { mode: 'off' }, ...options }),
    { clock },
  );
  await discovery.refresher.refresh();
  return new World(simulator, discovery, clock);
}

/** @returns the region that answered */
async function converse({ client, route }: RunContext): Promise<string> {
  const messages = [{ role: 'user' as const, content: [{ text: 'Hello' }] }];
  await client(BedrockRuntimeClient).send(new ConverseCommand({ modelId: route.invocationId, messages }));
  return route.region;
}

const regionsOf = ({ routes }: Resolution): string[] => [...new Set(routes.map(({ region }) => region))].sort();
const rejectedAs = ({ rejected }: Resolution, code: string): string[] => [
  ...new Set(rejected.flatMap((each) => (each.code === code ? [each.region] : []))),
];
const reasonIn = ({ routes }: Resolution): string | undefined =>
  routes[0]?.reasons.find((reason) => reason.startsWith('Data retention'));

describe('the data retention mode of a region', () => {
  it('is asked for by no refresh, and for no model to which it does not matter', async () => {
    const world = await start();
    await world.regions(SONNET);
    await world.call(SONNET);
    await world.router.peekModelVerdicts({ retention: 'none' });
    await turns();
    expect(world.asked()).toBe(0);
  });

  it('leaves out the regions in which a strict model cannot be called, and shows in the routes that are left', async () => {
    const world = await start({ modes: { 'us-west-2': 'provider_data_share' } });
    const resolution = await world.router.resolve(FABLE);
    expect(regionsOf(resolution)).toEqual(['us-west-2']);
    expect(rejectedAs(resolution, 'RETENTION')).toEqual(['us-east-1', 'us-east-2']);
    expect(resolution.routes[0]?.retention).toEqual({
      mode: 'provider_data_share',
      effective: 'provider_data_share',
      source: 'account',
      at: '2026-11-22T12:00:00.000Z',
    });
    expect(reasonIn(resolution)).toBe('Data retention: the mode is provider_data_share, as the account has set it.');
    expect(resolution.explain()).toContain(
      'The data retention mode in us-east-1 is default, since the account has set none: the model does not allow it, by what AWS has published as of 2026-11',
    );
  });

  it('is asked for once for all, of the regions that may be called alone, until it is an hour old', async () => {
    const world = await start();
    await world.regions(FABLE, { sourceRegions: ['us-east-1'] });
    expect([world.asked(), world.asked('us-east-1')]).toEqual([1, 1]);
    await world.regions(FABLE, { residency: ['us-east-1', 'us-east-2'] });
    expect(world.asked('us-west-2')).toBe(0);
    await Promise.all([world.regions(FABLE), world.regions(FABLE), world.router.getModelVerdicts()]);
    expect(world.asked()).toBe(REGIONS.length);
    await world.later(HOUR_MS - 1);
    await world.regions(FABLE);
    expect(world.asked()).toBe(REGIONS.length);
    await world.later(1);
    await world.regions(FABLE);
    expect(world.asked()).toBe(2 * REGIONS.length);
  });

  it('is found out before a strict model is called, so that no call is refused', async () => {
    const world = await start({ modes: { 'us-west-2': 'aws_review' } });
    expect(await world.call(FABLE)).toBe('us-west-2');
    expect(world.simulator.requests.count({ operation: 'Converse' })).toBe(1);
  });

  it('that allows the model nowhere leaves no route, and says why', async () => {
    const world = await start();
    const error = await world.call(FABLE).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'NO_ROUTE' });
    expect(world.simulator.requests.count({ operation: 'Converse' })).toBe(0);
  });

  it('holds up a call no longer than two seconds, and what is not known then rejects nothing', async () => {
    const world = await start({ modes: { '*': 'provider_data_share' } });
    const end = world.fault({ kind: 'hang' });
    const called = world.call(FABLE);
    while (world.asked() === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    world.clock.advance(2_000);
    expect(await called).toBe('us-east-1');
    end();
  });

  it('is not asked for where that is switched off, and learnt from refused calls all the same', async () => {
    const world = await start({ retention: { mode: 'off' }, modes: { 'us-east-2': 'provider_data_share' } });
    expect(await world.regions(FABLE, { retention: 'none' })).toEqual([...REGIONS]);
    expect(await world.call(FABLE)).toBe('us-east-2');
    expect(world.asked()).toBe(0);
    expect(await world.regions(FABLE)).toEqual(['us-east-2', 'us-west-2']);
  });
});

describe('a call that is refused for the data retention mode', () => {
  const strict = async (options: Beginning = {}): Promise<World> => {
    const world = await start({ modes: { 'us-east-2': 'none' }, ...options });
    world.simulator.setAllowedRetention(SONNET, ['none']);
    return world;
  };

  it('goes on to a region whose mode fits, and is not tried there again', async () => {
    const world = await strict();
    expect(await world.call(SONNET)).toBe('us-east-2');
    expect(await world.call(SONNET)).toBe('us-east-2');
    expect(world.simulator.requests.count({ operation: 'Converse', region: 'us-east-1' })).toBe(1);
    const resolution = await world.router.resolve(SONNET);
    expect(rejectedAs(resolution, 'RETENTION')).toEqual(['us-east-1']);
    expect(resolution.explain()).toContain('as a call on 2026-11-22 has shown');
  });

  it('is remembered by the next run, for seven days', async () => {
    const options = { cache: { directory: await temporaryFolder(), diskTtlMs: 30 * DAY_MS } };
    const world = await strict(options);
    await world.call(SONNET);
    await world.discovery.close();
    const next = await startOn(world.simulator, world.clock, options);
    expect(await next.regions(SONNET)).toEqual(['us-east-2', 'us-west-2']);
    await next.later(7 * DAY_MS);
    expect(await next.regions(SONNET)).toEqual([...REGIONS]);
  });

  it('counts for the mode alone that it was refused for', async () => {
    const world = await strict();
    await world.call(SONNET);
    world.simulator.setDataRetention('us-east-1', 'none');
    await world.later(HOUR_MS);
    expect(await world.call(SONNET)).toBe('us-east-1');
    expect(world.simulator.executions.count({ region: 'us-east-1' })).toBe(1);
  });

  it('goes before what the account was known to have set, until that is asked for again', async () => {
    const world = await start({ modes: { '*': 'provider_data_share' } });
    expect(await world.call(FABLE)).toBe('us-east-1');
    world.simulator.setDataRetention('us-east-1', 'none');
    expect(await world.call(FABLE)).toBe('us-east-2');
    expect(rejectedAs(await world.router.resolve(FABLE), 'RETENTION')).toEqual(['us-east-1']);
    expect((await world.router.resolve(FABLE)).explain()).toContain(
      'The data retention mode in us-east-1 is none, as a refused call has shown',
    );
    await world.later(HOUR_MS);
    world.simulator.setDataRetention('us-east-1', 'aws_review');
    expect(await world.call(FABLE)).toBe('us-east-1');
  });
});

describe('a limit to data retention', () => {
  it('keeps to the regions where no more is kept, by plain comparison', async () => {
    const world = await start({ retention: { ttlMs: 1 } });
    const rank = (mode: string): number => RETENTION_MODES.findIndex((each) => each === mode);
    const refused: Readonly<Record<string, readonly EffectiveRetentionMode[]>> = { [FABLE]: ['none', 'default'] };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...RETENTION_SETTINGS), { minLength: 3, maxLength: 3 }),
        fc.option(fc.constantFrom(...RETENTION_MODES), { nil: undefined }),
        fc.constantFrom(FABLE, SONNET),
        async (modes, retention, model) => {
          REGIONS.forEach((region, index) => world.simulator.setDataRetention(region, modes[index] ?? 'inherit'));
          await world.later(1_000);
          const expected = REGIONS.filter((_, index) => {
            const set = modes[index] ?? 'inherit';
            const mode = set === 'inherit' ? 'default' : set;
            const isRefused = refused[model]?.includes(mode) === true;
            const isTooMuch = retention !== undefined && rank(mode) > rank(retention);
            return !isRefused && !isTooMuch;
          });
          expect(await world.regions(model, { ...(retention && { retention }), unknownFacts: 'reject' })).toEqual(
            expected,
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('that is no mode is refused', async () => {
    const { router } = await start();
    await expect(router.resolve(SONNET, { retention: 'inherit' as 'none' })).rejects.toThrow(
      "retention must be one of 'none', 'default', 'aws_review', 'provider_data_share'.",
    );
  });
});

describe('a data retention mode that is not known', () => {
  const NONE = { retention: 'none' } as const;
  const CERTAIN = { ...NONE, unknownFacts: 'reject' } as const;

  it('rejects nothing unless certainty is asked for, and says so of a strict model', async () => {
    const world = await start();
    world.fault({ kind: 'service-unavailable' });
    expect(await world.regions(SONNET, NONE)).toEqual([...REGIONS]);
    const certain = await world.router.resolve(SONNET, CERTAIN);
    expect(regionsOf(certain)).toEqual([]);
    expect(rejectedAs(certain, 'FACT_UNKNOWN')).toEqual([...REGIONS]);
    expect(certain.explain()).toContain('The data retention mode in us-east-1 is not known.');
    const fable = await world.router.resolve(FABLE);
    expect(reasonIn(fable)).toMatch(/mode in us-\S+ is not known, and the model does not allow none and default/);
    expect(fable.routes[0]).not.toHaveProperty('retention');
  });

  it('does not matter where any mode will do', async () => {
    const world = await start();
    const any = { retention: 'provider_data_share', unknownFacts: 'reject' } as const;
    expect(await world.regions(SONNET, any)).toEqual([...REGIONS]);
    expect(world.asked()).toBe(0);
  });

  it('where asking is denied is asked for in one region, and no more for a day, nor by the next run', async () => {
    const options = { cache: { directory: await temporaryFolder() } };
    const world = await start(options);
    world.fault({ kind: 'access-denied' });
    expect(await world.regions(FABLE)).toEqual([...REGIONS]);
    expect(await world.regions(SONNET, NONE)).toEqual([...REGIONS]);
    expect(await world.regions(SONNET, CERTAIN)).toEqual([]);
    expect(world.asked()).toBe(1);
    await world.discovery.close();
    const next = await startOn(world.simulator, world.clock, options);
    await next.later(DAY_MS - HOUR_MS);
    await next.regions(FABLE);
    expect(next.asked()).toBe(1);
    await next.later(HOUR_MS);
    await next.regions(FABLE);
    expect(next.asked()).toBe(2);
  });

  it('since asking was denied to another principal of the account is asked for', async () => {
    const options = { cache: { directory: await temporaryFolder() } };
    const world = await start({ ...options, modes: { '*': 'none' } });
    const end = world.fault({ kind: 'access-denied' });
    expect(await world.regions(SONNET, CERTAIN)).toEqual([]);
    await world.discovery.close();
    end();
    const credentials = { accessKeyId: 'AKIAOTHER', secretAccessKey: 'other', accountId: world.simulator.accountId };
    world.simulator.addCredentials(credentials);
    const next = await startOn(world.simulator, world.clock, { ...options, credentials });
    expect(await next.regions(SONNET, CERTAIN)).toEqual([...REGIONS]);
  });

  it('in one region that denies it alone is unknown there alone', async () => {
    const world = await start({ modes: { '*': 'none' } });
    await world.regions(SONNET, { ...CERTAIN, sourceRegions: ['us-east-1'] });
    world.fault({ kind: 'access-denied', region: 'us-west-2' });
    expect(await world.regions(SONNET, CERTAIN)).toEqual(['us-east-1', 'us-east-2']);
    expect(await world.regions(SONNET, CERTAIN)).toEqual(['us-east-1', 'us-east-2']);
    expect(world.asked()).toBe(REGIONS.length);
  });

  it('any more is what was known last, until that is too old', async () => {
    const world = await start({ modes: { '*': 'none' }, cache: { directory: false, diskTtlMs: 2 * HOUR_MS } });
    expect(await world.regions(SONNET, CERTAIN)).toEqual([...REGIONS]);
    world.fault({ kind: 'service-unavailable' });
    await world.later(2 * HOUR_MS - 1_000);
    expect(await world.regions(SONNET, CERTAIN)).toEqual([...REGIONS]);
    expect(world.asked()).toBeGreaterThan(REGIONS.length);
    await world.later(1_000);
    await world.discovery.refresher.refresh();
    expect(await world.regions(SONNET, CERTAIN)).toEqual([]);
  });

  it('since the answer makes no sense is asked for again after a while', async () => {
    const world = await start({ modes: { '*': 'none' } });
    const end = world.fault({ kind: 'missing-list' });
    expect(await world.regions(SONNET, CERTAIN)).toEqual([]);
    end();
    await world.later(30_000);
    expect(await world.regions(SONNET, CERTAIN)).toEqual([...REGIONS]);
  });
});

describe('what the cache holds of data retention', () => {
  const CERTAIN = { retention: 'none', unknownFacts: 'reject' } as const;

  it.each([
    ['no record', 'what?'],
    ['no pieces', [7, null, {}, { region: 'us-east-1' }]],
    ['a mode that is none', REGIONS.map((region) => ({ region, mode: 'some', at: Date.parse(NOW) }))],
    ['an answer of the future', REGIONS.map((region) => ({ region, mode: 'none', at: 9e15 }))],
  ])('and is %s is not believed', async (_, stored) => {
    const world = await start({ retention: { mode: 'off' } });
    await world.discovery.cache.set(`${await world.discovery.owner()}/retention`, stored);
    expect(await world.regions(SONNET, CERTAIN)).toEqual([]);
  });

  it('is served to the next run, which asks nobody, and to no other account', async () => {
    const options = { cache: { directory: await temporaryFolder() } };
    const world = await start({ ...options, modes: { '*': 'none' } });
    expect(await world.regions(SONNET, CERTAIN)).toEqual([...REGIONS]);
    await world.discovery.close();
    const next = await startOn(world.simulator, world.clock, options);
    expect(await next.regions(SONNET, CERTAIN)).toEqual([...REGIONS]);
    expect(next.asked()).toBe(REGIONS.length);
    const credentials = { accessKeyId: 'AKIAOTHER', secretAccessKey: 'other', accountId: '210987654321' };
    world.simulator.addCredentials(credentials);
    world.simulator.setDataRetention('*', 'default', credentials.accountId);
    const { accountId } = credentials;
    const other = await startOn(world.simulator, world.clock, { ...options, credentials, accountId });
    expect(await other.regions(SONNET, CERTAIN)).toEqual([]);
  });
});

describe('what bedrock-mantle lists that a model allows', () => {
  it('goes before the table, for the models that it speaks of', async () => {
    const { simulator, router, discovery } = await start({
      listings: ['mantle'],
      modes: { 'us-west-2': 'aws_review' },
    });
    simulator.addMantleModel({ id: FABLE, allowedModes: ['none', 'default'] });
    simulator.addMantleModel({ id: SONNET, allowedModes: ['aws_review'] });
    await discovery.refresher.refresh({ force: true });
    const regionsWithout = async (model: string): Promise<Record<string, string>> => {
      const { rejected } = await router.resolve(model, { via: ['system-profile'] });
      return Object.fromEntries(
        rejected.flatMap(({ code, region, reason }) => (code === 'RETENTION' ? [[region, reason]] : [])),
      );
    };
    expect(Object.keys(await regionsWithout(FABLE))).toEqual(['us-west-2']);
    const ofSonnet = await regionsWithout(SONNET);
    expect(Object.keys(ofSonnet).sort()).toEqual(['us-east-1', 'us-east-2']);
    expect(ofSonnet['us-east-1']).toContain('as bedrock-mantle lists it');
  });
});

describe('a diagnosis of data retention', () => {
  const diagnose = async (world: World, options: DiagnoseOptions = {}) => {
    const diagnosis = await world.discovery.app.get(DiscoveryDoctor).diagnose(options);
    return { ...diagnosis, checks: diagnosis.checks.filter(({ id }) => id.startsWith('retention')) };
  };

  it('tells each mode, what it blocks, the command that changes it, and that this is for others to decide', async () => {
    const world = await start({ modes: { 'us-west-2': 'provider_data_share' } });
    const { checks, retention, policies } = await diagnose(world);
    expect(checks).toEqual([
      {
        id: 'retention:inherit',
        status: 'ok',
        title: 'Data retention',
        detail: `The mode is inherit, which comes to default, in us-east-1, us-east-2. There it blocks ${FABLE}.`,
        remedy: expect.stringMatching(/^Only where these models are wanted: .*whoever answers for data protection/),
      },
      {
        id: 'retention:provider_data_share',
        status: 'ok',
        title: 'Data retention',
        detail: 'The mode is provider_data_share in us-west-2. It blocks no model that is known to refuse modes.',
      },
    ]);
    expect(checks[0]?.remedy).toContain(
      '`aws bedrock put-account-data-retention --mode provider_data_share --region us-east-1`',
    );
    expect(retention).toEqual([
      {
        region: 'us-east-1',
        inForce: expect.objectContaining({ mode: 'inherit', effective: 'default' }),
        blocks: [FABLE],
      },
      { region: 'us-east-2', inForce: expect.objectContaining({ source: 'account' }), blocks: [FABLE] },
      { region: 'us-west-2', inForce: expect.objectContaining({ mode: 'provider_data_share' }), blocks: [] },
    ]);
    expect(policies.discovery.Statement[0]?.Action).toContain('bedrock:GetAccountDataRetention');
  });

  it('names a command that the SDK has the operation of', async () => {
    const world = await start();
    const { checks } = await diagnose(world);
    const [, mode, region = ''] =
      /put-account-data-retention --mode (\w+) --region ([\w-]+)/.exec(checks[0]?.remedy ?? '') ?? [];
    const { endpoint, credentials } = world.simulator;
    const client = new BedrockClient({
      endpoint,
      credentials,
      region,
      systemClockOffset: world.clock.now() - Date.now(),
    });
    await client.send(new PutAccountDataRetentionCommand({ mode: mode as RetentionMode }));
    client.destroy();
    expect(await world.regions(FABLE)).toEqual([]);
    const { retention } = await diagnose(world, { recheck: true });
    expect(retention.find((each) => each.region === region)?.blocks).toEqual([]);
    expect(await world.regions(FABLE)).toEqual([region]);
  });

  it('warns where calls have met a mode that their model does not allow', async () => {
    const world = await start({ retention: { mode: 'off' } });
    world.simulator.setAllowedRetention(SONNET, ['none']);
    await world.call(SONNET).catch(() => undefined);
    const { checks, policies } = await diagnose(world);
    expect(checks[0]).toMatchObject({
      id: 'retention:default',
      status: 'warning',
      detail: `The mode is default in ${REGIONS.join(', ')}. There it blocks ${FABLE}, ${SONNET}.`,
      remedy: expect.stringContaining(
        `For ${SONNET}: \`aws bedrock put-account-data-retention --mode MODE --region us-east-1\`, with a mode that the model allows.`,
      ),
    });
    expect(policies.discovery.Statement[0]?.Action).not.toContain('bedrock:GetAccountDataRetention');
  });

  it('tells that the mode is not known, and why', async () => {
    const world = await start();
    world.fault({ kind: 'access-denied' });
    const { checks, retention } = await diagnose(world);
    expect(checks).toEqual([
      {
        id: 'retention:unknown',
        status: 'unknown',
        title: 'Data retention',
        detail: expect.stringMatching(/^The mode is not known in us-east-1, us-east-2, us-west-2 \(access-denied\): /),
        remedy: expect.stringContaining('bedrock:GetAccountDataRetention'),
      },
    ]);
    expect(retention).toEqual(REGIONS.map((region) => ({ region, blocks: [] })));
    expect(world.asked()).toBe(1);
    await diagnose(world, { recheck: true });
    expect(world.asked()).toBe(1 + REGIONS.length);
    const off = await diagnose(await start({ retention: { mode: 'off' } }));
    expect(off.checks[0]).toMatchObject({ status: 'unknown', detail: expect.stringContaining("retention.mode 'off'") });
  });

  it('says nothing, and asks nothing, where no model is listed that refuses modes', async () => {
    const world = await start();
    world.simulator.removeModel(FABLE);
    ['us', 'global'].forEach((prefix) => world.simulator.removeProfile(`${prefix}.${FABLE}`));
    await world.discovery.refresher.refresh({ force: true });
    const { checks, retention } = await diagnose(world);
    expect([checks, retention, world.asked()]).toEqual([[], [], 0]);
  });
});
