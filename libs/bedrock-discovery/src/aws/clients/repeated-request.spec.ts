import { BedrockClient, ListInferenceProfilesCommand } from '@aws-sdk/client-bedrock';
import { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AwsIdentity } from '../identity/aws-identity.js';
import { systemClock } from '../../util/clock.js';
import type { ClientInternals } from './client-class.js';
import { RepeatedRequest } from './repeated-request.js';

type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };

/** What the SDK sends for a list of profiles, what is sent for it again with other credentials, and how the SDK would sign that. */
async function sentTwice(
  first: Keys,
  second: Keys,
  nextToken: string,
): Promise<{ first: HttpRequest; again: HttpRequest; authorization: string | undefined }> {
  const sent: HttpRequest[] = [];
  let keys = first;
  const identity = new AwsIdentity(
    { key: 'test', kind: 'sigv4', origin: 'provider', explicit: true, awsProfile: undefined, load: async () => keys },
    systemClock,
  );
  const requestHandler = {
    handle: async (request: HttpRequest) => {
      sent.push(request);
      const body = Buffer.from('{"inferenceProfileSummaries":[]}');
      return { response: new HttpResponse({ statusCode: 200, headers: {}, body }) };
    },
  };
  const client = new BedrockClient({ region: 'eu-west-3', credentials: identity.provider, requestHandler });
  await client.send(new ListInferenceProfilesCommand({ typeEquals: 'APPLICATION', maxResults: 7, nextToken }));
  const request = RepeatedRequest.of(sent[0] as HttpRequest, client as unknown as ClientInternals, identity);
  keys = second;
  identity.invalidate();
  await request?.send(new AbortController().signal);
  const [made, again] = sent as [HttpRequest, HttpRequest];
  return { first: made, again, authorization: await authorizationOf(again, client) };
}

/** The authorization that the SDK's signer gives a request, at the time and for the headers that it was signed for. */
async function authorizationOf(request: HttpRequest, { config }: BedrockClient): Promise<string | undefined> {
  const copy = request.clone();
  const signed = /SignedHeaders=([^,]+)/.exec(copy.headers['authorization'] ?? '')?.[1]?.split(';') ?? [];
  const date = (copy.headers['x-amz-date'] ?? '').replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z');
  delete copy.headers['authorization'];
  const unsignableHeaders = new Set(Object.keys(copy.headers).filter((name) => !signed.includes(name)));
  const { headers } = await (await config.signer()).sign(copy, { signingDate: new Date(date), unsignableHeaders });
  return headers['authorization'];
}

const text = (size: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[A-Za-z0-9+/=]{4,${size}}$`));
const keys: fc.Arbitrary<Keys> = fc.record(
  { accessKeyId: fc.stringMatching(/^[A-Z0-9]{20}$/), secretAccessKey: text(40), sessionToken: text(60) },
  { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
);

describe('a request that is sent again', () => {
  it('is signed as the SDK would sign it, by whatever credentials there are by then', async () => {
    await fc.assert(
      fc.asyncProperty(keys, keys, fc.string({ minLength: 1 }), async (first, second, nextToken) => {
        const { again, authorization } = await sentTwice(first, second, nextToken);
        expect(again.headers['authorization']).toBe(authorization);
        expect(again.headers['x-amz-security-token']).toBe(second.sessionToken);
      }),
      { numRuns: 40 },
    );
  });

  it('is the one that the SDK has made, but for what belongs to one call', async () => {
    const credentials = { accessKeyId: 'AKIATESTTESTTESTTEST', secretAccessKey: 'secret' };
    const { first, again } = await sentTwice(credentials, credentials, 'page 2');
    const shape = ({ method, protocol, hostname, port, path, query, headers }: HttpRequest): object => {
      const { authorization: _, 'x-amz-date': __, 'amz-sdk-invocation-id': ___, ...rest } = headers;
      return { method, protocol, hostname, port, path, query, rest };
    };
    expect(shape(again)).toEqual(shape(first));
    expect(again.headers['amz-sdk-invocation-id']).not.toBe(first.headers['amz-sdk-invocation-id']);
  });
});

describe('a request that is not a signed GET without a body', () => {
  it.each<Partial<HttpRequest>>([
    { method: 'POST' },
    { path: '/foundation-models/a%3Ab' },
    { body: 'body' },
    { headers: { authorization: 'Negotiate x' } },
    { headers: {} },
  ])('is not sent again: %j', (part) => {
    const headers = { authorization: 'Bearer token' };
    const request = new HttpRequest({ method: 'GET', path: '/foundation-models', headers, ...part });
    expect(RepeatedRequest.of(request, {} as ClientInternals, {} as AwsIdentity)).toBeUndefined();
  });
});
