import { redact } from '../errors/redact.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import type { Reporter } from '../reporting/reporter.js';
import type { Clock } from '../util/clock.js';
import { withDeadline } from '../util/deadline.js';
import { freezeWithin } from '../util/deep-freeze.js';
import { CACHE_EVENTS } from './cache-events.js';
import type { DiskStore } from './disk-store.js';
import { decodeEnvelope, type EntryAge, type StoredEntry } from './envelope.js';
import { RefusedFileError } from './file-access.js';
import type { CacheTier, HeldTier } from './tiers.js';

// Longer than other files: both tiers fail alike, and share what stands between them and the cache.

/** A tier that works and fails by turns is reported no more often. */
const QUIET_MS = 3_600_000;

export interface TierLimits {
  /** Longest wait for one operation. */
  readonly timeoutMs: number;
  /** How long the tier is left alone afterwards. */
  readonly pauseMs: number;
  /** After each further failure it is twice as long, up to this. Default `pauseMs`. */
  readonly longestPauseMs?: number;
  /** After what: any failure, or only after no answer came in time. */
  readonly pausesAfter: 'failure' | 'silence';
}

/** A tier did not answer in time. */
class SilentTierError extends Error {}

interface TierOperation {
  /** Whether success shows that the tier works: on a read-only disk reading does not. Default true. */
  readonly proves?: boolean;
  /** Longest wait where it is not that of the tier. */
  readonly timeoutMs?: number;
  /** Also while the tier is left alone: what was taken is given back. Default false. */
  readonly always?: boolean;
}

/** Stands between the cache and a tier that may fail or hang: then an operation comes to `undefined`, and one warning is given. */
export class TierGuard {
  #down = false;
  #quietUntilMs = -Infinity;
  #pausedUntilMs = -Infinity;
  #pauses = 0;

  constructor(
    private readonly clock: Clock,
    private readonly warn: (problem: string) => void,
    private readonly limits: TierLimits,
    private readonly onFailure: () => void = () => undefined,
  ) {}

  async run<T>(operation: () => Promise<T>, settings: TierOperation = {}): Promise<T | undefined> {
    const { proves = true, timeoutMs = this.limits.timeoutMs, always = false } = settings;
    if (!always && this.clock.monotonic() < this.#pausedUntilMs) {
      return undefined;
    }
    try {
      const result = await this.#inTime(operation, timeoutMs);
      if (proves) {
        this.#down = false;
        this.#pauses = 0;
      }
      return result;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  /** Whether the last operation that could show that the tier works has failed. */
  get isDown(): boolean {
    return this.#down;
  }

  /** Ends a pause: somebody knows that the tier is there again. */
  resume(): void {
    this.#pausedUntilMs = -Infinity;
  }

  async #inTime<T>(operation: () => Promise<T>, timeoutMs: number): Promise<T> {
    let cancel = (): void => undefined;
    const late = new Promise<never>((_, reject) => {
      const isOver = (): void => reject(new SilentTierError(`no answer within ${timeoutMs} ms`));
      // In two halves: what came while the process was stopped is heard before the second is over.
      cancel = this.clock.schedule(() => (cancel = this.clock.schedule(isOver, timeoutMs / 2)), timeoutMs / 2);
    });
    try {
      return await Promise.race([operation(), late]);
    } finally {
      cancel();
    }
  }

  #failed(error: unknown): void {
    const nowMs = this.clock.monotonic();
    this.onFailure();
    if (!this.#down && nowMs >= this.#quietUntilMs) {
      this.#quietUntilMs = nowMs + QUIET_MS;
      this.warn(describe(error));
    }
    this.#down = true;
    if (this.limits.pausesAfter === 'failure' || error instanceof SilentTierError) {
      this.#pause(nowMs);
    }
  }

  /** What was under way together fails together, and counts once. */
  #pause(nowMs: number): void {
    const { pauseMs, longestPauseMs = pauseMs } = this.limits;
    if (nowMs >= this.#pausedUntilMs) {
      this.#pausedUntilMs = nowMs + Math.min(pauseMs * 2 ** this.#pauses, longestPauseMs);
      this.#pauses += 1;
    }
  }
}

/** Clients of stores like to quote their URL, and with it a password. */
function describe(error: unknown): string {
  return redact(error instanceof Error ? error.message : String(error));
}

/** An entry, and where it was found. */
export interface Found {
  readonly entry: StoredEntry;
  readonly tier: CacheTier;
  /** The envelope as the shared store had it. */
  readonly text?: string;
}

/** A tier below memory, which may fail at any time. Nothing here rejects: what fails comes to `undefined`. */
export interface LowerTier {
  read(key: string): Promise<Found | undefined>;
  /** Several at once; what is not there is left out. */
  readAll(keys: readonly string[]): Promise<readonly Found[]>;
  /** Comes to something only where it was written, or is not needed since what is there is younger. `text`: its envelope. */
  set(entry: StoredEntry, text: string): Promise<boolean | undefined>;
  /** As {@link set}; `false` where what is there is younger. */
  setIfNewer(entry: StoredEntry, text: string): Promise<boolean | undefined>;
  delete(key: string): Promise<unknown>;
  /**
   * Runs work that reads an entry and writes it while no other process does the same, where the tier can. Where another takes too
   * long, it is done all the same: what both write at once may then be lost by one of them.
   */
  alone?<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Tells others who use the tier that there is something new about a topic, where it can. */
  announce?(topic: string): Promise<void>;
}

/** What the disk tier is good for. */
export interface DiskInspection {
  /** Absent without a disk tier. */
  readonly folder?: string;
  /** `memory-only`: there is no folder, or nothing in it can be used. */
  readonly mode: 'ok' | 'read-only' | 'memory-only';
  /** Why nothing can be written to the folder. */
  readonly problem?: string;
}

const LOGGER_CONTEXT = 'DiscoveryCache';
/** A disk that cannot be written may still be read. One across the network that has gone holds a thread of the process. */
const DISK_LIMITS: TierLimits = { timeoutMs: 5_000, pauseMs: 30_000, pausesAfter: 'silence' };
/** For what goes through all files of a folder. */
const FOLDER_TIMEOUT_MS = 20_000;

/** The disk, which may be full, read-only, damaged or gone. Nothing here rejects: what fails is done without, after one warning. */
export class DiskTier implements LowerTier {
  readonly #logger: DiscoveryLogger;
  readonly #guard: TierGuard;
  /** Keys whose files were set aside and not written since. */
  readonly #damaged = new Set<string>();
  #warnedOfRefused = false;

  constructor(
    private readonly held: HeldTier<DiskStore>,
    private readonly age: EntryAge,
    private readonly clock: Clock,
    reporter: Reporter,
  ) {
    this.#logger = reporter.logger(LOGGER_CONTEXT);
    this.#guard = new TierGuard(
      clock,
      (problem) =>
        this.#logger.warn(
          'cache-folder-unusable',
          `The folder ${held.store.folder} cannot be used (${problem}); what is not written there is kept in memory only. ` +
            'Make it writable, or choose another with cache.directory, or set that to false.',
        ),
      DISK_LIMITS,
      () => reporter.publish(CACHE_EVENTS, () => ({ outcome: 'failed', tier: 'disk' }) as const),
    );
  }

  /** The entry of a key. A damaged file is set aside, one that is past its time removed. */
  async read(key: string): Promise<Found | undefined> {
    const { keyv, store } = this.held;
    const bytes = await this.#run(() => keyv.get<Uint8Array>(key), { proves: false });
    if (bytes === undefined) {
      return undefined;
    }
    const decoded = decode(bytes, key, this.age);
    if ('damage' in decoded) {
      const file = await this.#guard.run(() => store.setAside(key, bytes), { proves: false });
      if (!this.#damaged.has(key)) {
        this.#logger.warn('cache-file-damaged', `Set aside the cache file ${file ?? `of ${key}`}: ${decoded.damage}`);
      }
      this.#damaged.add(key);
      return undefined;
    }
    if (this.age.isLive(decoded.entry.storedAtMs, key)) {
      return { entry: decoded.entry, tier: 'disk' };
    }
    await this.#guard.run(() => store.discard(key, bytes), { proves: false });
    return undefined;
  }

  async readAll(keys: readonly string[]): Promise<readonly Found[]> {
    return present(await Promise.all(keys.map((key) => this.read(key))));
  }

  set({ key }: StoredEntry, text: string): Promise<boolean | undefined> {
    this.#damaged.delete(key);
    return this.#run(() => this.held.keyv.set(key, text));
  }

  /** As {@link set}, unless there is an entry as new. */
  setIfNewer({ key, storedAtMs }: StoredEntry, text: string): Promise<boolean | undefined> {
    this.#damaged.delete(key);
    return this.#run(() => this.held.store.setIfNewer(key, text, storedAtMs));
  }

  delete(key: string): Promise<unknown> {
    return this.#guard.run(() => this.held.keyv.delete(key));
  }

  async alone<T>(key: string, work: () => Promise<T>): Promise<T> {
    let isOver = false;
    let unlock: (() => Promise<void>) | undefined;
    const lock = async (): Promise<void> => {
      const taken = await this.held.store.lock(key);
      if (isOver) {
        // Nobody waits for it any more.
        await taken?.();
      } else {
        unlock = taken;
      }
    };
    await this.#guard.run(lock, { proves: false });
    isOver = true;
    try {
      return await work();
    } finally {
      await (unlock && this.#guard.run(unlock, { proves: false, always: true }));
    }
  }

  async keys(): Promise<readonly string[]> {
    const settings = { proves: false, timeoutMs: FOLDER_TIMEOUT_MS };
    return (await this.#guard.run(() => this.held.store.keys(), settings)) ?? [];
  }

  /** Removes what is of no use any more: the keys of the entries among it, and how many other files. */
  async prune(maxAgeMs: number): Promise<{ keys: readonly string[]; otherFiles: number }> {
    const isLive = (storedAtMs: number, key: string): boolean => this.age.isLive(storedAtMs, key);
    const settings = { proves: false, timeoutMs: FOLDER_TIMEOUT_MS };
    const pruned = await this.#guard.run(() => this.held.store.prune({ isLive, maxAgeMs }), settings);
    return pruned ?? { keys: [], otherFiles: 0 };
  }

  /** Tries the folder out. */
  async inspect(): Promise<DiskInspection> {
    const { store } = this.held;
    const { folder } = store;
    const inTime = <T>(work: () => Promise<T>): Promise<T> => withDeadline(this.clock, DISK_LIMITS.timeoutMs, work);
    try {
      await inTime(() => store.probe());
      return { folder, mode: 'ok' };
    } catch (error) {
      const isReadable = await inTime(() => store.isReadable()).catch(() => false);
      const problem = error instanceof Error ? error.message : String(error);
      return { folder, mode: isReadable ? 'read-only' : 'memory-only', problem };
    }
  }

  /** A file that is refused says nothing of the others. */
  #run<T>(operation: () => Promise<T>, settings?: TierOperation): Promise<T | undefined> {
    const unlessRefused = (error: unknown): undefined => {
      if (!(error instanceof RefusedFileError)) {
        throw error;
      }
      this.#warnOfRefused(error);
    };
    return this.#guard.run(() => operation().catch(unlessRefused), settings);
  }

  #warnOfRefused({ message }: RefusedFileError): void {
    if (!this.#warnedOfRefused) {
      this.#warnedOfRefused = true;
      this.#logger.warn(
        'cache-file-refused',
        `A file in ${this.held.store.folder} is not used: ${message}. It has to belong to this user and be writable by nobody else; remove it.`,
      );
    }
  }
}

/** Those of several reads that found something. */
export function present(found: readonly (Found | undefined)[]): Found[] {
  return found.filter((each) => each !== undefined);
}

/** Far more than anything that is kept has, and far less than recursion bears. */
export const MAX_LEVELS = 500;
export const TOO_DEEP = `it nests deeper than ${MAX_LEVELS} levels`;

/** The entry of an envelope, frozen, or why it is not to be believed. */
function decode(
  envelope: Uint8Array | string,
  key: string,
  age: EntryAge,
): { entry: StoredEntry } | { damage: string } {
  const decoded = decodeEnvelope(envelope, key);
  if ('damage' in decoded) {
    return decoded;
  }
  if (age.isFromTheFuture(decoded.entry.storedAtMs)) {
    return { damage: 'it is from the future' };
  }
  return freezeWithin(decoded.entry.value, MAX_LEVELS) ? decoded : { damage: TOO_DEEP };
}
