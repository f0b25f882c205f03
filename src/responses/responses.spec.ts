import { createServer, request as ask, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { prefersHtml } from './preferred-type.js';
import { PreparedResponse } from './prepared-response.js';

it.each<[string | undefined, boolean]>([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', true],
  ['text/html', true],
  ['application/json, text/html', true],
  ['application/json, text/html;q=0.9', false],
  ['text/html;q=0', false],
  ['*/*', false],
  ['text/*', false],
  ['application/json', false],
  ['', false],
  [undefined, false],
])('a client that accepts %p would rather read a page: %p', (accept, expected) => {
  expect(prefersHtml(accept)).toBe(expected);
});

describe('a prepared response', () => {
  const TEXT = 'text '.repeat(1_000);

  async function send(
    headers: Record<string, string>,
    body = TEXT,
  ): Promise<{ answer: IncomingMessage; bytes: Buffer }> {
    const prepared = new PreparedResponse(body, { 'Content-Type': 'text/plain' });
    const server = createServer((request, response) => prepared.send(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const sent = ask({ port, host: '127.0.0.1', headers: { ...headers, connection: 'close' } }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) {
      chunks.push(chunk as Buffer);
    }
    server.close();
    await once(server, 'close');
    return { answer, bytes: Buffer.concat(chunks) };
  }

  it.each(['gzip', 'br, gzip;q=0.5', '*'])('is compressed for those who accept %s', async (accepted) => {
    const { answer, bytes } = await send({ 'accept-encoding': accepted });
    expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(bytes.length).toBeLessThan(TEXT.length / 10);
    expect(gunzipSync(bytes).toString()).toBe(TEXT);
  });

  it.each(['', 'br', 'identity', 'gzip;q=0', 'gzip;q=0.0'])(
    'is not compressed for those who accept "%s"',
    async (accepted) => {
      const { answer, bytes } = await send(accepted === '' ? {} : { 'accept-encoding': accepted });
      expect(answer.headers['content-encoding']).toBeUndefined();
      expect(bytes.toString()).toBe(TEXT);
    },
  );

  it('is not compressed where that gains nothing', async () => {
    expect((await send({ 'accept-encoding': 'gzip' }, 'short')).answer.headers['content-encoding']).toBeUndefined();
  });

  it('is not sent again to those that have it, also where a proxy has weakened the tag', async () => {
    const { etag = '' } = (await send({})).answer.headers;
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { answer, bytes } = await send({ 'if-none-match': known });
      expect({ known, status: answer.statusCode, length: bytes.length }).toEqual({ known, status: 304, length: 0 });
    }
    expect((await send({ 'if-none-match': '"other"' })).answer.statusCode).toBe(200);
  });
});
