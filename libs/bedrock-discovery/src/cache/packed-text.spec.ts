import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { pack, unpack } from './packed-text.js';

describe('a packed text', () => {
  it('comes back as it was, whatever it is', async () => {
    const text = fc.tuple(fc.string({ unit: 'binary' }), fc.nat(300)).map(([part, times]) => part.repeat(times));
    await fc.assert(
      fc.asyncProperty(text, async (each) => expect(await unpack(await pack(each))).toBe(each)),
      {
        numRuns: 30,
      },
    );
  });

  it('is as short as it can be', async () => {
    const [short, long] = ['a'.repeat(1_023), 'a'.repeat(1_024)];
    expect(await pack(short)).toBe(short);
    expect(await pack(long)).toMatch(/^gzip:[A-Za-z0-9+/]{1,100}={0,2}$/);
  });

  it('is nothing where it is damaged or would fill the memory', async () => {
    const damaged = (await pack('a'.repeat(1_024))).slice(0, -8);
    const endless = `gzip:${gzipSync(Buffer.alloc(64 * 1_024 * 1_024 + 1)).toString('base64')}`;
    expect([await unpack(damaged), await unpack('gzip:'), await unpack(endless)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is itself where it never was packed', async () => {
    expect(await unpack('a gzip: text')).toBe('a gzip: text');
  });
});
