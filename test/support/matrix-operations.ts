import { inspect } from 'node:util';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import {
  FAILURE_KINDS,
  isBedrockDiscoveryError,
  LISTING_NAMES,
  type RegionFailure,
  type Route,
  type RouteConstraints,
  type RunContext,
  type RunOptions,
} from 'nestjs-bedrock-discovery';
import type { MatrixApplication } from './matrix-application.js';
import type { Target } from './matrix-failures.js';
import { MODEL, modelOf, SOUND_REGION } from './matrix-world.js';

/** What an operation has come to, for whoever asked. */
export interface Told {
  /** What is said, as JSON; undefined where it is unknown. */
  readonly said: string | undefined;
  /** What keeps it unknown, or out of date. */
  readonly failure?: RegionFailure | undefined;
  /** An answer that no failure explains. */
  readonly wrong?: string | undefined;
  /** How often the model ran. */
  readonly executions?: number;
  /** Whether the failure was met. */
  readonly isMet?: boolean;
}

/** Something that AWS is asked for, or to do. */
export interface MatrixOperation {
  readonly name: string;
  /** Listings are refreshed, facts asked for when an answer rests on them, and calls are the caller's. */
  readonly kind: 'listing' | 'fact' | 'call';
  wire(application: MatrixApplication): Target['operation'];
  ask(application: MatrixApplication, region: string): Promise<Told>;
}

/** As the library names an operation, and as the simulator does. */
function wireOf(operation: string): Target['operation'] {
  return operation === 'bedrock-mantle:ListModels' ? 'ListMantleModels' : (operation as Target['operation']);
}

function listing(name: string): MatrixOperation {
  const inventoryOf = ({ inventories }: MatrixApplication) => {
    const found = inventories.find((inventory) => inventory.listing.name === name);
    if (found === undefined) {
      throw new Error(`The listing ${name} is not asked for.`);
    }
    return found;
  };
  return {
    name,
    kind: 'listing',
    wire: (application) => wireOf(inventoryOf(application).listing.operation),
    ask: async (application, region) => {
      const inventory = inventoryOf(application);
      const error = await inventory.readyFor(region).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      const { failure } = inventory.statuses().find((status) => status.region === region) ?? {};
      const entry = inventory.entries().find((each) => each.region === region);
      const isOwn = isBedrockDiscoveryError(error) && ['REGION_UNKNOWN', 'INVENTORY_UNAVAILABLE'].includes(error.code);
      return {
        said: error === undefined ? JSON.stringify(entry?.value) : undefined,
        failure,
        isMet: failure !== undefined,
        wrong: error === undefined || isOwn ? undefined : `it rejects with ${inspect(error)}`,
      };
    },
  };
}

/** A fact that shows on the route from a region. */
function shown(
  name: string,
  wire: Target['operation'],
  constraints: RouteConstraints,
  shownOf: (route: Route) => unknown,
  modelFor: (region: string) => string = () => MODEL,
): MatrixOperation {
  return {
    name,
    kind: 'fact',
    wire: () => wire,
    ask: async ({ router, simulator }, region) => {
      const asked = simulator.requests.count({ operation: wire });
      const options = { sourceRegions: [region], via: ['on-demand'] as const, ...constraints };
      const { routes, rejected } = await router.resolve(modelFor(region), options);
      const [route] = routes;
      const fact = route && shownOf(route);
      return {
        said: fact === undefined ? undefined : JSON.stringify(fact),
        isMet: fact === undefined && simulator.requests.count({ operation: wire }) > asked,
        wrong: route ? undefined : `there is no route: ${rejected.map(({ code }) => code).join(', ')}`,
      };
    },
  };
}

const access: MatrixOperation = {
  name: 'access',
  kind: 'fact',
  wire: () => 'GetFoundationModelAvailability',
  ask: async ({ discovery }, region) => {
    const { state, reason } = await discovery.access.getAccess(MODEL, region);
    return {
      // That a call has shown it says no less.
      said: state === 'unknown' ? undefined : state === 'observed' ? 'available' : state,
      isMet: state === 'unknown',
      wrong: reason === '' ? 'no reason is given' : undefined,
    };
  },
};

const RUN_MS = 5_000;
let calls = 0;

/** @param call resolves with the whole of the answer */
function called(
  name: string,
  wire: Target['operation'],
  call: (application: MatrixApplication, text: string, options: RunOptions) => Promise<string>,
): MatrixOperation {
  return {
    name,
    kind: 'call',
    wire: () => wire,
    ask: async (application, region) => {
      const text = `call ${(calls += 1)}`;
      const failures: RegionFailure[] = [];
      const options: RunOptions = {
        preferredRegions: [region],
        sourceRegions: [region, SOUND_REGION],
        via: ['on-demand'],
        timeoutMs: RUN_MS,
        onAttempt: ({ failure }) => failure && failures.push(failure),
      };
      const outcome = await call(application, text, options).then(
        (said) => ({ said: said.replace(/\b(?:af|us)-\w+-\d+\b/g, 'region').replaceAll(text, 'text') }),
        (error: unknown) => ({ said: undefined, error }),
      );
      const executions = application.simulator.executions.list().filter((each) => each.text === text).length;
      return {
        said: outcome.said,
        executions,
        failure: failures.at(-1),
        isMet: failures.length > 0 || outcome.said === undefined,
        wrong: 'error' in outcome ? wrongIn(outcome.error, executions) : undefined,
      };
    },
  };
}

/** What an error of a call has to be: one of the library's own, or what came after the model had begun to answer. */
function wrongIn(error: unknown, executions: number): string | undefined {
  if (!isBedrockDiscoveryError(error)) {
    const { name, message } = error as Error;
    const isOwnMistake = name === 'ValidationException';
    return executions > 0 || isOwnMistake ? undefined : `it rejects with ${name}: ${message}`;
  }
  const { code } = error;
  if (code === 'ROUTES_EXHAUSTED' && executions > 0) {
    return 'it says that calling again is safe, though the model ran';
  }
  const attempts = 'attempts' in error ? error.attempts : [];
  const untyped = attempts.find(({ failure }) => !isTyped(failure));
  return untyped && `an attempt failed with ${JSON.stringify(untyped.failure)}`;
}

export function isTyped({ kind, message, remedy, at }: RegionFailure): boolean {
  return FAILURE_KINDS.includes(kind) && message !== '' && remedy !== '' && !Number.isNaN(Date.parse(at));
}

const messagesOf = (text: string) => [{ role: 'user' as const, content: [{ text }] }];

const run = called('run', 'Converse', ({ router }, text, options) =>
  router.run(
    MODEL,
    async ({ client, route }) => {
      const command = new ConverseCommand({ modelId: route.invocationId, messages: messagesOf(text) });
      const { output } = await client(BedrockRuntimeClient).send(command);
      return output?.message?.content?.[0]?.text ?? '';
    },
    options,
  ),
);

const stream = called('stream', 'ConverseStream', async ({ router }, text, options) => {
  const open = async ({ client, route }: RunContext) => {
    const command = new ConverseStreamCommand({ modelId: route.invocationId, messages: messagesOf(text) });
    const { stream: events } = await client(BedrockRuntimeClient).send(command);
    return events ?? Promise.reject(new Error('There is no stream.'));
  };
  let said = '';
  for await (const { contentBlockDelta } of router.stream(MODEL, open, { ...options, idleTimeoutMs: RUN_MS })) {
    said += contentBlockDelta?.delta?.text ?? '';
  }
  return said;
});

/** All that the library lists, asks and calls: a new listing is among them by itself. */
export const OPERATIONS: readonly MatrixOperation[] = [
  ...LISTING_NAMES.map(listing),
  access,
  shown('quotas', 'ListServiceQuotas', {}, ({ quota }) =>
    quota?.source === 'listed' ? quota.tokensPerMinute : undefined,
  ),
  shown('retention', 'GetAccountDataRetention', { retention: 'none' }, ({ retention }) => retention?.effective),
  // Whichever region is near is asked, so that the model is one that a single region lists.
  shown(
    'offers',
    'ListFoundationModelAgreementOffers',
    { prefer: 'price' },
    ({ price }) => price?.inputPerMillion,
    modelOf,
  ),
  run,
  stream,
];
