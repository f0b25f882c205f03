import { afterEach, describe, expect, it } from '@jest/globals';
import { ConverseCommand, type ConverseCommandInput, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import { collect, runtime, start, stopAll } from '../clients.spec.helper.js';
import type { FaultOptions } from '../faults/fault-registry.js';

afterEach(stopAll);

const MODEL = 'amazon.nova-lite-v1:0';

const input: ConverseCommandInput = {
  modelId: MODEL,
  messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
};

const call = new ConverseCommand(input);

/** What one call ended with, and how often the model ran. */
async function outcome(simulator: BedrockSimulator) {
  const error: unknown = await runtime(simulator)
    .send(call)
    .then(() => undefined)
    .catch((thrown: unknown) => thrown);
  return { error, executions: simulator.executions.count() };
}

describe('a call that fails', () => {
  it.each([
    ['throttled', 429, 'ThrottlingException', 'Too many requests, please wait before trying again.'],
    ['throttled-tokens', 429, 'ThrottlingException', 'Too many tokens, please wait before trying again.'],
    ['model-error', 424, 'ModelErrorException', /^The system encountered an unexpected error/],
    ['model-timeout', 408, 'ModelTimeoutException', /^Model has timed out/],
    ['model-not-ready', 429, 'ModelNotReadyException', /^Model is not ready for inference/],
    ['service-unavailable', 503, 'ServiceUnavailableException', /./],
    ['internal-error', 500, 'InternalServerException', /./],
    [
      'access-denied',
      403,
      'AccessDeniedException',
      `User: arn:aws:iam::123456789012:user/simulator is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/${MODEL} because no identity-based policy allows the bedrock:InvokeModel action`,
    ],
  ] as const)('by %s is answered with %d %s, before or after the model ran', async (kind, status, name, message) => {
    const simulator = await start();
    const expected = {
      name,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      $metadata: { httpStatusCode: status },
    };
    simulator.addFault({ kind });
    expect(await outcome(simulator)).toMatchObject({ error: expected, executions: 0 });
    simulator.addFault({ kind, executed: true });
    expect(await outcome(simulator)).toMatchObject({ error: expected, executions: 1 });
  });

  it('may have been executed, or not, where the connection was reset', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'reset' });
    expect(await outcome(simulator)).toMatchObject({ error: { message: expect.any(String) }, executions: 0 });
    simulator.addFault({ kind: 'reset', executed: true });
    expect(await outcome(simulator)).toMatchObject({ error: { message: expect.any(String) }, executions: 1 });
  });

  it.each([
    [false, 0],
    [true, 1],
  ])('is left hanging, executed: %s, with %d executions', async (executed, executions) => {
    const simulator = await start();
    simulator.addFault({ kind: 'hang', executed });
    const caller = new AbortController();
    const hanging = runtime(simulator).send(call, { abortSignal: caller.signal });
    hanging.catch(() => undefined);
    while (simulator.requests.count() === 0 || simulator.executions.count() < executions) {
      await new Promise(setImmediate);
    }
    caller.abort();
    await expect(hanging).rejects.toMatchObject({ name: 'AbortError' });
    expect(simulator.executions.count()).toBe(executions);
  });

  it('is told why it was not executed rather than meeting a fault after the execution', async () => {
    const simulator = await start();
    simulator.setAccess(MODEL, { authorization: 'NOT_AUTHORIZED' });
    for (const kind of ['reset', 'hang', 'internal-error'] as const) {
      simulator.addFault({ kind, executed: true });
      expect(await outcome(simulator)).toMatchObject({ error: { name: 'AccessDeniedException' }, executions: 0 });
    }
  });

  it('has no execution where nothing listens', async () => {
    const simulator = await start({ listenerPerRegion: true });
    const client = runtime(simulator, 'us-east-1', { endpoint: simulator.endpointFor('us-east-1') });
    await client.send(call);
    await simulator.closeRegion('us-east-1');
    await expect(client.send(call)).rejects.toThrow(/ECONNREFUSED/);
    expect(simulator.executions.count()).toBe(1);
    await simulator.openRegion('us-east-1');
    await client.send(call);
    expect(simulator.executions.count()).toBe(2);
  });

  it('was executed where its answer lacks the output', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'missing-list' });
    expect((await runtime(simulator).send(call)).output).toBeUndefined();
    simulator.addFault({ kind: 'malformed' });
    expect(await outcome(simulator)).toMatchObject({ error: { name: 'SyntaxError' }, executions: 2 });
  });

  it('is one of the invocation id that the fault is for', async () => {
    const simulator = await start();
    const arn = `arn:aws:bedrock:us-east-1::foundation-model/${MODEL}`;
    simulator.addFault({ kind: 'throttled', modelId: arn });
    await expect(runtime(simulator).send(call)).resolves.toHaveProperty('output');
    await expect(runtime(simulator).send(new ConverseCommand({ ...input, modelId: arn }))).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
  });
});

describe('a stream of the runtime', () => {
  const stream = async (fault: FaultOptions) => {
    const simulator = await start();
    simulator.addFault(fault);
    const client = runtime(simulator);
    try {
      const collected = await collect((await client.send(new ConverseStreamCommand(input))).stream);
      return { ...collected, executions: simulator.executions.count() };
    } catch (error) {
      return { events: [], error, executions: simulator.executions.count() };
    }
  };

  it.each([
    ['modelStreamErrorException', 0, 'ModelStreamErrorException'],
    ['modelStreamErrorException', 4, 'ModelStreamErrorException'],
    ['throttlingException', 0, 'ThrottlingException'],
    ['throttlingException', 1, 'ThrottlingException'],
    ['internalServerException', 2, 'InternalServerException'],
    ['serviceUnavailableException', 3, 'ServiceUnavailableException'],
    ['validationException', 1, 'ValidationException'],
  ] as const)('ends with %s after %d events', async (event, afterEvents, name) => {
    const { events, ...ended } = await stream({ kind: 'stream-error', event, afterEvents });
    expect(ended).toMatchObject({ error: { name }, executions: 1 });
    expect(events).toHaveLength(afterEvents);
  });

  it('may end with an error in the words of the fault', async () => {
    const { error } = await stream({ kind: 'stream-error', message: 'The model has lost its thread.' });
    expect(error).toMatchObject({ name: 'ModelStreamErrorException', message: 'The model has lost its thread.' });
  });

  it('may end early as if it were whole', async () => {
    const { events, error } = await stream({ kind: 'stream-end', afterEvents: 3 });
    expect(error).toBeUndefined();
    expect(events.map((event) => Object.keys(event)[0])).toEqual([
      'messageStart',
      'contentBlockDelta',
      'contentBlockDelta',
    ]);
  });

  it('may hold no event at all', async () => {
    expect(await stream({ kind: 'missing-list' })).toEqual({ events: [], error: undefined, executions: 1 });
  });

  it('holds every event where it drips in', async () => {
    const { events, error } = await stream({ kind: 'slow-body', delayMs: 5, chunks: 7 });
    expect(error).toBeUndefined();
    expect(events.at(-1)).toHaveProperty('metadata');
  });

  it('fails by faults that leave other operations alone', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'stream-reset', times: 1, afterEvents: 0 });
    await expect(runtime(simulator).send(call)).resolves.toHaveProperty('output');
    await expect(runtime(simulator).send(new ConverseStreamCommand(input))).rejects.toMatchObject({
      message: expect.any(String),
    });
  });

  it.each([
    ['HTTP/2', {}],
    ['HTTP/1.1', { requestHandler: new NodeHttpHandler() }],
  ])('sends its headers before the model’s first token, over %s', async (_, config) => {
    const simulator = await start({ modelLatency: 3_600_000 });
    const client = runtime(simulator, 'us-east-1', config);
    const caller = new AbortController();
    const status = await new Promise((resolve) => {
      client.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          resolve((result.response as { statusCode: number }).statusCode);
          return result;
        },
        { step: 'deserialize', priority: 'low' },
      );
      client.send(new ConverseStreamCommand(input), { abortSignal: caller.signal }).catch(() => undefined);
    });
    expect(status).toBe(200);
    expect(simulator.executions.count()).toBe(1);
    caller.abort();
  });
});

describe('a model that is slow', () => {
  it('has run by the time that its answer is out', async () => {
    const simulator = await start();
    simulator.setModelLatency(MODEL, 3_600_000);
    const caller = new AbortController();
    const slow = runtime(simulator).send(call, { abortSignal: caller.signal });
    slow.catch(() => undefined);
    while (simulator.executions.count() === 0) {
      await new Promise(setImmediate);
    }
    caller.abort();
    await expect(slow).rejects.toMatchObject({ name: 'AbortError' });
    simulator.setModelLatency('*', 7);
    expect((await runtime(simulator).send(call)).metrics?.latencyMs).toBe(7);
  });

  it('does not run for a caller who left before the request arrived there', async () => {
    const simulator = await start({ latency: 3_600_000 });
    const caller = new AbortController();
    const far = runtime(simulator).send(call, { abortSignal: caller.signal });
    far.catch(() => undefined);
    while (simulator.requests.count() === 0) {
      await new Promise(setImmediate);
    }
    caller.abort();
    await expect(far).rejects.toMatchObject({ name: 'AbortError' });
    expect(simulator.executions.count()).toBe(0);
  });
});

describe('executions of models', () => {
  it('are counted by model, region, invocation id and destination', async () => {
    const simulator = await start();
    const profile = 'us.amazon.nova-lite-v1:0';
    simulator.setDestinations(profile, 'us-west-2', ['us-east-2']);
    await runtime(simulator).send(call);
    await runtime(simulator, 'us-west-2').send(new ConverseCommand({ ...input, modelId: profile }));
    const { executions } = simulator;
    expect(executions.count()).toBe(2);
    expect(executions.count({ modelId: MODEL })).toBe(2);
    expect(executions.count({ region: 'us-west-2' })).toBe(1);
    expect(executions.count({ invocationId: MODEL })).toBe(1);
    expect(executions.count({ destination: 'us-east-2', invocationId: profile })).toBe(1);
    expect(executions.count({ destination: 'us-west-2' })).toBe(0);
    expect(() => executions.count({ model: MODEL } as object)).toThrow(/count has no "model"; accepted are modelId/);
    executions.reset();
    expect([executions.count(), executions.list()]).toEqual([0, []]);
  });

  it('tell which call they were for', async () => {
    const simulator = await start();
    const marked = new ConverseCommand({ ...input, requestMetadata: { call: 'one' } });
    const { $metadata } = await runtime(simulator).send(marked);
    expect(simulator.executions.list()).toEqual([
      {
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        operation: 'Converse',
        region: 'us-east-1',
        invocationId: MODEL,
        modelId: MODEL,
        destination: 'us-east-1',
        accountId: simulator.accountId,
        accessKeyId: simulator.credentials.accessKeyId,
        requestId: $metadata.requestId,
        sdkInvocationId: expect.stringMatching(/^[\da-f-]{36}$/),
        requestMetadata: { call: 'one' },
        text: 'Hello',
      },
    ]);
  });

  it('show a call that an SDK sent again on its own', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'internal-error', executed: true, times: 2 });
    await runtime(simulator, 'us-east-1', { maxAttempts: 3 }).send(call);
    const { executions, requests } = simulator;
    expect([executions.count(), requests.count({ operation: 'Converse' })]).toEqual([3, 3]);
    expect(new Set(executions.list().map(({ sdkInvocationId }) => sdkInvocationId)).size).toBe(1);
  });
});

describe('options of a fault', () => {
  it.each([
    [{ kind: 'stream-reset', operation: 'Converse' }, /operation of stream-reset must be one of ConverseStream/],
    [{ kind: 'stream-error', event: 'explosion' }, /fault event must be one of modelStreamErrorException/],
    [{ kind: 'stream-error', afterEvents: -1 }, /fault afterEvents must be a number from 0 up/],
    [{ kind: 'truncated', executed: true }, /fault kind with executed must be one of .*reset, .*; got "truncated"/],
    [{ kind: 'reset', executed: 'yes' }, /fault executed must be true or false; got "yes"/],
    [{ kind: 'reset', modelId: '' }, /fault modelId must be a text that is not empty/],
  ])('are refused where they make no sense: %j', async (fault, message) => {
    const simulator = await start();
    expect(() => simulator.addFault(fault as FaultOptions)).toThrow(message);
  });
});
