import { randomUUID } from 'node:crypto';
import { redact } from '../errors/redact.js';
import type { StoreLease } from '../options/bedrock-discovery.options.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { Clock } from '../util/clock.js';
import { withDeadline } from '../util/deadline.js';
import { inTurn } from '../util/in-turn.js';
import { freezeWithin } from '../util/deep-freeze.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import type { Reporter } from '../reporting/reporter.js';
import { CACHE_EVENTS } from './cache-events.js';
import { decodeEnvelope, encodeEnvelope, type EntryAge, type StoredEntry } from './envelope.js';
import { EntrySeal } from './integrity.js';
import {
  type Found,
  type LowerTier,
  MAX_LEVELS,
  present,
  TierGuard,
  type TierLimits,
  TOO_DEEP,
} from './lower-tiers.js';
import { pack, unpack } from './packed-text.js';
import type { SharedStoreAdapter } from './shared-store.js';
import { StoreTime } from './store-time.js';
import type { HeldTier } from './tiers.js';

/** A store that is back is used again within five seconds, also where it cannot say that it is back. */
const LIMITS: TierLimits = { timeoutMs: 1_000, pauseMs: 500, longestPauseMs: 4_000, pausesAfter: 'failure' };
const PROBE_TIMEOUT_MS = 3_000;
/** After so long whoever changes an entry has gone; what it writes nevertheless counts as older than what was written since. */
const [WRITING_MS, WRITING_PATIENCE_MS] = [3_000, 4_000];
/** Until the store has answered once: a connection is made first, by a process that is busy starting. */
const FIRST_TIMEOUT_MS = 3_000;

/**
 * The store of the user, which may hang, fail or hold what others wrote. Nothing here rejects; one warning tells of it. Entries
 * there are dated by the store's own clock where it has one, so that no clock of another instance matters.
 */
export class SharedTier implements LowerTier {
  readonly #logger: DiscoveryLogger;
  readonly #guard: TierGuard;
  readonly #seal: EntrySeal;
  readonly #time: StoreTime;
  readonly #warnedOf = new Set<string>();
  readonly #listeners = new Set<(topic?: string) => void>();
  /** Tells what this process announces from what others do. */
  readonly #self = randomUUID();
  #detach: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;
  /** Whether the store has ever answered. */
  #wasReached = false;

  constructor(
    private readonly held: HeldTier<SharedStoreAdapter>,
    private readonly age: EntryAge,
    private readonly clock: Clock,
    { integrityKey }: Pick<ResolvedOptions['cache'], 'integrityKey'>,
    reporter: Reporter,
  ) {
    this.#logger = reporter.logger('DiscoveryCache');
    const { store } = held;
    this.#seal = new EntrySeal(integrityKey?.reveal(), store.prefix, clock);
    this.#time = new StoreTime(clock, () => store.time());
    this.#guard = new TierGuard(
      clock,
      (problem) => this.#warnOf(problem),
      LIMITS,
      () => reporter.publish(CACHE_EVENTS, () => ({ outcome: 'failed', tier: 'shared' }) as const),
    );
  }

  async read(key: string): Promise<Found | undefined> {
    const seen = await this.#run(() => this.#look(key));
    if (seen === undefined || 'entry' in seen) {
      return seen;
    }
    this.#ignore(key, seen);
    return undefined;
  }

  /** All in one round trip, where the store can. */
  async readAll(keys: readonly string[]): Promise<readonly Found[]> {
    return present(await Promise.all(keys.map((key) => this.read(key))));
  }

  /** Of two entries of a key the younger one stays, whichever comes last. */
  set(entry: StoredEntry, text: string): Promise<boolean | undefined> {
    return this.setIfNewer(entry, text);
  }

  setIfNewer(entry: StoredEntry, text: string): Promise<boolean | undefined> {
    return this.#run(async () => {
      const { keyv, store } = this.held;
      const aheadMs = await this.#time.aheadMs();
      const storedAtMs = entry.storedAtMs + aheadMs;
      const sealed = await this.#seal.close(
        await pack(aheadMs === 0 ? text : encodeEnvelope({ ...entry, storedAtMs })),
      );
      if (store.comparesTimes) {
        return store.setIfNewer(entry.key, sealed, storedAtMs);
      }
      const there = await this.#look(entry.key);
      const isNewer = there === undefined || !('entry' in there) || there.entry.storedAtMs <= entry.storedAtMs;
      await (isNewer && keyv.set(entry.key, sealed));
      return isNewer;
    });
  }

  async delete(key: string): Promise<void> {
    await this.#run(() => this.held.keyv.delete(key));
  }

  /** A lease; `undefined` while another has it. Where the store fails or has none to give, everybody gets one. */
  async acquire(key: string, ttlMs: number): Promise<StoreLease | undefined> {
    const answer = await this.#run(async () => ({ lease: await this.held.store.acquire(key, ttlMs) }));
    const lease = answer === undefined ? 'none' : answer.lease;
    if (lease === 'none') {
      return FREE;
    }
    return lease && { release: () => this.#run(() => lease.release()) };
  }

  /** By a lease of the entry, where the store has one to give. */
  async alone<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lease = await inTurn(() => this.acquire(`${key}/writing`, WRITING_MS), WRITING_PATIENCE_MS);
    try {
      return await work();
    } finally {
      await lease?.release();
    }
  }

  /** Tells all others that there is something new about a topic. That some may not hear of it makes nothing wrong. */
  async announce(topic: string): Promise<void> {
    await this.#run(() => this.held.store.publish(CHANNEL, `${this.#self} ${topic}`).catch(() => undefined));
  }

  /**
   * Calls `listener` with the topic of what others announce, and without where some of it may have been missed. What it returns
   * ends that.
   */
  listen(listener: (topic?: string) => void): () => void {
    this.#listeners.add(listener);
    this.#attach();
    this.#unsubscribe ??= this.held.store.subscribe(CHANNEL, (message) => {
      const [, sender, topic] = ANNOUNCEMENT.exec(message) ?? [];
      if (sender !== undefined && sender !== this.#self) {
        this.#listeners.forEach((each) => each(topic));
      }
    });
    return () => void this.#listeners.delete(listener);
  }

  /** Writes, reads and deletes something: what is wrong with the store, or `undefined`. */
  async inspect(): Promise<string | undefined> {
    const { keyv } = this.held;
    const key = `probe/${randomUUID()}`;
    this.#attach();
    try {
      await withDeadline(this.clock, PROBE_TIMEOUT_MS, async () => {
        await keyv.set(key, key);
        if ((await keyv.get(key)) !== key) {
          throw new Error('it does not give back what was written');
        }
        await keyv.delete(key);
      });
      return undefined;
    } catch (error) {
      return this.#withComplaint(redact(error instanceof Error ? error.message : String(error)));
    }
  }

  /** Whether it has just failed, so that what was not found may be there all the same. */
  get isDown(): boolean {
    return this.#guard.isDown;
  }

  /** The store is used no more, until it is used again. */
  close(): void {
    this.#listeners.clear();
    this.#unsubscribe?.();
    this.#detach?.();
    this.#unsubscribe = this.#detach = undefined;
  }

  async #run<T>(operation: () => Promise<T>): Promise<T | undefined> {
    this.#attach();
    const result = await this.#guard.run(operation, this.#wasReached ? {} : { timeoutMs: FIRST_TIMEOUT_MS });
    this.#wasReached ||= !this.#guard.isDown;
    return result;
  }

  #attach(): void {
    this.#detach ??= this.held.store.attach(() => {
      this.#guard.resume();
      if (this.#wasReached) {
        this.#listeners.forEach((listener) => listener());
      }
    });
  }

  /** What is there, or why it is not to be believed. */
  async #look(key: string): Promise<Found | { damage: string } | undefined> {
    const [sealed, aheadMs] = await Promise.all([this.held.keyv.get<unknown>(key), this.#time.aheadMs()]);
    if (sealed === undefined) {
      return undefined;
    }
    if (typeof sealed !== 'string') {
      return { damage: 'it is not a string' };
    }
    const packed = await this.#seal.open(sealed);
    if (packed === undefined) {
      return { damage: UNSIGNED };
    }
    const text = await unpack(packed);
    if (text === undefined) {
      return { damage: 'it cannot be unpacked' };
    }
    const decoded = decodeEnvelope(text, key);
    if ('damage' in decoded) {
      return decoded;
    }
    const entry = { ...decoded.entry, storedAtMs: decoded.entry.storedAtMs - aheadMs };
    if (this.age.isFromTheFuture(entry.storedAtMs)) {
      return { damage: 'it is from the future' };
    }
    if (!freezeWithin(entry.value, MAX_LEVELS)) {
      return { damage: TOO_DEEP };
    }
    return { entry, tier: 'shared', text: aheadMs === 0 ? text : encodeEnvelope(entry) };
  }

  #ignore(key: string, { damage }: { damage: string }): void {
    const kind = damage === UNSIGNED ? UNSIGNED : 'foreign';
    if (this.#warnedOf.has(kind)) {
      return;
    }
    this.#warnedOf.add(kind);
    this.#logger.warn(
      kind === UNSIGNED ? 'shared-store-unsigned' : 'shared-store-foreign',
      damage === UNSIGNED
        ? `cache.sharedStore holds an entry that is ${UNSIGNED} (${key}): it is refused, and AWS is asked. Whoever can write to the ` +
            'store could name other destinations for profiles, and so have calls leave the regions that residency allows. ' +
            'Give all instances the key; if they have it, find out who writes there.'
        : `cache.sharedStore holds a foreign value for ${key}: ${damage}`,
    );
  }

  #warnOf(problem: string): void {
    this.#logger.warn(
      'shared-store-failed',
      `cache.sharedStore does not work (${this.#withComplaint(problem)}); it is done without, and tried again every few seconds.`,
    );
  }

  /** A store that goes on trying for ever has said why, though not to whom it keeps waiting. */
  #withComplaint(problem: string): string {
    const said = redact(this.held.store.complaint?.message ?? '');
    return said === '' || problem.includes(said) ? problem : `${problem}; ${said}`;
  }
}

/** Where there is nothing to share. */
export const FREE: StoreLease = { release: () => Promise.resolve() };

const UNSIGNED = 'not signed with cache.integrityKey';

const CHANNEL = 'news';
/** By whom, of what. */
const ANNOUNCEMENT = /^([0-9a-f-]{36}) (.+)$/;
