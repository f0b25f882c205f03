import { BedrockClient } from '@aws-sdk/client-bedrock';
import { expect, it } from '@jest/globals';
import { HttpRequest } from '@smithy/core/protocols';
import fc from 'fast-check';
import type { ClientInternals } from './client-class.js';
import { RequestSignature } from './request-signature.js';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };
const SCOPE = { signingRegion: 'eu-west-3', signingService: 'bedrock' };
const DAY_MS = 86_400_000;

// Without what the SDK takes out of a path, and without a name that only some of its steps keep: see below.
const text = fc.string({ minLength: 1, maxLength: 12 }).filter((each) => !['.', '..', '__proto__'].includes(each));
const requests = fc.record({
  path: fc.array(text, { maxLength: 3 }).map((parts) => `/${parts.map(encodeURIComponent).join('/')}`),
  query: fc.dictionary(text, fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })), { maxKeys: 4 }),
  // As Node would let them pass.
  value: fc.stringMatching(/^[ -~]{0,20}$/),
});
const moments = fc.integer({ min: 0, max: 60_000 * DAY_MS });

const { config } = new BedrockClient({
  region: SCOPE.signingRegion,
  credentials: CREDENTIALS,
}) as unknown as ClientInternals;

async function bySdk(request: HttpRequest, at: number): Promise<HttpRequest> {
  return (await config.signer()).sign(request, { ...SCOPE, signingDate: new Date(at) });
}

it('is that of the SDK for any request, now and at any other time', async () => {
  await fc.assert(
    fc.asyncProperty(requests, moments, moments, async ({ path, query, value }, then, now) => {
      const headers = { host: 'bedrock.eu-west-3.amazonaws.com', 'x-some': value };
      const request = new HttpRequest({ method: 'GET', hostname: 'h', path, query, headers });
      const signature = RequestSignature.of(await bySdk(request, then), CREDENTIALS);
      const again = { ...headers };
      signature?.sign(again, now, CREDENTIALS);
      expect(again).toEqual((await bySdk(request, now)).headers);
    }),
    // Names of which one begins as the other does, and values that are no longer in order once they are encoded.
    { examples: [[{ path: '/', query: { 'a-b': '1', a: ['~', '(', '!'], 'a!': '2' }, value: ' a  b ' }, 0, DAY_MS]] },
  );
});

it('is not used where the SDK has signed otherwise', async () => {
  const request = new HttpRequest({ method: 'GET', hostname: 'h', path: '/a', headers: { host: 'h' } });
  const signed = await bySdk(request, 0);
  expect(RequestSignature.of(signed, { ...CREDENTIALS, secretAccessKey: 'another' })).toBeUndefined();
  expect(RequestSignature.of(signed, { ...CREDENTIALS, accessKeyId: 'another' })).toBeUndefined();
  signed.path = '/b';
  expect(RequestSignature.of(signed, CREDENTIALS)).toBeUndefined();
});

it.each([{ path: '/a/../b' }, { path: '/', query: { ['__proto__']: ' ' } }])('is not used for %j', async (unusual) => {
  const request = new HttpRequest({ method: 'GET', hostname: 'h', ...unusual, headers: { host: 'h' } });
  expect(RequestSignature.of(await bySdk(request, 0), CREDENTIALS)).toBeUndefined();
});
