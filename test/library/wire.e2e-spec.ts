import { createServer, type Server } from 'node:http';
import { Agent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import type { BedrockSimulator, FaultOptions } from 'bedrock-simulator';
import {
  type BedrockDiscoveryOptions,
  InvocationRouter,
  ModelAccessService,
  type Resolution,
  type RunContext,
  type RunOptions,
} from 'nestjs-bedrock-discovery';
import { freePort } from '../../bench/free-port.js';
import { afterThisTest } from '../support/cleanup.js';
import { ImpatientClock } from '../support/clocks.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { turns, until } from '../support/until.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
/** Some of those that the profile is called from, so that every test may have a world of its own. */
const REGIONS = ['eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-3'];
const EU: RunOptions = { residency: 'eu', preferredRegions: ['eu-west-3', 'eu-north-1'] };

let clock: ImpatientClock;
let simulator: BedrockSimulator;
let discovery: Discovery;
let router: InvocationRouter;

async function start(options: BedrockDiscoveryOptions = {}): Promise<void> {
  clock = new ImpatientClock('2026-08-22T12:00:00Z');
  simulator = await startSimulator({ now: () => clock.now() });
  discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS, access: { mode: 'off' }, ...options }), {
    clock,
  });
  await discovery.refresher.refresh();
  router = discovery.app.get(InvocationRouter);
}

beforeEach(() => start());

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const fault = (given: FaultOptions): (() => void) => simulator.addFault({ operation: 'Converse', ...given });
const executions = (text: string): number => simulator.executions.list().filter((each) => each.text === text).length;
const messagesOf = (text: string) => [{ role: 'user' as const, content: [{ text }] }];

function converse({ route, client }: RunContext, text: string): Promise<unknown> {
  const command = new ConverseCommand({ modelId: route.invocationId, messages: messagesOf(text) });
  return client(BedrockRuntimeClient).send(command);
}

async function converseStream({ route, client }: RunContext, text: string) {
  const command = new ConverseStreamCommand({ modelId: route.invocationId, messages: messagesOf(text) });
  const { stream } = await client(BedrockRuntimeClient).send(command);
  if (stream === undefined) {
    throw new Error('There is no stream.');
  }
  return stream;
}

async function firstEvent(context: RunContext, text: string): Promise<unknown> {
  for await (const event of await converseStream(context, text)) {
    return event;
  }
  return undefined;
}

/** As an SDK that speaks HTTP by itself makes a call. */
async function converseByHttp({ route, fetch }: RunContext, text: string): Promise<unknown> {
  const response = await fetch(`/model/${encodeURIComponent(route.invocationId)}/converse`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: messagesOf(text) }),
  });
  const body = (await response.json()) as { message?: string };
  if (!response.ok) {
    throw new Error(`It answered ${response.status}: ${body.message}`);
  }
  return body;
}

function listening(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const foreign = (name: string, status: number): Error =>
  Object.assign(new Error(`Somebody else's ${name}`), {
    name,
    $fault: 'client',
    $metadata: { httpStatusCode: status },
  });

/** What routing has learnt, as far as it shows. */
async function learnt(): Promise<Pick<Resolution, 'rejected'> & { routes: unknown[] }> {
  const { routes, rejected } = await router.resolve(MODEL, { residency: 'eu' });
  const plain = routes.map(({ region, access, reasons }) => ({
    region,
    access,
    health: reasons.filter((reason) => reason.startsWith('Health')),
  }));
  return { routes: plain, rejected };
}

describe.each([
  ['client', converse],
  ['fetch', converseByHttp],
])('a call through %s of the context', (_, call) => {
  it('is carried through the next route where it is refused, and counts as access where it is answered', async () => {
    fault({ kind: 'throttled', region: 'eu-west-3' });
    const region = await router.run(
      MODEL,
      async (context) => {
        await call(context, 'carried');
        return context.route.region;
      },
      EU,
    );
    expect(region).toBe('eu-north-1');
    expect(executions('carried')).toBe(1);
    expect(discovery.app.get(ModelAccessService).peekAccess(MODEL, 'eu-north-1').state).toBe('observed');
    expect(discovery.latencies.get('eu-north-1')?.runtimeMs).toBeGreaterThanOrEqual(0);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a database that cannot be reached', async () => fetch(`http://127.0.0.1:${await freePort()}`)],
    ["somebody else's throttling", () => Promise.reject(foreign('ThrottlingException', 429))],
    ["somebody else's 403", () => Promise.reject(foreign('AccessDeniedException', 403))],
    ['a mistake of its own', () => Promise.reject(new TypeError('undefined is not a function'))],
  ])('that was answered is not repeated for what fails afterwards: %s', async (title, failing) => {
    const before = await learnt();
    const failures: unknown[] = [];
    const error = await caught(
      router.run(
        MODEL,
        async (context) => {
          await call(context, title);
          await failing().catch((failure: unknown) => {
            failures.push(failure);
            throw failure;
          });
        },
        EU,
      ),
    );
    expect(failures).toEqual([error]);
    expect(executions(title)).toBe(1);
    const { routes, rejected } = await learnt();
    expect(rejected).toEqual(before.rejected);
    expect(routes).not.toContainEqual(expect.objectContaining({ health: [expect.anything()] }));
  });

  it('that was refused goes on, whatever the function makes of the refusal', async () => {
    fault({ kind: 'access-denied', region: 'eu-west-3' });
    const regions: string[] = [];
    await router.run(
      MODEL,
      async (context) => {
        regions.push(context.route.region);
        await call(context, 'wrapped').catch(() => {
          throw new Error('Something went wrong.');
        });
      },
      EU,
    );
    expect(regions).toEqual(['eu-west-3', 'eu-north-1']);
    expect(executions('wrapped')).toBe(1);
  });

  it('that was refused is refused from then on without being sent, so that retries of an SDK end at once', async () => {
    fault({ kind: 'throttled', region: 'eu-west-3' });
    await router.run(
      MODEL,
      async (context) => {
        for (let tries = 1; tries < 3; tries += 1) {
          await call(context, 'again').catch(() => undefined);
        }
        await call(context, 'again');
      },
      EU,
    );
    expect(simulator.requests.count({ operation: 'Converse', region: 'eu-west-3' })).toBe(1);
  });

  it('of whose answer half came is not sent again, by whomever', async () => {
    fault({ kind: 'truncated' });
    const asking = (context: RunContext) => call(context, 'half').catch(() => call(context, 'half'));
    expect(await caught(router.run(MODEL, asking, EU))).toMatchObject({ code: 'MAY_HAVE_EXECUTED' });
    expect(executions('half')).toBe(1);
  });

  it('that was refused is not waited for any longer where its function does not end', async () => {
    fault({ kind: 'throttled', region: 'eu-west-3' });
    const region = await router.run(
      MODEL,
      async (context) => {
        await call(context, 'for ever').catch(() => new Promise(() => undefined));
        return context.route.region;
      },
      EU,
    );
    expect(region).toBe('eu-north-1');
  });

  it('may have been executed where its function fails while it is under way', async () => {
    fault({ kind: 'hang' });
    const before = simulator.requests.count({ operation: 'Converse' });
    const error = await caught(
      router.run(
        MODEL,
        async (context) => {
          void call(context, 'under way').catch(() => undefined);
          await until(() => simulator.requests.count({ operation: 'Converse' }) > before);
          throw new Error('my own');
        },
        EU,
      ),
    );
    expect(error).toMatchObject({ code: 'MAY_HAVE_EXECUTED', cause: { message: 'my own' } });
    expect(simulator.requests.count({ operation: 'Converse' })).toBe(before + 1);
  });

  it('may have been executed where one of two side by side is refused and the other has no answer', async () => {
    fault({ kind: 'hang', modelId: `eu.${MODEL}` });
    fault({ kind: 'throttled', modelId: `eu.${MODEL}`, times: 1 });
    const both = router.run(MODEL, (context) => Promise.all([call(context, 'a'), call(context, 'b')]), EU);
    expect(await caught(both)).toMatchObject({ code: 'MAY_HAVE_EXECUTED' });
    expect(simulator.requests.count({ operation: 'Converse' })).toBe(2);
  });

  it('says that it may have been executed where the module is closed meanwhile', async () => {
    fault({ kind: 'hang' });
    const running = caught(router.run(MODEL, (context) => call(context, 'closing'), EU));
    await until(() => simulator.requests.count({ operation: 'Converse' }) === 1);
    await discovery.close();
    expect(await running).toMatchObject({ code: 'MAY_HAVE_EXECUTED' });
  });

  it('ends with the time of its run where its function never does', async () => {
    const running = caught(
      router.run(
        MODEL,
        async (context) => {
          await call(context, 'answered');
          await new Promise(() => undefined);
        },
        { ...EU, timeoutMs: 5_000 },
      ),
    );
    await until(() => executions('answered') === 1);
    clock.advance(5_000);
    expect(await running).toMatchObject({ code: 'MAY_HAVE_EXECUTED' });
  });
});

describe('a function that calls no model', () => {
  it.each([
    foreign('AccessDeniedException', 403),
    foreign('ThrottlingException', 429),
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED', syscall: 'connect' }),
    Object.assign(new Error('The security token is invalid'), { name: 'CredentialsProviderError' }),
  ])('is called once, changes nothing, and its error is its own: %s', async (error) => {
    const before = await learnt();
    let calls = 0;
    for (let runs = 1; runs <= 4; runs += 1) {
      const failing = router.run(MODEL, () => {
        calls += 1;
        return Promise.reject(error);
      });
      expect(await caught(failing)).toBe(error);
    }
    expect(calls).toBe(4);
    expect(await learnt()).toEqual(before);
  });

  it('is no evidence where it succeeds', async () => {
    await router.run(MODEL, () => Promise.resolve('from a cache'), { ...EU, affinityKey: 'a' });
    expect(discovery.app.get(ModelAccessService).peekAccess(MODEL, 'eu-west-3').state).toBe('unknown');
    expect(discovery.latencies.get('eu-west-3')).not.toHaveProperty('runtimeMs');
  });

  it('ends with the time of its run, which may be tried again', async () => {
    const running = caught(router.run(MODEL, () => new Promise(() => undefined), { ...EU, timeoutMs: 5_000 }));
    await turns();
    clock.advance(5_000);
    expect(await running).toMatchObject({ code: 'ROUTES_EXHAUSTED' });
  });
});

describe('the time that a service asks for', () => {
  const only: RunOptions = { residency: 'eu', sourceRegions: ['eu-west-3'] };

  it('is kept within a run: it ends at once where there is not so much left', async () => {
    fault({ kind: 'throttled', retryAfterSeconds: 3_600 });
    const error = await caught(router.run(MODEL, (context) => converse(context, 'long'), only));
    expect(error).toMatchObject({ code: 'ROUTES_EXHAUSTED', message: expect.stringContaining('for 3600 s') });
    expect(simulator.requests.count({ operation: 'Converse' })).toBe(1);
  });

  it('is kept by later calls, which make no request before it is over', async () => {
    fault({ kind: 'throttled', retryAfterSeconds: 900, times: 1 });
    await caught(router.run(MODEL, (context) => converse(context, 'first'), only));
    expect(await caught(router.run(MODEL, (context) => converse(context, 'second'), only))).toMatchObject({
      code: 'ROUTES_EXHAUSTED',
    });
    expect(simulator.requests.count({ operation: 'Converse' })).toBe(1);
    clock.advance(900_000);
    await router.run(MODEL, (context) => converse(context, 'third'), only);
    expect(executions('third')).toBe(1);
  });

  it('is waited for where there is time, and then the same route is tried', async () => {
    fault({ kind: 'throttled', retryAfterSeconds: 30, times: 1 });
    const running = router.run(MODEL, (context) => converse(context, 'waited'), only);
    await until(() => simulator.requests.count({ operation: 'Converse' }) === 1);
    await until(() => {
      clock.advance(1_000);
      return executions('waited') === 1;
    });
    await running;
    expect(simulator.requests.count({ operation: 'Converse' })).toBe(2);
  });
});

describe('a stream', () => {
  it('that ends without its last event is not whole', async () => {
    fault({ kind: 'stream-end', afterEvents: 3, operation: 'ConverseStream' });
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const event of router.stream(MODEL, (context) => converseStream(context, 'short'), EU)) {
        seen.push(event);
      }
    })();
    await expect(reading).rejects.toThrow('The stream ended before its messageStop.');
    expect(seen).toHaveLength(3);
    expect(executions('short')).toBe(1);
  });

  it.each([
    ['throttlingException', 'eu-north-1'],
    ['validationException', 'ValidationException'],
    ['internalServerException', 'MAY_HAVE_EXECUTED'],
  ] as const)('whose first event is a %s comes to %s', async (event, outcome) => {
    simulator.addFault({
      kind: 'stream-error',
      event,
      afterEvents: 0,
      operation: 'ConverseStream',
      region: 'eu-west-3',
    });
    let region = '';
    const reading = (async () => {
      const events = router.stream(
        MODEL,
        (context) => {
          ({ region } = context.route);
          return converseStream(context, event);
        },
        EU,
      );
      for await (const _ of events) {
        // All of it.
      }
      return region;
    })();
    const error = (await caught(reading)) as { code?: string; name?: string } | undefined;
    expect(error === undefined ? region : (error.code ?? error.name)).toBe(outcome);
  });

  /** What is read by `fetch` of a body that its server writes in pieces, and ends with the connection. */
  async function readByFetch(path: string, type: string, pieces: readonly (string | Buffer)[], encoding?: 'chunked') {
    const server = await listening(
      createServer((request, response) => {
        request.resume();
        response.useChunkedEncodingByDefault = encoding === 'chunked';
        response.writeHead(200, { 'content-type': type, connection: 'close' });
        pieces.forEach((piece) => response.write(piece));
        setImmediate(() => (encoding === 'chunked' ? request.socket.end() : response.end()));
      }),
    );
    afterThisTest(() => server.close());
    const { port } = server.address() as AddressInfo;
    const runtime = `http://127.0.0.1:${port}`;
    await start({ endpoint: ({ service }) => (service === 'bedrock-runtime' ? runtime : simulator.endpoint) });
    const read: string[] = [];
    const error = await caught(
      (async () => {
        const call = async ({ fetch }: RunContext): Promise<AsyncIterable<Uint8Array>> => {
          const { body } = await fetch(path, { method: 'POST', body: '{}' });
          return body as unknown as AsyncIterable<Uint8Array>;
        };
        for await (const piece of router.stream(MODEL, call, EU)) {
          read.push(Buffer.from(piece).toString());
        }
      })(),
    );
    return { read: read.join(''), error };
  }

  const CHAT = '/openai/v1/chat/completions';
  const FIRST = 'data: {"choices":[{"delta":{"content":"Once"},"finish_reason":null}]}\n\n';
  const FINISH = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n';

  it.each([
    ['chunked', '/openai/v1/responses', /aborted/],
    [undefined, CHAT, /before its \[DONE\]/],
  ] as const)(
    'of server-sent events that breaks off with its connection is not whole: transfer-encoding %s',
    async (encoding, path, message) => {
      const { read, error } = await readByFetch(path, 'text/event-stream', [FIRST], encoding);
      expect(read).toBe(FIRST);
      expect(error).toMatchObject({ message: expect.stringMatching(message) });
    },
  );

  it.each([[[FIRST, 'data: [DONE]']], [[FIRST, FINISH]]])(
    'of chat completions is whole with its end: %j',
    async (all) => {
      expect(await readByFetch(CHAT, 'text/event-stream', all)).toEqual({ read: all.join(''), error: undefined });
    },
  );

  it('in a format of which no last event is known is whole where its connection ends well', async () => {
    const codec = new EventStreamCodec(toUtf8, fromUtf8);
    const body = fromUtf8(JSON.stringify({ bytes: Buffer.from('{"generation":"Once"}').toString('base64') }));
    const headers = {
      ':message-type': { type: 'string', value: 'event' },
      ':event-type': { type: 'string', value: 'chunk' },
    } as const;
    const path = `/model/eu.${MODEL}/invoke-with-response-stream`;
    const pieces = [Buffer.from(codec.encode({ headers, body }))];
    expect(await readByFetch(path, 'application/vnd.amazon.eventstream', pieces)).toMatchObject({ error: undefined });
  });

  it('may be read by an iterator whose return gives no promise, or throws', async () => {
    for (const leave of [
      () => undefined,
      () => {
        throw new Error('no');
      },
    ]) {
      const items = {
        [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: false, value: 1 }), return: leave }),
      };
      for await (const item of router.stream(MODEL, () => Promise.resolve(items as unknown as AsyncIterable<number>))) {
        expect(item).toBe(1);
        break;
      }
    }
  });

  it('whose first item does not come in time has its iterator ended', async () => {
    let ended = 0;
    const late = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => undefined),
        return: () => Promise.resolve({ done: true as const, value: (ended += 1) }),
      }),
    };
    const reading = router.stream(MODEL, () => Promise.resolve(late), { ...EU, timeoutMs: 5_000 }).next();
    const failed = caught(reading);
    await turns();
    clock.advance(5_000);
    expect(await failed).toMatchObject({ code: 'ROUTES_EXHAUSTED' });
    expect(ended).toBe(1);
  });
});

describe.each(['http1', 'http2'] as const)('over %s', (protocol) => {
  beforeEach(() => start(protocol === 'http1' ? { client: { httpsAgent: new Agent() } } : {}));

  it.each(['refused-stream', 'goaway'] as const)('a request that is met by %s', async (kind) => {
    fault({ kind, region: 'eu-west-3' });
    const running = router.run(
      MODEL,
      async (context) => {
        await converse(context, kind);
        return context.route.region;
      },
      EU,
    );
    // HTTP/1.1 has no way to say that a request was left alone.
    const outcome = await running.catch(({ code }: { code: string }) => code);
    expect(outcome).toBe(protocol === 'http2' ? 'eu-north-1' : 'MAY_HAVE_EXECUTED');
    expect(executions(kind)).toBe(protocol === 'http2' ? 1 : 0);
  });

  it.each(['stream-cut', 'stream-drop', 'stream-reset'] as const)(
    'a stream that breaks off is never taken for a whole one: %s',
    async (kind) => {
      simulator.addFault({ kind, afterEvents: 2, operation: 'ConverseStream' });
      for (let n = 0; n < 20; n += 1) {
        const seen: unknown[] = [];
        const reading = (async () => {
          for await (const event of router.stream(MODEL, (context) => converseStream(context, kind), EU)) {
            seen.push(event);
          }
        })();
        expect(await caught(reading)).toMatchObject({ message: expect.any(String) });
        expect(seen.length).toBeLessThanOrEqual(2);
      }
      expect(executions(kind)).toBe(20);
    },
  );

  it.each([
    ['Converse', converse],
    ['ConverseStream', converseStream],
  ] as const)('an answer of %s that is silent after its headers is no empty one', async (operation, call) => {
    await start({
      client: { requestTimeoutMs: 30_000, ...(protocol === 'http1' && { httpsAgent: new Agent() }) },
    });
    simulator.addFault({ kind: 'headers-hang', operation });
    const running = caught(
      router.run(
        MODEL,
        async (context) => {
          const answer = await call(context, operation);
          for await (const _ of Symbol.asyncIterator in (answer as object) ? (answer as AsyncIterable<unknown>) : []) {
            // All of it.
          }
        },
        { ...EU, timeoutMs: 60_000 },
      ),
    );
    await until(() => simulator.executions.count() === 1);
    await turns();
    clock.advance(protocol === 'http2' ? 30_000 : 60_000);
    expect(await running).toMatchObject({ code: 'MAY_HAVE_EXECUTED', attempts: [{ failure: { kind: 'timeout' } }] });
    expect(discovery.app.get(ModelAccessService).peekAccess(MODEL, 'eu-west-3').state).toBe('unknown');
  });

  it.each([
    ['an answer', 'hang', 'Converse', converse],
    ['the first event of a stream', 'stream-hang', 'ConverseStream', firstEvent],
  ] as const)('%s that does not come in time is given up, and may have run', async (_, kind, operation, call) => {
    simulator.addFault({ kind, operation, region: 'eu-west-3', ...(kind === 'stream-hang' && { afterEvents: 0 }) });
    const limited = { ...EU, firstByteTimeoutMs: 2_000 };
    const asked = (): number => simulator.requests.count({ operation, region: 'eu-west-3' });
    for (const [onAmbiguous, outcome] of [
      ['throw', 'MAY_HAVE_EXECUTED'],
      ['retry', undefined],
    ] as const) {
      const before = asked();
      const running = caught(router.run(MODEL, (context) => call(context, operation), { ...limited, onAmbiguous }));
      await until(() => asked() > before);
      await turns();
      clock.advance(2_000);
      expect(((await running) as { code?: string } | undefined)?.code).toBe(outcome);
      clock.advance(600_000);
    }
  });

  it('how long a stream is waited for can follow what is known of the model, and nothing else is limited by it', async () => {
    const limited = { ...EU, firstByteTimeoutMs: 'adaptive', onAmbiguous: 'throw' } as const;
    const hang = async (
      operation: 'Converse' | 'ConverseStream',
      call: typeof converse,
    ): Promise<{ settled: () => unknown }> => {
      const before = simulator.requests.count({ operation });
      let outcome: unknown = 'waiting';
      void caught(router.run(MODEL, (context) => call(context, operation), limited)).then((error) => (outcome = error));
      await until(() => simulator.requests.count({ operation }) > before);
      await turns();
      return { settled: () => outcome };
    };
    simulator.addFault({ kind: 'hang', operation: 'Converse' });
    simulator.addFault({ kind: 'stream-hang', afterEvents: 0, operation: 'ConverseStream' });
    const unlimited = await hang('ConverseStream', firstEvent);
    for (let sample = 0; sample < 3; sample += 1) {
      discovery.latencies.record('us-east-1', { plane: 'runtime', latencyMs: 1_500, modelId: MODEL });
    }
    const whole = await hang('Converse', converse);
    const stream = await hang('ConverseStream', firstEvent);
    clock.advance(14_999);
    await turns();
    expect(stream.settled()).toBe('waiting');
    clock.advance(1);
    await until(() => stream.settled() !== 'waiting');
    expect(stream.settled()).toMatchObject({ code: 'MAY_HAVE_EXECUTED', attempts: [{ failure: { kind: 'timeout' } }] });
    expect([unlimited.settled(), whole.settled()]).toEqual(['waiting', 'waiting']);
  });

  it('a stream that falls silent ends with an error, and is not begun anew', async () => {
    simulator.addFault({ kind: 'stream-hang', afterEvents: 2, operation: 'ConverseStream' });
    const seen: unknown[] = [];
    const reading = (async () => {
      const options = { ...EU, idleTimeoutMs: 3_000, onAmbiguous: 'retry' } as const;
      for await (const event of router.stream(MODEL, (context) => converseStream(context, 'silent'), options)) {
        seen.push(event);
      }
    })();
    const failed = caught(reading);
    await until(() => seen.length === 2);
    await turns();
    clock.advance(3_000);
    expect(await failed).toMatchObject({ cause: { name: 'TimeoutError' } });
    expect(executions('silent')).toBe(1);
  });

  it('an answer leaves no timer behind', async () => {
    fault({ kind: 'service-unavailable' });
    const before = clock.pending;
    for (let n = 0; n < 10; n += 1) {
      await caught(router.run(MODEL, (context) => converse(context, 'away'), EU));
    }
    await turns();
    expect(clock.pending).toBe(before);
  });

  it('connections that are rotated cost no call', async () => {
    const outcomes = Array.from({ length: 300 }, async (__, call) => {
      await turns(call);
      if (call % 10 === 0) {
        simulator.rotateConnections();
      }
      await router.run(MODEL, (context) => converse(context, 'rotated'), EU);
    });
    await Promise.all(outcomes);
    expect(executions('rotated')).toBe(300);
  });
});

/** As of 3.787.0, which knows nothing of what is told it about signing, and keeps it as it is. */
class OldClient extends BedrockRuntimeClient {
  constructor(config: object) {
    super(config);
    const defaultUserAgentProvider = (): Promise<[string, string][]> => Promise.resolve([['aws-sdk-js', '3.787.0']]);
    Object.assign(this.config, { authSchemePreference: ['sigv4'], defaultUserAgentProvider });
  }
}

it('a client of an SDK that is too old says which one is needed', async () => {
  const command = new ConverseCommand({ modelId: MODEL, messages: messagesOf('old') });
  expect(await caught(router.run(MODEL, ({ client }) => client(OldClient).send(command), EU))).toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(
      /^@aws-sdk\/client-bedrock-runtime 3\.787\.0 is too old.*Install 3\.797\.0 or later\.$/,
    ),
  });
  expect(simulator.requests.count({ operation: 'Converse' })).toBe(0);
});

it('many runs may share a signal without a warning', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): unknown => warnings.push(warning);
  process.on('warning', note);
  afterThisTest(() => void process.off('warning', note));
  const { signal } = new AbortController();
  await Promise.all(
    Array.from({ length: 40 }, (__, call) =>
      router.run(MODEL, (context) => converse(context, `${call}`), { ...EU, signal }),
    ),
  );
  expect(warnings.filter(({ name }) => name === 'MaxListenersExceededWarning')).toEqual([]);
});
