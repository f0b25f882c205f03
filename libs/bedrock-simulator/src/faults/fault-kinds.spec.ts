import { once } from 'node:events';
import { request as requestHttp1, type IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import { ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { bedrock, runtime, signed, start, stopAll } from '../clients.spec.helper.js';
import type { FaultOptions } from './fault-registry.js';

afterEach(stopAll);

const list = new ListFoundationModelsCommand({});

const MODEL = 'amazon.nova-lite-v1:0';
const MESSAGES = [{ role: 'user' as const, content: [{ text: 'Hello' }] }];
const converse = new ConverseCommand({ modelId: MODEL, messages: MESSAGES });
const CONVERSE = {
  method: 'POST',
  path: `/model/${encodeURIComponent(MODEL)}/converse`,
  body: JSON.stringify({ messages: MESSAGES }),
};

interface Asked {
  readonly url: URL;
  readonly method: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

async function askHttp1({ url, method, body, headers }: Asked) {
  const asking = requestHttp1(url, { method, headers, agent: false }).end(body);
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: response, leave: () => asking.destroy() };
}

async function askHttp2({ url, method, body, headers }: Asked) {
  const session = connect(url);
  const stream = session.request({ ':method': method, ':path': url.pathname, ...headers });
  stream.end(body);
  const [response] = (await once(stream, 'response')) as [Record<string, number>];
  return { status: response[':status'], body: stream, leave: () => session.destroy() };
}

async function faulted(fault: Omit<FaultOptions, 'operation'>) {
  const simulator = await start();
  simulator.addFault({ ...fault, operation: 'ListFoundationModels' });
  return { simulator, client: bedrock(simulator) };
}

describe('kinds of faults', () => {
  it.each([
    [
      'unrecognized-client',
      403,
      'UnrecognizedClientException',
      /^The security token included in the request is invalid\.$/,
    ],
    ['expired-token', 403, 'ExpiredTokenException', /^The security token included in the request is expired$/],
    [
      'access-denied',
      403,
      'AccessDeniedException',
      /^User: arn:aws:iam::123456789012:user\/simulator is not authorized to perform: bedrock:ListFoundationModels because no identity-based policy allows the bedrock:ListFoundationModels action$/,
    ],
    [
      'scp-denied',
      403,
      'AccessDeniedException',
      /with an explicit deny in a service control policy: arn:aws:organizations::/,
    ],
    [
      'account-not-enabled',
      403,
      'AccessDeniedException',
      /^Your account is not authorized to invoke this API operation\.$/,
    ],
    ['throttled', 429, 'ThrottlingException', /^Too many requests, please wait before trying again\.$/],
    ['validation', 400, 'ValidationException', /./],
    ['unknown-operation', 404, 'UnknownOperationException', /./],
    ['internal-error', 500, 'InternalServerException', /./],
    ['service-unavailable', 503, 'ServiceUnavailableException', /./],
  ] as const)('%s is answered with %d %s', async (kind, httpStatusCode, name, message) => {
    const { client } = await faulted({ kind });
    await expect(client.send(list)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
      $metadata: {
        httpStatusCode,
        requestId: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/),
      },
    });
  });

  it('a fault may word its message', async () => {
    const { client } = await faulted({ kind: 'scp-denied', message: 'denied by the board' });
    await expect(client.send(list)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'denied by the board',
    });
  });

  it('throttled says when to come back only when told to', async () => {
    const { simulator, client } = await faulted({ kind: 'throttled' });
    const retryAfter = () =>
      client
        .send(list)
        .catch((error: { $response: { headers: Record<string, string> } }) => error.$response.headers['retry-after']);
    expect(await retryAfter()).toBeUndefined();
    simulator.addFault({ kind: 'throttled', retryAfterSeconds: 7 });
    expect(await retryAfter()).toBe('7');
  });

  it('hang never answers: the caller gives up', async () => {
    const { simulator, client } = await faulted({ kind: 'hang' });
    const caller = new AbortController();
    const call = client.send(list, { abortSignal: caller.signal });
    call.catch(() => caller.abort());
    while (simulator.requests.count({ operation: 'ListFoundationModels' }) === 0) {
      await new Promise(setImmediate);
    }
    caller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('reset ends the connection', async () => {
    const { client } = await faulted({ kind: 'reset' });
    await expect(client.send(list)).rejects.toThrow(/ECONNRESET/);
  });

  it('truncated ends the connection within the body', async () => {
    const { client } = await faulted({ kind: 'truncated' });
    await expect(client.send(list)).rejects.toThrow(/aborted/);
  });

  it('malformed sends a body that is no JSON', async () => {
    const { client } = await faulted({ kind: 'malformed' });
    await expect(client.send(list)).rejects.toMatchObject({ name: 'SyntaxError' });
  });

  it('missing-list sends an object without its list', async () => {
    const { client } = await faulted({ kind: 'missing-list' });
    expect((await client.send(list)).modelSummaries).toBeUndefined();
  });

  it.each([1, 5])('slow-body sends the headers first and the body in %d pieces later', async (chunks) => {
    const { client } = await faulted({ kind: 'slow-body', delayMs: 5, chunks });
    expect((await client.send(list)).modelSummaries).toHaveLength(121);
  });

  it.each([403, 500, 502])('proxy-page answers with %d as a proxy does, which AWS never saw', async (status) => {
    const { simulator, client } = await faulted({ kind: 'proxy-page', ...(status === 502 ? {} : { status }) });
    const answer = await client.send(list).catch((error: { $response: { headers: object } }) => error.$response);
    expect(answer).toMatchObject({ statusCode: status, headers: { 'content-type': 'text/html' } });
    expect(Object.keys((answer as { headers: object }).headers).filter((name) => name.startsWith('x-amzn'))).toEqual(
      [],
    );
    expect(simulator.requests.count()).toBe(1);
  });

  it('proxy-page may take the place of the answer of a model that ran', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'proxy-page', status: 500, executed: true });
    await expect(runtime(simulator).send(converse)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(simulator.executions.count()).toBe(1);
  });

  it.each([
    ['HTTP/1.1', 'ListFoundationModels', { method: 'GET', path: '/foundation-models', body: '' }, {}],
    ['HTTP/1.1', 'Converse', CONVERSE, {}],
    ['HTTP/2', 'Converse', CONVERSE, {}],
    ['HTTP/2', 'ConverseStream', { ...CONVERSE, path: `${CONVERSE.path}-stream` }, {}],
    ['HTTP/2', 'Converse', CONVERSE, { status: 429 }],
    ['HTTP/1.1', 'Converse', CONVERSE, { status: 503, executed: true }],
  ] as const)(
    'endless-body goes on for as long as the client reads, over %s for %s',
    async (http, operation, request, fault) => {
      const simulator = await start();
      simulator.addFault({ kind: 'endless-body', operation, ...fault });
      const { method, body } = request;
      const url = new URL(request.path, simulator.endpoint);
      const asked = { url, method, body, headers: await signed(simulator, { url, method, body }) };
      const answer = http === 'HTTP/2' ? await askHttp2(asked) : await askHttp1(asked);
      expect(answer.status).toBe('status' in fault ? fault.status : 200);
      let size = 0;
      for await (const chunk of answer.body) {
        size += (chunk as Buffer).length;
        if (size > 1 << 20) {
          break;
        }
      }
      answer.leave();
      const executes = operation !== 'ListFoundationModels' && !('status' in fault && fault.status === 429);
      expect(simulator.executions.count()).toBe(executes ? 1 : 0);
    },
  );

  it('slow-body lets a caller see the headers while the body is out', async () => {
    const { client } = await faulted({ kind: 'slow-body', delayMs: 3_600_000 });
    const status = await new Promise((resolve) => {
      client.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          resolve((result.response as { statusCode: number }).statusCode);
          return result;
        },
        { step: 'deserialize', priority: 'low' },
      );
      client.send(list).catch(() => undefined);
    });
    expect(status).toBe(200);
  });

  it('clock-skew refuses requests by a clock that the client can learn from the Date header', async () => {
    const { simulator, client } = await faulted({ kind: 'clock-skew', skewMs: -3_600_000 });
    await expect(client.send(list)).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: expect.stringMatching(/^Signature not yet current/),
    });
    await expect(client.send(list)).resolves.toHaveProperty('modelSummaries');
    simulator.clearFaults();
    await expect(client.send(list)).rejects.toMatchObject({ message: expect.stringMatching(/^Signature expired/) });
  });

  it('a fault of one region leaves the others alone', async () => {
    const { simulator } = await faulted({ kind: 'internal-error', region: 'eu-west-1' });
    await expect(bedrock(simulator, 'eu-west-1').send(list)).rejects.toMatchObject({ name: 'InternalServerException' });
    await expect(bedrock(simulator, 'eu-west-2').send(list)).resolves.toHaveProperty('modelSummaries');
  });
});

describe('error answers', () => {
  it('carry the name in a header, now and then with a tail, and spell Message as the answering layer does', async () => {
    const { simulator, client } = await faulted({ kind: 'access-denied' });
    const types: string[] = [];
    for (let call = 0; call < 12; call++) {
      await client.send(list).catch((error: { $response: { headers: Record<string, string> } }) => {
        types.push(error.$response.headers['x-amzn-errortype'] ?? '');
      });
    }
    expect(new Set(types)).toEqual(
      new Set(['AccessDeniedException', 'AccessDeniedException:http://internal.amazon.com/coral/com.amazon.bedrock/']),
    );
    const unsigned = await fetch(`${simulator.endpoint}/foundation-models`, { headers: { connection: 'close' } });
    expect(Object.keys((await unsigned.json()) as object)).toEqual(['Message']);
  });
});
