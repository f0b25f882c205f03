import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types';
import { createHash } from 'node:crypto';
import { AbortedError } from '../../errors/errors.js';
import type { Clock } from '../../util/clock.js';
import type { IdentityOrigin, IdentitySource } from './identity-source.js';

/** As the SDK does. */
const REFRESH_AHEAD_MS = 5 * 60_000;
/** Between attempts to renew what is still valid, and between questions for a value that AWS has refused. */
const REFRESH_INTERVAL_MS = 60_000;
/** After this time a resolution counts as hung: who comes later does not wait for it. */
const HUNG_AFTER_MS = 60_000;

interface Resolution {
  readonly promise: Promise<AwsCredentialIdentity>;
  waiting: number;
}

/**
 * Whose credentials a client uses. They are resolved once for all clients of the identity, renewed five minutes ahead
 * of their expiry while the old ones go on being used, and resolved anew when AWS says that they have expired.
 */
export class AwsIdentity {
  readonly key: string;
  readonly kind: 'sigv4' | 'bearer';
  readonly origin: IdentityOrigin;
  readonly explicit: boolean;
  readonly awsProfile: string | undefined;
  /** To be passed as `credentials` of a client; marked so that the SDK does not remember its answers itself. */
  readonly provider: AwsCredentialIdentityProvider & { memoized?: boolean };
  readonly #source: IdentitySource;
  readonly #time: Pick<Clock, 'now' | 'monotonic'>;
  #held: AwsCredentialIdentity | undefined;
  #resolution: Resolution | undefined;
  #lastStartedAt = Number.NEGATIVE_INFINITY;
  /** The order in which resolutions began, so that an abandoned one that ends late does not replace a younger one. */
  #started = 0;
  #newest = 0;
  #refused: { readonly value: string; askedAgainAt?: number } | undefined;

  constructor(source: IdentitySource, time: Pick<Clock, 'now' | 'monotonic'>) {
    this.key = source.key;
    this.kind = source.kind;
    this.origin = source.origin;
    this.explicit = source.explicit;
    this.awsProfile = source.awsProfile;
    this.#source = source;
    this.#time = time;
    this.provider = Object.assign(() => this.resolve(), { memoized: true });
  }

  /**
   * The credentials, from memory while they are valid. Concurrent callers share one resolution, and an abort ends the
   * wait of its caller only. Of a bearer identity: those of the default chain, for services that take no bearer token.
   *
   * @throws AbortedError when `signal` ends the wait; else whatever the provider throws.
   */
  async resolve({ signal }: { signal?: AbortSignal } = {}): Promise<AwsCredentialIdentity> {
    if (signal?.aborted === true) {
      throw new AbortedError(signal);
    }
    const held = this.#held;
    if (held === undefined || this.#remainingMs(held) <= 0 || this.#isRefused(held)) {
      return this.#wait(this.#start(), signal);
    }
    if (this.#remainingMs(held) < REFRESH_AHEAD_MS && this.#sinceStart() >= REFRESH_INTERVAL_MS) {
      this.#start().promise.catch(() => undefined);
    }
    return held;
  }

  /**
   * Has the credentials resolved anew at their next use, because AWS refused them as expired.
   *
   * @param used what was refused; without effect if it has been replaced since
   */
  invalidate(used: AwsCredentialIdentity | undefined = this.#held): void {
    if (used === undefined || this.#held === undefined || !isSame(used, this.#held)) {
      return;
    }
    const value = fingerprintOf(used);
    if (this.#refused?.value !== value) {
      this.#refused = { value };
    }
  }

  /** Credentials other than those that were refused; `undefined` if there are none to be had. */
  async renew(
    used: AwsCredentialIdentity,
    options?: { signal?: AbortSignal },
  ): Promise<AwsCredentialIdentity | undefined> {
    this.invalidate(used);
    const renewed = await this.resolve(options).catch(() => undefined);
    return renewed === undefined || isSame(renewed, used) ? undefined : renewed;
  }

  /** Tells principals apart without naming them; `undefined` where there are no credentials. */
  async principalHash(options?: { signal?: AbortSignal }): Promise<string | undefined> {
    const isThere = this.kind === 'bearer' || (await this.resolve(options).catch(() => undefined)) !== undefined;
    return isThere ? this.principal : undefined;
  }

  /** As {@link principalHash}, of the credentials that were resolved last: those that calls are signed with. */
  get principal(): string | undefined {
    const principal = this.kind === 'bearer' ? this.bearerToken() : this.#held?.accessKeyId;
    return principal === undefined
      ? undefined
      : createHash('sha256').update(`bedrock-discovery principal\0${principal}`).digest('hex').slice(0, 32);
  }

  /** Of a bearer identity: the token as it is now. */
  bearerToken(): string | undefined {
    return this.#source.token?.();
  }

  /** The account that the credentials state; most providers state none, and bearer tokens never do. */
  async accountId(options?: { signal?: AbortSignal }): Promise<string | undefined> {
    if (this.kind === 'bearer') {
      return undefined;
    }
    return this.resolve(options).then(
      ({ accountId }) => accountId,
      () => undefined,
    );
  }

  /** Milliseconds until credentials expire by the clock of AWS; undefined where they do not say. */
  expiresInMs(credentials: AwsCredentialIdentity): number | undefined {
    const remainingMs = this.#remainingMs(credentials);
    return Number.isFinite(remainingMs) ? remainingMs : undefined;
  }

  /** Joins the resolution under way, or begins one. */
  #start(): Resolution {
    if (this.#resolution !== undefined && this.#sinceStart() < HUNG_AFTER_MS) {
      return this.#resolution;
    }
    const order = (this.#started += 1);
    this.#lastStartedAt = this.#time.monotonic();
    const promise = this.#load(order).finally(() => {
      if (this.#resolution === resolution) {
        this.#resolution = undefined;
      }
    });
    const resolution: Resolution = { promise, waiting: 0 };
    this.#resolution = resolution;
    return resolution;
  }

  async #load(order: number): Promise<AwsCredentialIdentity> {
    const loaded = await this.#source.load({ forceRefresh: true });
    if (!loaded?.accessKeyId || !loaded.secretAccessKey) {
      const problem = new Error('The credentials provider returned no accessKeyId and secretAccessKey.');
      throw Object.assign(problem, { name: 'CredentialsProviderError' });
    }
    if (order > this.#newest) {
      this.#newest = order;
      this.#held = loaded;
      this.#refused =
        this.#refused?.value === fingerprintOf(loaded)
          ? { value: this.#refused.value, askedAgainAt: this.#time.monotonic() }
          : undefined;
    }
    return loaded;
  }

  async #wait(resolution: Resolution, signal: AbortSignal | undefined): Promise<AwsCredentialIdentity> {
    resolution.waiting += 1;
    try {
      return await new Promise((resolve, reject) => {
        const abort = (): void => reject(new AbortedError(signal as AbortSignal));
        signal?.addEventListener('abort', abort, { once: true });
        resolution.promise.then(resolve, reject).finally(() => signal?.removeEventListener('abort', abort));
      });
    } finally {
      resolution.waiting -= 1;
      // Nobody waits for it any more: it may hang for ever, and the next caller must not.
      if (resolution.waiting === 0 && this.#resolution === resolution) {
        this.#resolution = undefined;
      }
    }
  }

  #sinceStart(): number {
    return this.#time.monotonic() - this.#lastStartedAt;
  }

  #remainingMs({ expiration }: AwsCredentialIdentity): number {
    const at = expiration === undefined ? Number.NaN : new Date(expiration).getTime();
    return Number.isNaN(at) ? Number.POSITIVE_INFINITY : at - this.#time.now();
  }

  /** A value that AWS refused and the provider gave again is worth asking for once more only after a while. */
  #isRefused(held: AwsCredentialIdentity): boolean {
    if (this.#refused === undefined || this.#refused.value !== fingerprintOf(held)) {
      return false;
    }
    const { askedAgainAt } = this.#refused;
    return askedAgainAt === undefined || this.#time.monotonic() - askedAgainAt >= REFRESH_INTERVAL_MS;
  }
}

function fingerprintOf({ accessKeyId, secretAccessKey, sessionToken = '' }: AwsCredentialIdentity): string {
  return `${accessKeyId}\0${secretAccessKey}\0${sessionToken}`;
}

function isSame(a: AwsCredentialIdentity, b: AwsCredentialIdentity): boolean {
  return fingerprintOf(a) === fingerprintOf(b);
}
