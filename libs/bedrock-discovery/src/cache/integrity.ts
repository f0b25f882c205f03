import { createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidOptionsError } from '../errors/errors.js';
import { isIntegrityKey } from '../options/option.js';
import type { IntegrityKeys } from '../options/bedrock-discovery.options.js';
import { ageOf, type Clock } from '../util/clock.js';

const SIGNED = /^hmac-sha256=([A-Za-z0-9_-]{43})\n/;
/** How long a provider's keys are used before it is asked again. */
const ASK_AGAIN_MS = 5 * 60_000;

/**
 * Signs entries of the shared tier with `cache.integrityKey`, so that who can only write there cannot make some up. A signature
 * covers the text, which names key, time and value, and the namespace; what was signed once can be put back while it is not too
 * old. Without keys nothing is signed, and signatures of others are not looked at.
 */
export class EntrySeal {
  readonly #given: IntegrityKeys | undefined;
  #keys: Promise<readonly string[]> | undefined;
  #askedAt = -Infinity;

  constructor(
    given: IntegrityKeys | undefined,
    private readonly namespace: string,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {
    this.#given = given;
  }

  async close(text: string): Promise<string> {
    const [key] = await this.#current();
    return key === undefined ? text : `hmac-sha256=${this.#sign(text, key).toString('base64url')}\n${text}`;
  }

  /** The text, or `undefined` where it was not signed with one of the keys. */
  async open(sealed: string): Promise<string | undefined> {
    const [line = '', signature = ''] = SIGNED.exec(sealed) ?? [];
    const text = sealed.slice(line.length);
    const keys = await this.#current();
    const given = Buffer.from(signature, 'base64url');
    const isSigned = keys.some((key) => given.length === 32 && timingSafeEqual(given, this.#sign(text, key)));
    return isSigned || keys.length === 0 ? text : undefined;
  }

  #sign(text: string, key: string): Buffer {
    return createHmac('sha256', key).update(`${this.namespace}\n`).update(text).digest();
  }

  #current(): Promise<readonly string[]> {
    const now = this.clock.monotonic();
    if (this.#keys === undefined || (typeof this.#given === 'function' && ageOf(this.#askedAt, now) > ASK_AGAIN_MS)) {
      this.#askedAt = now;
      const keys = (this.#keys = this.#ask());
      keys.catch(() => (this.#keys = this.#keys === keys ? undefined : this.#keys));
    }
    return this.#keys;
  }

  async #ask(): Promise<readonly string[]> {
    if (this.#given === undefined) {
      return [];
    }
    const keys = [typeof this.#given === 'function' ? await this.#given() : this.#given].flat();
    if (keys.length === 0 || !keys.every(isIntegrityKey)) {
      throw new InvalidOptionsError('cache.integrityKey', 'cache.integrityKey gave no key of at least 32 characters.');
    }
    return keys;
  }
}
