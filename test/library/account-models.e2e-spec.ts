import { describe, expect, it } from '@jest/globals';
import { ListProvisionedModelThroughputsCommand, BedrockClient } from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import type { BedrockSimulator, NewAccountModel } from 'bedrock-simulator';
import fc from 'fast-check';
import {
  type BedrockDiscoveryOptions,
  discoveryPolicy,
  DiscoveryDoctor,
  invocationPolicy,
  InvocationRouter,
  OPTIONAL_LISTINGS,
  type OptionalListing,
  renderDiagnosis,
  type Resolution,
  type RouteConstraints,
  type RunOptions,
} from 'nestjs-bedrock-discovery';
import { temporaryFolder } from '../support/cleanup.js';
import { ImpatientClock } from '../support/clocks.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';

const NOVA = 'amazon.nova-lite-v1:0';
const REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1'];
const OWNED: readonly OptionalListing[] = ['provisioned', 'imported', 'custom', 'marketplace', 'routers'];
const OPERATIONS = [
  'ListProvisionedModelThroughputs',
  'ListImportedModels',
  'ListCustomModelDeployments',
  'ListMarketplaceModelEndpoints',
  'ListPromptRouters',
] as const;

interface World {
  readonly simulator: BedrockSimulator;
  readonly discovery: Discovery;
  readonly router: InvocationRouter;
  readonly clock: ImpatientClock;
}

async function startWorld(
  prepare: (simulator: BedrockSimulator) => void,
  options: BedrockDiscoveryOptions = {},
): Promise<World> {
  const simulator = await startSimulator();
  prepare(simulator);
  const clock = new ImpatientClock('2026-08-22T12:00:00Z');
  const all = { regions: REGIONS, listings: OWNED, ...options };
  const discovery = await startDiscovery(optionsFor(simulator, all), { clock });
  await discovery.refresher.refresh();
  return { simulator, discovery, router: discovery.app.get(InvocationRouter), clock };
}

const own = (kind: NewAccountModel['kind'], more: Partial<NewAccountModel> = {}): NewAccountModel => ({
  kind,
  region: 'eu-west-1',
  name: `my-${kind}`,
  models: [NOVA],
  ...more,
});

const viasOf = ({ routes }: Resolution): string[] => [...new Set(routes.map(({ via }) => via))];
const rejectedOf = ({ rejected }: Resolution, id: string) => rejected.find(({ invocationId }) => invocationId === id);

function converse(router: InvocationRouter, model: string, options: RunOptions = {}) {
  return router.run(
    model,
    async ({ client, route }) => {
      const messages = [{ role: 'user' as const, content: [{ text: 'Where are you?' }] }];
      await client(BedrockRuntimeClient).send(new ConverseCommand({ modelId: route.invocationId, messages }));
      return route;
    },
    options,
  );
}

describe('what the account owns', () => {
  it('is not asked for unless the option names it, and costs one request a region and listing then', async () => {
    const plain = await startWorld(() => undefined, { listings: [] });
    expect(plain.simulator.requests.count()).toBe(REGIONS.length * 3);
    expect(Object.keys(await plain.discovery.refresher.refresh())).toEqual(['models', 'profiles']);
    const some = await startWorld(() => undefined, { listings: ['routers', 'imported'] });
    expect(OPERATIONS.map((operation) => some.simulator.requests.count({ operation }))).toEqual([0, 3, 0, 0, 3]);
    expect(some.simulator.requests.count()).toBe(REGIONS.length * 5);
    expect(Object.keys(await some.discovery.refresher.refresh())).toEqual([
      'models',
      'profiles',
      'imported',
      'routers',
    ]);
  });

  it('refuses a listing that there is not, and says which there are', async () => {
    const simulator = await startSimulator();
    const options = optionsFor(simulator, { listings: ['everything'] as never });
    await expect(startDiscovery(options)).rejects.toThrow(/"listings.*must be a list of 'provisioned'.*'mantle'/);
  });

  it('is a route to the model that provisioned throughput was bought for, before what is paid by the call', async () => {
    let arn = '';
    const { simulator, router } = await startWorld((each) => {
      arn = each.addAccountModel(own('provisioned-throughput', { region: 'us-east-1' }));
    });
    const resolution = await router.resolve(NOVA, { sourceRegions: ['us-east-1'] });
    expect(resolution.routes[0]).toMatchObject({
      modelId: NOVA,
      invocationId: arn,
      arn,
      via: 'provisioned-throughput',
      destinations: ['us-east-1'],
    });
    expect(resolution.routes[0]?.reasons[0]).toBe(
      'Provisioned throughput "my-provisioned-throughput", served in us-east-1.',
    );
    expect(viasOf(resolution)).toContain('on-demand');
    for (const prefer of ['single-region', 'latency'] as const) {
      const { routes } = await router.resolve(NOVA, { sourceRegions: ['us-east-1'], prefer });
      expect(routes[0]?.via).toBe('provisioned-throughput');
    }
    await converse(router, NOVA, { sourceRegions: ['us-east-1'] });
    expect(simulator.executions.list()).toMatchObject([{ invocationId: arn, modelId: NOVA }]);
  });

  it('goes on to other routes when provisioned throughput is used up', async () => {
    const { simulator, router } = await startWorld((each) => {
      const arn = each.addAccountModel(own('provisioned-throughput', { region: 'us-east-1' }));
      each.addFault({ kind: 'throttled', modelId: arn });
    });
    expect((await converse(router, NOVA, { sourceRegions: ['us-east-1'] })).via).not.toBe('provisioned-throughput');
    expect(simulator.executions.count({})).toBe(1);
  });

  it('has limits of its own: a quota of 0 for calls on demand does not stand in its way, nor what they used', async () => {
    const { simulator, router } = await startWorld(
      (each) => {
        each.addAccountModel(own('provisioned-throughput', { region: 'us-east-1' }));
        for (const scope of ['on-demand', 'cross-region', 'global'] as const) {
          each.setQuota({ modelId: NOVA, scope, region: 'us-east-1', tokensPerMinute: 0 });
        }
      },
      { quotas: { mode: 'listed' } },
    );
    expect((await converse(router, NOVA, { sourceRegions: ['us-east-1'] })).via).toBe('provisioned-throughput');
    const { routes, rejected } = await router.resolve(NOVA, { sourceRegions: ['us-east-1'] });
    expect(routes.map(({ via, quota }) => [via, quota])).toEqual([['provisioned-throughput', undefined]]);
    expect(rejected.map(({ code }) => code)).toContain('QUOTA_ZERO');
    expect(simulator.executions.count({})).toBe(1);
  });

  it('is resolved by its ARN alone where that is given, and never falls back to what was not named', async () => {
    let arn = '';
    const { router } = await startWorld((each) => {
      arn = each.addAccountModel(own('provisioned-throughput', { region: 'us-east-1' }));
    });
    const resolution = await router.resolve(arn);
    expect(resolution.routes.map(({ invocationId }) => invocationId)).toEqual([arn]);
    expect(new Set(resolution.rejected.map(({ code }) => code))).toContain('OTHER_PROFILE');
  });

  it('takes no calls while its status is another', async () => {
    let arn = '';
    const { router } = await startWorld((each) => {
      arn = each.addAccountModel(own('provisioned-throughput', { region: 'us-east-1', status: 'Creating' }));
    });
    const resolution = await router.resolve(NOVA);
    expect(viasOf(resolution)).not.toContain('provisioned-throughput');
    expect(rejectedOf(resolution, arn)).toMatchObject({
      code: 'NOT_IN_SERVICE',
      reason: 'The status of the provisioned throughput is Creating: it takes no calls.',
    });
  });

  it.each([
    ['imported-model', {}],
    ['custom-deployment', {}],
    ['marketplace-endpoint', {}],
    ['prompt-router', {}],
    ['provisioned-throughput', { customized: true }],
  ] as const)('stands for itself, is found by ARN and name, and is run: %s', async (kind, more) => {
    let arn = '';
    const { simulator, router, discovery } = await startWorld((each) => {
      arn = each.addAccountModel(own(kind, more));
    });
    expect(await discovery.models.getAccountModels()).toMatchObject([
      { arn, name: `my-${kind}`, via: kind, region: 'eu-west-1', open: true },
    ]);
    expect(await discovery.models.getAccountModels({ region: 'us-east-1' })).toEqual([]);
    for (const text of [arn, `my-${kind}`]) {
      expect(await router.resolve(text)).toMatchObject({
        modelId: arn,
        verdict: 'eligible',
        routes: [{ modelId: arn, invocationId: arn, via: kind, region: 'eu-west-1', destinations: ['eu-west-1'] }],
      });
    }
    expect(viasOf(await router.resolve(NOVA))).not.toContain(kind);
    await converse(router, arn);
    expect(simulator.executions.list()).toMatchObject([{ invocationId: arn, region: 'eu-west-1' }]);
    const [found] = await router.findModels(`my-${kind}`);
    expect(found).toMatchObject({ modelId: arn, modelName: `my-${kind}`, verdict: 'eligible', route: { arn } });
  });

  it('is not the account models of a caller when provisioned throughput stands for a model', async () => {
    const { discovery } = await startWorld((each) => each.addAccountModel(own('provisioned-throughput')));
    expect(await discovery.models.getAccountModels()).toEqual([]);
  });

  it('lets a router go where its models and profiles go, and nowhere that is not known', async () => {
    const router: Record<string, string> = {};
    const world = await startWorld((each) => {
      const add = (name: string, models: string[]) => {
        router[name] = each.addAccountModel(own('prompt-router', { name, models }));
      };
      each.addProfile({ inferenceProfileId: 'global.maker.one', routes: { 'eu-west-1': 'global' } });
      each.addProfile({ inferenceProfileId: 'eu.maker.one', routes: { 'eu-west-1': ['eu-west-1', 'eu-north-1'] } });
      add('inside', ['eu.maker.one', NOVA]);
      add('anywhere', ['eu.maker.one', 'global.maker.one']);
      each.addProfile({ inferenceProfileId: 'eu.maker.two', routes: { 'eu-west-1': ['eu-west-1'] } });
      add('unknown', ['eu.maker.two']);
    });
    const of = async (name: string, constraints: RouteConstraints = {}) =>
      world.router.resolve(router[name] ?? '', constraints);
    expect((await of('inside', { residency: 'eu' })).routes[0]?.destinations).toEqual(['eu-north-1', 'eu-west-1']);
    expect((await of('anywhere')).routes[0]?.destinations).toBe('global');
    expect((await of('anywhere', { residency: 'eu' })).rejected[0]?.code).toBe('OUTSIDE_RESIDENCY');
    expect((await of('inside')).routes[0]?.targetArns).toContain(
      'arn:aws:bedrock:eu-north-1::foundation-model/maker.one',
    );

    // The profile that it chooses is listed no more: what it may do with a call is not known.
    expect((await of('unknown', { residency: 'eu' })).routes).toHaveLength(1);
    world.simulator.addFault({ kind: 'internal-error', operation: 'ListPromptRouters' });
    world.simulator.removeProfile('eu.maker.two');
    await world.discovery.refresher.refresh({ force: true });
    const unknown = await of('unknown', { residency: 'eu' });
    expect([unknown.routes, unknown.rejected[0]?.code]).toEqual([[], 'OUTSIDE_RESIDENCY']);
    expect(unknown.rejected[0]?.reason).toContain('served nobody knows where');
  });

  it('says that nothing is listed instead of no, where the option leaves a listing out', async () => {
    const { router, discovery } = await startWorld(() => undefined, { listings: ['imported'] });
    const arn = 'arn:aws:bedrock:eu-west-1:123456789012:custom-model-deployment/abcdefghijkl';
    const refusal = {
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(`add 'custom' to the option "listings"`),
    };
    await expect(router.resolve(arn)).rejects.toMatchObject(refusal);
    await expect(router.resolve(NOVA, { via: ['provisioned-throughput'] })).rejects.toMatchObject({
      message: expect.stringContaining(`add 'provisioned'`),
    });
    await expect(router.getModelVerdicts({ via: ['provisioned-throughput'] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(await discovery.models.getAccountModels()).toEqual([]);
    const off = await startWorld(() => undefined, { listings: [] });
    await expect(off.discovery.models.getAccountModels()).rejects.toMatchObject({
      code: 'INVENTORY_UNAVAILABLE',
      message: expect.stringContaining('The option "listings" names none of provisioned, imported'),
    });
  });

  it('is unknown where it is denied, which keeps nothing else from being answered', async () => {
    const { router, discovery, simulator, clock } = await startWorld((each) => {
      each.addAccountModel(own('imported-model'));
      each.addFault({ kind: 'access-denied', operation: 'ListImportedModels', region: 'us-east-1' });
      each.addFault({ kind: 'access-denied', operation: 'ListPromptRouters' });
    });
    const resolution = await router.resolve(NOVA);
    expect([resolution.verdict, resolution.unknownRegions]).toEqual(['eligible', []]);
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl';
    expect(await router.resolve(arn)).toMatchObject({
      verdict: 'unknown',
      unknownRegions: [{ region: 'us-east-1', failure: { kind: 'access-denied' } }],
    });
    expect(await router.resolve(arn.replace('us-east-1', 'eu-west-1'), { sourceRegions: ['eu-west-1'] })).toMatchObject(
      {
        verdict: 'not',
      },
    );
    expect(await discovery.models.getAccountModels()).toHaveLength(1);
    await expect(discovery.models.getAccountModels({ region: 'us-east-1' })).rejects.toMatchObject({
      code: 'REGION_UNKNOWN',
    });
    // A listing that nobody may read is not asked for anew by questions.
    const asked = simulator.requests.count({ operation: 'ListPromptRouters' });
    clock.advance(600_000);
    await router.resolve(NOVA);
    expect(simulator.requests.count({ operation: 'ListPromptRouters' })).toBe(asked);
  });

  it('is served as it was last listed while asking fails, marked as old', async () => {
    let arn = '';
    const { router, discovery, simulator, clock } = await startWorld((each) => {
      arn = each.addAccountModel(own('imported-model'));
    });
    simulator.addFault({ kind: 'internal-error', operation: 'ListImportedModels' });
    clock.advance(7_200_000);
    const { imported } = await discovery.refresher.refresh({ force: true });
    expect(imported?.regions[0]).toMatchObject({ region: 'eu-west-1', status: 'failed', count: 1, stale: true });
    const { routes } = await router.resolve(arn);
    expect(routes[0]).toMatchObject({ arn, ageMs: 7_200_000 });
    expect(routes[0]?.reasons.join('\n')).toContain('asking again has failed since');
    expect((await router.resolve(arn, { maxDestinationAgeMs: 3_600_000 })).rejected[0]?.code).toBe('UNVERIFIED');
  });

  it('tells its changes: what appears, what is gone, and what becomes of its status', async () => {
    let arn = '';
    const { discovery, simulator, clock } = await startWorld((each) => {
      arn = each.addAccountModel(own('provisioned-throughput', { status: 'Creating' }));
    });
    simulator.setAccountModelStatus(arn, 'InService');
    const added = simulator.addAccountModel(own('imported-model', { region: 'us-east-1' }));
    clock.advance(1_000);
    await discovery.refresher.refresh({ force: true });
    simulator.removeAccountModel(arn);
    clock.advance(1_000);
    await discovery.refresher.refresh({ force: true });
    const changes = await discovery.refresher.getChanges();
    // What is noticed at the same moment has an order, but none that says anything.
    expect(changes.slice(0, 2)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: 'account-model-status-changed',
          arn,
          modelId: NOVA,
          before: 'Creating',
          after: 'InService',
        }),
        expect.objectContaining({ type: 'account-model-appeared', arn: added, after: ['us-east-1'] }),
      ]),
    );
    expect(changes.slice(2)).toMatchObject([{ type: 'account-model-gone', arn, modelId: NOVA, before: ['eu-west-1'] }]);
  });

  it('is kept between runs, and in a snapshot', async () => {
    const directory = await temporaryFolder();
    const simulator = await startSimulator();
    const arn = simulator.addAccountModel(own('imported-model'));
    const options = (cache: object) => optionsFor(simulator, { regions: REGIONS, listings: OWNED, cache });
    const first = await startDiscovery(options({ directory }));
    await first.refresher.refresh();
    const seed = JSON.parse(JSON.stringify(await first.refresher.export())) as object;
    await first.close();
    simulator.requests.reset();
    for (const cache of [{ directory }, { directory: false, seed }]) {
      const discovery = await startDiscovery(options(cache));
      expect(await discovery.models.getAccountModels()).toMatchObject([{ arn }]);
    }
    expect(simulator.requests.count()).toBe(0);
  });

  it('asks nobody about access to what is called by ARN', async () => {
    const { simulator, router } = await startWorld(
      (each) => {
        each.addAccountModel(own('imported-model'));
        each.addAccountModel(own('provisioned-throughput', { models: ['maker.unlisted'] }));
      },
      { access: { mode: 'lazy' } },
    );
    await converse(router, 'my-imported-model');
    await converse(router, 'maker.unlisted');
    expect(simulator.requests.count({ operation: 'GetFoundationModelAvailability' })).toBe(0);
  });

  it('reads on when a list has pages', async () => {
    const { discovery } = await startWorld((each) => {
      each.setPageSize(2);
      for (const name of ['one', 'two', 'three', 'four', 'five']) {
        each.addAccountModel(own('imported-model', { name }));
      }
    });
    const names = (await discovery.models.getAccountModels()).map(({ name }) => name);
    expect(names).toEqual(['one', 'two', 'three', 'four', 'five']);
  });

  it('is in the diagnosis, with the permission that lacks', async () => {
    const { discovery } = await startWorld((each) => {
      each.addAccountModel(own('imported-model'));
      each.addFault({ kind: 'access-denied', operation: 'ListPromptRouters' });
    });
    const diagnosis = await discovery.app.get(DiscoveryDoctor).diagnose();
    expect(diagnosis.permissions).toMatchObject([
      { action: 'bedrock:ListPromptRouters', regions: [...REGIONS].sort() },
    ]);
    expect(diagnosis.checks.map(({ id }) => id)).toEqual(expect.arrayContaining([...OWNED]));
    expect(diagnosis.policies.discovery.Statement[0]?.Action).toContain('bedrock:ListPromptRouters');
    expect(renderDiagnosis(diagnosis)).toMatch(/\n {2}imported {2}1 imported models, listed/);
  });
});

describe('policies for what the account owns', () => {
  it('name the listings that are asked for, and no others', () => {
    const actions = (listings: readonly OptionalListing[]) =>
      discoveryPolicy({ listings, accountRegions: false }).Statement.flatMap(({ Action }) => Action);
    const usual = actions([]);
    for (const [index, listing] of OWNED.entries()) {
      expect(actions([listing]).filter((action) => !usual.includes(action))).toEqual([`bedrock:${OPERATIONS[index]}`]);
    }
    expect(actions(OPTIONAL_LISTINGS).length).toBe(usual.length + OWNED.length + 2);
  });

  it('allow one route, whatever it is via', async () => {
    const arns: string[] = [];
    const { router } = await startWorld((each) => {
      const kinds = ['imported-model', 'custom-deployment', 'marketplace-endpoint', 'prompt-router'] as const;
      arns.push(...kinds.map((kind) => each.addAccountModel(own(kind))));
    });
    const [imported, custom, marketplace, routing] = await Promise.all(
      arns.map(async (arn) => {
        const [route] = (await router.resolve(arn)).routes;
        return route && invocationPolicy(route, { streaming: false }).Statement;
      }),
    );
    expect(imported).toMatchObject([{ Action: ['bedrock:InvokeModel'], Resource: [arns[0]] }]);
    expect(custom).toMatchObject([{ Resource: [arns[1]] }]);
    expect(marketplace).toMatchObject([
      { Resource: ['arn:aws:bedrock:eu-west-1:123456789012:marketplace/model-endpoint/all-access'] },
      {
        Action: ['sagemaker:InvokeEndpoint'],
        Resource: [arns[2]],
        Condition: { StringEquals: { 'aws:CalledViaLast': 'bedrock.amazonaws.com' } },
      },
    ]);
    expect(routing).toMatchObject([
      { Resource: [arns[3]] },
      { Resource: [`arn:aws:bedrock:eu-west-1::foundation-model/${NOVA}`] },
    ]);
  });

  it('refuse what would allow more than the route', () => {
    const route = { modelId: 'x', region: 'eu-west-1', destinations: ['eu-west-1'] };
    const arn = 'arn:aws:bedrock:eu-west-1:123456789012:imported-model/*';
    expect(() => invocationPolicy({ ...route, via: 'imported-model', arn })).toThrow(/must name what the account owns/);
    const foreign = 'arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0';
    expect(() => invocationPolicy({ ...route, via: 'imported-model', arn: foreign })).toThrow(/must name/);
    const router = 'arn:aws:bedrock:eu-west-1:123456789012:prompt-router/abc';
    expect(() => invocationPolicy({ ...route, via: 'prompt-router', arn: router })).toThrow(/is not known/);
  });
});

describe('against plain loops', () => {
  const owned = fc.record({
    region: fc.constantFrom(...REGIONS),
    status: fc.constantFrom('InService', 'Creating', 'Failed'),
    customized: fc.boolean(),
    model: fc.constantFrom(NOVA, 'maker.unlisted'),
  });
  const constraints = fc.record(
    {
      residency: fc.constantFrom('eu', 'us', ['eu-west-1']),
      sourceRegions: fc.subarray(REGIONS, { minLength: 1 }),
      via: fc.constantFrom(['provisioned-throughput'], ['provisioned-throughput', 'on-demand']),
    },
    { requiredKeys: [] },
  );

  it('finds exactly the provisioned throughput that is in service, for the model, and within the constraints', async () => {
    const inside: Record<string, readonly string[]> = {
      eu: ['eu-west-1', 'eu-central-1'],
      us: ['us-east-1'],
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(owned, { maxLength: 8 }),
        fc.array(constraints, { maxLength: 6 }),
        async (things, asked) => {
          const { simulator, router, discovery } = await startWorld((each) => {
            for (const [index, { region, status, customized, model }] of things.entries()) {
              const more = { region, status, customized, models: [model], name: `number-${index}` };
              each.addAccountModel(own('provisioned-throughput', more));
            }
          });
          for (const given of asked as RouteConstraints[]) {
            const expected: string[] = [];
            for (const region of REGIONS) {
              const client = new BedrockClient({
                region,
                endpoint: simulator.endpoint,
                credentials: simulator.credentials,
              });
              const { provisionedModelSummaries = [] } = await client.send(
                new ListProvisionedModelThroughputsCommand({}),
              );
              client.destroy();
              for (const { provisionedModelArn = '', modelArn, status } of provisionedModelSummaries) {
                const places = [given.residency ?? REGIONS].flat().flatMap((name) => inside[name] ?? [name]);
                const isFor = modelArn === `arn:aws:bedrock:${region}::foundation-model/${NOVA}`;
                const mayCall = given.sourceRegions?.includes(region) ?? true;
                if (isFor && status === 'InService' && places.includes(region) && mayCall) {
                  expected.push(provisionedModelArn);
                }
              }
            }
            const { routes, rejected } = await router.resolve(NOVA, given);
            const found = routes.filter(({ via }) => via === 'provisioned-throughput').map(({ arn }) => arn);
            expect(found.sort()).toEqual(expected.sort());
            const all = [...found, ...rejected.map(({ invocationId }) => invocationId)].filter((id) =>
              id.startsWith('arn:'),
            );
            expect(all.filter((id) => id.includes(':provisioned-model/'))).toHaveLength(
              things.filter(({ customized, model }) => !customized && model === NOVA).length,
            );
          }
          expect(await discovery.models.getAccountModels()).toHaveLength(
            things.filter((each) => each.customized).length,
          );
          await discovery.close();
          await simulator.stop();
        },
      ),
      { numRuns: 15 },
    );
  });
});
