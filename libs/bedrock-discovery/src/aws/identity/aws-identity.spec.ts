import { describe, expect, it, jest } from '@jest/globals';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import { AwsIdentity } from './aws-identity.js';
import { TestClock } from '../clients/aws.spec.fixture.js';

const MINUTE = 60_000;

function setUp() {
  const clock = new TestClock();
  const load = jest.fn<() => Promise<AwsCredentialIdentity>>();
  const identity = new AwsIdentity({ key: 'test', kind: 'sigv4', origin: 'provider', explicit: true, load }, clock);
  const valid = (name: string, minutes?: number): AwsCredentialIdentity => ({
    accessKeyId: name,
    secretAccessKey: `${name}-secret`,
    ...(minutes !== undefined && { expiration: new Date(clock.now() + minutes * MINUTE) }),
  });
  return { clock, load, identity, valid };
}

function deferred() {
  let resolve: (value: AwsCredentialIdentity) => void = () => undefined;
  const promise = new Promise<AwsCredentialIdentity>((settle) => (resolve = settle));
  return { promise, resolve };
}

describe('AwsIdentity', () => {
  it('asks the provider once for all who ask, at the same time or later', async () => {
    const { load, identity, valid } = setUp();
    load.mockResolvedValue(valid('first', 60));
    const [one, two] = await Promise.all([identity.resolve(), identity.provider()]);
    expect(one).toBe(two);
    expect(await identity.resolve()).toBe(one);
    expect(load).toHaveBeenCalledTimes(1);
    expect(identity.provider.memoized).toBe(true);
  });

  it('renews credentials in the background five minutes ahead of their expiry, while the old ones go on being used', async () => {
    const { clock, load, identity, valid } = setUp();
    load.mockResolvedValueOnce(valid('old', 60)).mockResolvedValue(valid('new', 120));
    await identity.resolve();
    clock.advance(54 * MINUTE);
    expect((await identity.resolve()).accessKeyId).toBe('old');
    expect(load).toHaveBeenCalledTimes(1);
    clock.advance(2 * MINUTE);
    expect((await identity.resolve()).accessKeyId).toBe('old');
    expect((await identity.resolve()).accessKeyId).toBe('new');
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('keeps credentials that are still valid if renewing fails, and tries at most once a minute', async () => {
    const { clock, load, identity, valid } = setUp();
    load.mockResolvedValueOnce(valid('old', 60)).mockRejectedValue(new Error('no network'));
    await identity.resolve();
    clock.advance(56 * MINUTE);
    for (let times = 0; times < 3; times += 1) {
      expect((await identity.resolve()).accessKeyId).toBe('old');
    }
    expect(load).toHaveBeenCalledTimes(2);
    clock.advance(MINUTE);
    expect((await identity.resolve()).accessKeyId).toBe('old');
    expect(load).toHaveBeenCalledTimes(3);
    clock.advance(4 * MINUTE);
    await expect(identity.resolve()).rejects.toThrow('no network');
  });

  it('ends the wait of a caller that aborts, though the provider hangs, and lets the next one try anew', async () => {
    const { load, identity, valid } = setUp();
    load.mockReturnValueOnce(new Promise(() => undefined)).mockResolvedValue(valid('later'));
    const caller = new AbortController();
    const waiting = identity.resolve({ signal: caller.signal });
    caller.abort(new Error('deadline'));
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED', cause: new Error('deadline') });
    expect((await identity.resolve()).accessKeyId).toBe('later');
    await expect(identity.resolve({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('goes on for the others when one of several callers aborts', async () => {
    const { load, identity, valid } = setUp();
    const provided = deferred();
    load.mockReturnValue(provided.promise);
    const caller = new AbortController();
    const leaving = identity.resolve({ signal: caller.signal });
    const staying = identity.resolve();
    caller.abort();
    await expect(leaving).rejects.toMatchObject({ code: 'ABORTED' });
    provided.resolve(valid('shared'));
    expect((await staying).accessKeyId).toBe('shared');
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('does not wait for a resolution that has hung for a minute', async () => {
    const { clock, load, identity, valid } = setUp();
    const hung = deferred();
    load.mockReturnValueOnce(hung.promise).mockResolvedValue(valid('second'));
    const first = identity.resolve();
    clock.advance(MINUTE);
    expect((await identity.resolve()).accessKeyId).toBe('second');
    hung.resolve(valid('first'));
    expect((await first).accessKeyId).toBe('first');
    expect((await identity.resolve()).accessKeyId).toBe('second');
  });

  it('resolves anew what AWS refused, once, and asks again for the same value only after a minute', async () => {
    const { clock, load, identity, valid } = setUp();
    load.mockResolvedValue(valid('stuck'));
    const refused = await identity.resolve();
    for (let times = 0; times < 3; times += 1) {
      identity.invalidate(refused);
      await identity.resolve();
    }
    expect(load).toHaveBeenCalledTimes(2);
    clock.advance(MINUTE);
    load.mockResolvedValue(valid('renewed'));
    expect((await identity.resolve()).accessKeyId).toBe('renewed');
    identity.invalidate(refused);
    expect((await identity.resolve()).accessKeyId).toBe('renewed');
    expect(load).toHaveBeenCalledTimes(3);
  });

  it('offers other credentials for refused ones, or none', async () => {
    const { load, identity, valid } = setUp();
    load.mockResolvedValueOnce(valid('old')).mockResolvedValueOnce(valid('new')).mockResolvedValueOnce(valid('new'));
    const old = await identity.resolve();
    const renewed = await identity.renew(old);
    expect(renewed?.accessKeyId).toBe('new');
    expect(await identity.renew(old)).toBe(renewed);
    expect(await identity.renew(valid('new'))).toBeUndefined();
    load.mockRejectedValue(new Error('gone'));
    expect(await identity.renew(old)).toMatchObject({ accessKeyId: 'new' });
  });

  it('rejects and says so where a provider returns nothing to sign with', async () => {
    const { load, identity } = setUp();
    load.mockResolvedValue({} as AwsCredentialIdentity);
    await expect(identity.resolve()).rejects.toMatchObject({ name: 'CredentialsProviderError' });
  });

  it('tells principals apart without naming them', async () => {
    const one = setUp();
    one.load.mockResolvedValue({ ...one.valid('AKIAIOSFODNN7EXAMPLE'), accountId: '111122223333' });
    const two = setUp();
    two.load.mockResolvedValue(two.valid('AKIAI44QH8DHBEXAMPLE'));
    expect(one.identity.principal).toBeUndefined();
    const hash = await one.identity.principalHash();
    expect(one.identity.principal).toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(hash).toBe(await one.identity.principalHash());
    expect(hash).not.toBe(await two.identity.principalHash());
    expect(await one.identity.accountId()).toBe('111122223333');
    expect(await two.identity.accountId()).toBeUndefined();
  });

  it('knows no principal and no account where there are no credentials', async () => {
    const { load, identity } = setUp();
    load.mockRejectedValue(new Error('none'));
    expect(await identity.principalHash()).toBeUndefined();
    expect(await identity.accountId()).toBeUndefined();
  });
});
