import { ListRegionsCommand } from '@aws-sdk/client-account';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  GetInferenceProfileCommand,
  ListFoundationModelsCommand,
  ListInferenceProfilesCommand,
} from '@aws-sdk/client-bedrock';
import fc from 'fast-check';
import { account, bedrock, start, stopAll } from '../clients.spec.helper.js';

afterEach(stopAll);

const SIGNED = 'Credential=KEY/20260822/us-east-1/bedrock/aws4_request, SignedHeaders=host';
const list = new ListFoundationModelsCommand({});

describe('signatures of requests', () => {
  it('hold for every id that the SDK can put into a path', async () => {
    const client = bedrock(await start());
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }), async (id) => {
        fc.pre(id !== '.' && id !== '..');
        const call = client.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: id }));
        // Refused for what it is, or as unknown; not for its signature.
        const refusal = { name: expect.stringMatching(/^(?:ResourceNotFound|Validation)Exception$/) };
        await expect(call).rejects.toMatchObject(refusal);
      }),
      { numRuns: 60 },
    );
  });

  it('hold for every token that the SDK can put into a query', async () => {
    const client = bedrock(await start());
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }), async (nextToken) => {
        const call = client.send(new ListInferenceProfilesCommand({ nextToken }));
        await expect(call).rejects.toMatchObject({ name: 'ValidationException' });
      }),
      { numRuns: 60 },
    );
  });

  it('do not match where the secret is wrong', async () => {
    const simulator = await start();
    const credentials = { ...simulator.credentials, secretAccessKey: 'another' };
    await expect(bedrock(simulator, 'us-east-1', { credentials }).send(list)).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: expect.stringContaining('The request signature we calculated does not match'),
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('are refused like an invalid token where their key is unknown', async () => {
    const simulator = await start();
    const credentials = { ...simulator.credentials, accessKeyId: 'NOBODY' };
    await expect(bedrock(simulator, 'us-east-1', { credentials }).send(list)).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    });
  });

  it('cover the path of the request', async () => {
    const simulator = await start();
    const client = bedrock(simulator);
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { path: string }).path = '/foundation-models/amazon.nova-pro-v1%3A0';
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await expect(client.send(list)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });

  it('need the session token of their credentials, and no other', async () => {
    const session = { accessKeyId: 'SESSION', secretAccessKey: 'secret', sessionToken: 'token' };
    const simulator = await start({ credentials: session });
    const send = (sessionToken?: string) =>
      bedrock(simulator, 'us-east-1', { credentials: { ...session, sessionToken } }).send(list);
    await expect(send('token')).resolves.toHaveProperty('modelSummaries');
    await expect(send('stale')).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    await expect(send()).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  it('stop counting when the credentials expire', async () => {
    let now = Date.parse('2026-08-22T12:00:00Z');
    const expiring = { accessKeyId: 'EXPIRING', secretAccessKey: 'secret', expiresAt: '2026-08-22T12:01:00Z' };
    const simulator = await start({ credentials: expiring, now: () => now });
    const client = bedrock(simulator, 'us-east-1', { systemClockOffset: now - Date.now() });
    await expect(client.send(list)).resolves.toHaveProperty('modelSummaries');
    now += 60_000;
    await expect(client.send(list)).rejects.toMatchObject({
      name: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
    });
    simulator.addCredentials({ ...expiring, expiresAt: '2026-08-22T13:00:00Z' });
    await expect(client.send(list)).resolves.toHaveProperty('modelSummaries');
  });

  it.each([
    [10, /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/],
    [-10, /^Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ 5 min\.\)$/],
  ])(
    'are refused when the service is %d minutes ahead, until the client learns from the Date header',
    async (minutes, message) => {
      const simulator = await start({ now: () => Date.now() + minutes * 60_000 });
      const client = bedrock(simulator);
      await expect(client.send(list)).rejects.toMatchObject({
        name: 'InvalidSignatureException',
        message: expect.stringMatching(message),
      });
      await expect(client.send(list)).resolves.toHaveProperty('modelSummaries');
    },
  );

  it('are required of every request', async () => {
    const { endpoint } = await start();
    const response = await fetch(`${endpoint}/foundation-models`, { headers: { connection: 'close' } });
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toMatch(/^MissingAuthenticationTokenException/);
  });

  it.each([
    [
      'without a signature',
      'Credential=KEY/20260822/us-east-1/bedrock/aws4_request, SignedHeaders=host',
      {},
      /'Signature'/,
    ],
    ['without a date', `${SIGNED}, Signature=00`, {}, /'X-Amz-Date'/],
    ['with a date that is none', `${SIGNED}, Signature=00`, { 'x-amz-date': 'today' }, /'X-Amz-Date'/],
    ['of another day', `${SIGNED}, Signature=00`, { 'x-amz-date': '20260823T000000Z' }, /Date in Credential scope/],
  ])('are refused as incomplete %s', async (_, authorization, headers, message) => {
    const { endpoint } = await start();
    const response = await fetch(`${endpoint}/foundation-models`, {
      headers: { connection: 'close', authorization: `AWS4-HMAC-SHA256 ${authorization}`, ...headers },
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ message: expect.stringMatching(message) });
  });

  it('cover the body of the request', async () => {
    const client = account(await start());
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { body: string }).body = '{"MaxResults":9}';
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const call = client.send(new ListRegionsCommand({ MaxResults: 5 }));
    await expect(call).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });

  it('tell accounts apart', async () => {
    const other = { accessKeyId: 'OTHER', secretAccessKey: 'other-secret', accountId: '210987654321' };
    const simulator = await start();
    simulator.addCredentials(other);
    const ownerOf = async (credentials: typeof other | undefined) => {
      const client = bedrock(simulator, 'us-east-1', credentials ? { credentials } : {});
      const { inferenceProfileSummaries } = await client.send(new ListInferenceProfilesCommand({ maxResults: 1 }));
      return inferenceProfileSummaries?.[0]?.inferenceProfileArn?.split(':')[4];
    };
    expect(await ownerOf(undefined)).toBe(simulator.accountId);
    expect(await ownerOf(other)).toBe('210987654321');
    simulator.removeCredentials('OTHER');
    await expect(ownerOf(other)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  it('never show a secret in an error', async () => {
    const credentials = { accessKeyId: 'KEY', secretAccessKey: '', sessionToken: 'hidden-token' };
    await expect(start({ credentials })).rejects.toThrow(/^(?!.*hidden-token).*"secretAccessKey"/);
  });
});
