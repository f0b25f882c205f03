import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { IntegrityKeys } from '../options/bedrock-discovery.options.js';
import { ManualClock } from '../testing/manual-clock.js';
import { EntrySeal } from './integrity.js';

const [OLD, NEW] = ['o'.repeat(32), 'n'.repeat(32)] as const;
const sealBy = (keys: IntegrityKeys | undefined, namespace = 'app', clock = new ManualClock()): EntrySeal =>
  new EntrySeal(keys, namespace, clock);

describe('the seal of an entry', () => {
  it('gives back what was sealed by one of the keys, whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        const sealed = await sealBy(OLD).close(text);
        expect(sealed).toMatch(/^hmac-sha256=[\w-]{43}\n/);
        expect(await sealBy([NEW, OLD]).open(sealed)).toBe(text);
      }),
    );
  });

  it('is made by the first of several keys', async () => {
    const sealed = await sealBy([NEW, OLD]).close('text');
    expect(await sealBy(NEW).open(sealed)).toBe('text');
    expect(await sealBy(OLD).open(sealed)).toBeUndefined();
  });

  it('holds for one namespace and one text', async () => {
    const sealed = await sealBy(OLD).close('text');
    expect(await sealBy(OLD, 'other').open(sealed)).toBeUndefined();
    expect(await sealBy(OLD).open(`${sealed}!`)).toBeUndefined();
    expect(await sealBy(OLD).open(`\n${sealed}`)).toBeUndefined();
    expect(await sealBy(OLD).open('text')).toBeUndefined();
  });

  it('is neither made nor looked at without keys', async () => {
    expect(await sealBy(undefined).close('text')).toBe('text');
    expect(await sealBy(undefined).open(await sealBy(OLD).close('text'))).toBe('text');
  });
});

describe('a provider of keys', () => {
  it('is asked again after five minutes, and not before', async () => {
    const clock = new ManualClock();
    let asked = 0;
    const seal = sealBy(() => [OLD, NEW][asked++] ?? NEW, 'app', clock);
    const first = await seal.close('text');
    clock.advance(5 * 60_000);
    expect(await seal.close('text')).toBe(first);
    clock.advance(1);
    expect(await seal.close('text')).not.toBe(first);
    expect(asked).toBe(2);
  });

  it('is asked again at once where it failed', async () => {
    let asked = 0;
    const seal = sealBy(() => (asked++ === 0 ? Promise.reject(new Error('not now')) : OLD));
    await expect(seal.close('text')).rejects.toThrow('not now');
    expect(await seal.open(await seal.close('text'))).toBe('text');
    expect(asked).toBe(2);
  });

  it.each([[[]], ['short'], [[OLD, 'short']]])('is refused where it gives %j', async (given) => {
    await expect(sealBy(() => given).close('text')).rejects.toThrow(
      'cache.integrityKey gave no key of at least 32 characters.',
    );
  });
});
