import { afterEach, describe, expect, it } from '@jest/globals';
import { ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import { bedrock, start, stopAll } from '../clients.spec.helper.js';
import type { FaultOptions } from './fault-registry.js';

afterEach(stopAll);

const list = new ListFoundationModelsCommand({});

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
