import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { Agent } from 'node:https';
import { describe, expect, it } from '@jest/globals';
import type { FaultOptions } from 'bedrock-simulator';
import fc from 'fast-check';
import {
  type BedrockDiscoveryOptions,
  InvocationRouter,
  type RunContext,
  type RunOptions,
} from 'nestjs-bedrock-discovery';
import { ImpatientClock } from '../support/clocks.js';
import { type Manner, type Sdk, SDKS } from '../support/sdks.js';
import { runs } from '../support/runs.js';
import { optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { turns, until } from '../support/until.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const REGIONS = ['eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-3'];
const TIMEOUT_MS = 120_000;
const EU: RunOptions = { residency: 'eu', preferredRegions: ['eu-west-3', 'eu-north-1'], timeoutMs: TIMEOUT_MS };
/** How much time passes at once, while a call is under way. */
const STEP_MS = 250;
/** After which changes are written. */
const WRITE_MS = 2_000;
const RUNS = 12;

/** Failures that have nothing to do with a model, though they look like it. */
const FOREIGN = {
  'a 403': Object.assign(new Error('Somebody else denies'), {
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 403 },
  }),
  'a 429': Object.assign(new Error('Somebody else throttles'), { statusCode: 429, isRetryable: true }),
  'no connection': Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  }),
  'a mistake': new TypeError('undefined is not a function'),
} as const;

/** What the function of a run does, one after the other. */
type Step =
  | 'ask'
  | 'ask, and go on whatever comes of it'
  | 'ask twice side by side'
  | 'ask until it succeeds, three times at most'
  | `fail with ${keyof typeof FOREIGN}`;

/** All that is drawn: it is what a failure of the property shows. */
interface Plan {
  readonly manner: Manner;
  readonly steps: readonly Step[];
  readonly end: 'return' | 'stream' | 'stream, of which one piece is read';
  readonly faults: readonly FaultOptions[];
}

const STEPS: readonly Step[] = [
  'ask',
  'ask, and go on whatever comes of it',
  'ask twice side by side',
  'ask until it succeeds, three times at most',
  ...(Object.keys(FOREIGN) as (keyof typeof FOREIGN)[]).map((name) => `fail with ${name}` as const),
];

/** Answers that say that nothing was executed. */
const REFUSING = [
  'throttled',
  'access-denied',
  'scp-denied',
  'validation',
  'unknown-operation',
  'unrecognized-client',
  'refused-stream',
  'goaway',
] as const;
/** What leaves that open. */
const OPEN = [
  'internal-error',
  'service-unavailable',
  'model-error',
  'model-timeout',
  'proxy-page',
  'hang',
  'reset',
] as const;
const SPOILT = ['headers-hang', 'truncated'] as const;
const IN_STREAM = ['stream-reset', 'stream-cut', 'stream-drop', 'stream-hang', 'stream-end', 'stream-error'] as const;

const where = {
  region: fc.option(fc.constantFrom(...REGIONS), { nil: undefined }),
  times: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
};

const faults: fc.Arbitrary<FaultOptions> = fc
  .oneof(
    fc.record({ kind: fc.constantFrom(...OPEN), executed: fc.boolean(), ...where }),
    fc.record({ kind: fc.constantFrom(...REFUSING, ...SPOILT), ...where }),
    fc.record({ kind: fc.constantFrom(...IN_STREAM), afterEvents: fc.integer({ min: 0, max: 5 }), ...where }),
    fc.record({
      kind: fc.constant('stream-error' as const),
      event: fc.constantFrom('throttlingException', 'validationException', 'internalServerException'),
      // As the first event they are refusals, which have no execution behind them but in the simulator.
      afterEvents: fc.integer({ min: 1, max: 3 }),
      ...where,
    }),
  )
  .map((fault) => JSON.parse(JSON.stringify(fault)) as FaultOptions);

const plans: fc.Arbitrary<Plan> = fc.record({
  manner: fc.constantFrom('documented', 'careless'),
  steps: fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 4 }),
  end: fc.constantFrom('return', 'stream', 'stream, of which one piece is read'),
  faults: fc.array(faults, { maxLength: 3 }),
});

/** The requests that servers of this process, speaking HTTP/1.1, have not come to an end with. */
function watchRequests(): { open(): number; end(): void } {
  const responses: ServerResponse[] = [];
  const note = (message: unknown): void => {
    responses.push((message as { response: ServerResponse }).response);
  };
  subscribe('http.server.request.start', note);
  return {
    open: () => responses.filter((response) => !response.writableFinished && !response.destroyed).length,
    end: () => unsubscribe('http.server.request.start', note),
  };
}

/** What the function of a plan does; every request has a text of its own, the same on every route. */
function functionOf({ steps, manner }: Plan, sdk: Sdk, calls: Promise<unknown>[]) {
  const ask = (context: RunContext, text: string): Promise<string> => {
    const call = sdk.call(context, text, manner);
    calls.push(call.catch(() => undefined));
    return call;
  };
  const actions: Record<Step, (context: RunContext, text: string) => Promise<unknown>> = {
    ask,
    'ask, and go on whatever comes of it': (context, text) => ask(context, text).catch(() => undefined),
    'ask twice side by side': (context, text) => Promise.all([ask(context, text), ask(context, `${text}, beside`)]),
    'ask until it succeeds, three times at most': (context, text) =>
      ask(context, text)
        .catch(() => ask(context, text))
        .catch(() => ask(context, text)),
    'fail with a 403': () => Promise.reject(FOREIGN['a 403']),
    'fail with a 429': () => Promise.reject(FOREIGN['a 429']),
    'fail with no connection': () => Promise.reject(FOREIGN['no connection']),
    'fail with a mistake': () => Promise.reject(FOREIGN['a mistake']),
  };
  return async (context: RunContext): Promise<void> => {
    for (const [index, step] of steps.entries()) {
      await actions[step](context, `step ${index + 1}`);
    }
  };
}

async function startWorld(client: NonNullable<BedrockDiscoveryOptions['client']>) {
  const clock = new ImpatientClock(Date.now());
  const simulator = await startSimulator({ now: () => clock.now() });
  const options = optionsFor(simulator, { client, regions: REGIONS, access: { mode: 'off' } });
  const discovery = await startDiscovery(options, { clock });
  await discovery.refresher.refresh();
  const router = discovery.app.get(InvocationRouter);
  const scans = simulator.requests.count();
  return {
    clock,
    simulator,
    router,
    /** Those of models. */
    asked: () => simulator.requests.count() - scans,
    /** What routing has learnt, as far as it shows. */
    learnt: async () => {
      const { routes, rejected } = await router.resolve(MODEL, { residency: 'eu' });
      return { routes: routes.map(({ region, access, reasons }) => ({ region, access, reasons })), rejected };
    },
    stop: async () => {
      await discovery.close();
      await simulator.stop();
    },
  };
}

type World = Awaited<ReturnType<typeof startWorld>>;

/** Whoever reads what a run streams: its time ends with the first piece, and then it is the reader who has to lose patience. */
interface Reader {
  readonly patience: AbortController;
  hasBegun: boolean;
}

async function carryOut({ router }: World, plan: Plan, sdk: Sdk, { calls, reader }: Observed): Promise<void> {
  const act = functionOf(plan, sdk, calls);
  if (plan.end === 'return') {
    await router.run(MODEL, act, EU);
    return;
  }
  const pieces = router.stream(
    MODEL,
    async (context) => {
      await act(context);
      return sdk.stream(context, 'the stream', plan.manner);
    },
    { ...EU, signal: reader.patience.signal },
  );
  for await (const _ of pieces) {
    reader.hasBegun = true;
    if (plan.end !== 'stream') {
      break;
    }
  }
}

/** What a run is observed by, besides its outcome. */
interface Observed {
  /** Made by SDKs. */
  readonly calls: Promise<unknown>[];
  readonly reader: Reader;
}

/** Lets time pass until a run is over, which it is when its time is. */
async function endOf({ clock }: World, run: Promise<void>, reader: Reader): Promise<unknown> {
  const outcome: { error?: unknown; settled: boolean } = { settled: false };
  void run.then(
    () => (outcome.settled = true),
    (error: unknown) => Object.assign(outcome, { settled: true, error }),
  );
  const end = clock.monotonic() + TIMEOUT_MS;
  while (!outcome.settled && clock.monotonic() < end) {
    await turns(100);
    clock.advance(STEP_MS);
  }
  if (reader.hasBegun) {
    reader.patience.abort();
  }
  await until(() => outcome.settled);
  return outcome.error;
}

const ROWS = Object.entries(SDKS).flatMap(([name, sdk]): [string, Sdk, { httpsAgent?: Agent }][] => {
  const overHttp1: [string, Sdk, { httpsAgent?: Agent }] = [`${name} over HTTP/1.1`, sdk, { httpsAgent: new Agent() }];
  return sdk.through === 'fetch' ? [overHttp1] : [overHttp1, [`${name} over HTTP/2`, sdk, {}]];
});

describe.each(ROWS)('whatever a function does, and whatever becomes of its requests by %s', (_, sdk, client) => {
  it(
    'nothing runs twice, the run ends in its time, nothing is left open, and what is not asked is not learnt from',
    async () => {
      const property = fc.asyncProperty(plans, async (plan) => {
        const world = await startWorld(client);
        const requests = watchRequests();
        try {
          const before = await world.learnt();
          const timers = world.clock.pending;
          plan.faults.forEach((fault) => world.simulator.addFault(fault));
          const observed: Observed = { calls: [], reader: { patience: new AbortController(), hasBegun: false } };
          const error = await endOf(world, carryOut(world, plan, sdk, observed), observed.reader);

          const texts = world.simulator.executions.list().map(({ text }) => text);
          expect(texts).toEqual([...new Set(texts)]);
          if (plan.steps[0]?.startsWith('fail') === true) {
            expect(Object.values(FOREIGN)).toContain(error);
            expect(world.asked()).toBe(0);
            expect(await world.learnt()).toEqual(before);
          }
          // What was learnt about access is written after a while.
          world.clock.advance(WRITE_MS);
          await until(() => world.clock.pending === timers && requests.open() === 0);
          if (plan.manner === 'documented') {
            await Promise.all(observed.calls);
          }
        } finally {
          requests.end();
          await world.stop();
        }
      });
      await fc.assert(property, { numRuns: runs(RUNS) });
    },
    runs(180_000),
  );
});
