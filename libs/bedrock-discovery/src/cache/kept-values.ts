import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { isRecord } from '../util/guards.js';
import { KeyedQueue } from '../util/keyed-queue.js';
import { contentKey, encodeEnvelope, EntryAge } from './envelope.js';
import type { Found, LowerTier } from './lower-tiers.js';
import { TieredCache } from './tiered-cache.js';
import type { CacheTier } from './tiers.js';

// Longer than other files: what is looked at, written and forgotten below memory has to keep one order.

/** Which value a name has. */
export interface Stamp {
  /** When the value was obtained, milliseconds since the epoch. */
  readonly at: number;
  /** Of its JSON, in hexadecimal digits. */
  readonly sha256: string;
  /** Which manifest says so. */
  readonly tier: CacheTier;
}

/**
 * What a manifest says of a name; times in milliseconds since the epoch. Written down are ages, as of when the manifest was
 * written: where that is dated by the clock of a store, so is all that it says.
 */
type Row = readonly [at: number, sha256: string, writtenAt: number];
type Rows = ReadonlyMap<string, Row>;
interface Manifest {
  readonly rows: Rows;
  readonly tier: CacheTier;
  /**
   * When what takes its place was stored: as of when this was read, so that it counts as older than what others write from then
   * on, should this process be stopped in between.
   */
  readonly nextAt: number;
}

interface Kept {
  readonly value: object;
  readonly at: number;
}
type Values = ReadonlyMap<string, Kept>;
/** What this process has, and whose it is. */
interface Own {
  readonly owner: string;
  readonly values: Map<string, Kept>;
  /** How many tiers, from the uppermost on, may lack some of it. */
  behind: number;
  /** A write whose turn has not come. */
  waiting?: Promise<void> | undefined;
}
type News = Kept & { readonly name: string; readonly since: () => number | undefined };

const SHA256 = /^[0-9a-f]{64}$/;
/** Values written side by side, so that many are not made into text in one go. */
const WRITES_AT_ONCE = 4;

/** Of values that are not changed any more. */
const hashes = new WeakMap<object, string>();

/** The hash by which a value is kept, which must not be changed any more. */
export function sha256Of(value: object): string {
  const known = hashes.get(value) ?? hash('sha256', JSON.stringify(value));
  hashes.set(value, known);
  return known;
}

/**
 * Named values, most of which do not change from one time to the next. Below memory each is kept once, under the hash of its
 * JSON, and one manifest of their owner says which name has which value since when: what has not changed costs one small write.
 *
 * A manifest is all that is known of a tier, and what it lacks is written: a folder that somebody empties fills again. Processes
 * that share a tier merge what they know, by name the newest. None deletes what another's manifest may refer to: content is
 * written anew from time to time while it is referred to, and ages where it is not.
 *
 * A name is a group and what is told apart in it, with a slash between.
 */
@Injectable()
export class KeptValues {
  readonly #age: EntryAge;
  readonly #work = new KeyedQueue();
  /** Content that a manifest referred to and that was not there. */
  readonly #lost = new Set<string>();
  #own: Own = nothingOf('');
  #holds = 0;

  constructor(
    private readonly cache: TieredCache,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
  ) {
    this.#age = new EntryAge(options.cache, clock);
  }

  /** Holds writing back until the returned function is called, so that what is learnt meanwhile is written at once. */
  hold(): () => Promise<void> {
    this.#holds += 1;
    return () => {
      this.#holds -= 1;
      return this.#write();
    };
  }

  /** A name has this value, as JSON and frozen, since then; written when nothing holds it back. */
  set(owner: string, name: string, value: object, at: number): Promise<void> {
    return this.#set(owner, name, { value, at }, this.cache.lower.length);
  }

  #set(owner: string, name: string, kept: Kept, behind: number): Promise<void> {
    if (this.#own.owner !== owner) {
      this.#own = nothingOf(owner);
    }
    this.#own.values.set(name, kept);
    this.#own.behind = Math.max(this.#own.behind, behind);
    return this.#write();
  }

  /** What the tiers below memory say, by name the newest. */
  async look(owner: string): Promise<ReadonlyMap<string, Stamp>> {
    await this.#work.settled(owner);
    const newest = new Map<string, Stamp>();
    for (const { tier, rows } of await Promise.all(this.cache.lower.map((each) => this.#read(each, owner)))) {
      for (const [name, [at, sha256]] of rows) {
        if (at > (newest.get(name)?.at ?? Number.NEGATIVE_INFINITY)) {
          newest.set(name, { at, sha256, tier });
        }
      }
    }
    return newest;
  }

  /** The values of stamps, frozen, by name: asked of each tier at once, and of the lower only what the upper lacks. */
  async fetch(owner: string, stamps: ReadonlyMap<string, Stamp>): Promise<ReadonlyMap<string, object>> {
    const missing = new Map([...stamps].map(([name, { sha256 }]) => [keyOf(owner, name, sha256), sha256]));
    const found = new Map<string, { value: object; tier: number }>();
    for (const [index, tier] of missing.size > 0 ? this.cache.lower.entries() : []) {
      for (const { entry, tier: from } of await tier.readAll([...missing.keys()])) {
        const value = asKept(entry.value, missing.get(entry.key) ?? '', from);
        if (value !== undefined) {
          found.set(entry.key, { value, tier: index });
          missing.delete(entry.key);
        }
      }
    }
    missing.forEach((sha256) => this.#lost.add(sha256));
    const values = new Map<string, object>();
    const release = this.hold();
    for (const [name, { sha256, at }] of stamps) {
      const { value, tier = 0 } = found.get(keyOf(owner, name, sha256)) ?? {};
      if (value !== undefined) {
        values.set(name, value);
        // What a lower tier had moves up.
        void (tier > 0 && this.#set(owner, name, { value, at }, tier));
      }
    }
    void release();
    return values;
  }

  /** The values of these names are not this process's to keep any more; what is written stays. */
  drop(names: Iterable<string>): void {
    for (const name of names) {
      this.#own.values.delete(name);
    }
  }

  /** Removes a group from every tier. */
  async clear(owner: string, group: string): Promise<void> {
    const isOfGroup = (name: string): boolean => groupOf(name) === group;
    this.drop([...this.#own.values.keys()].filter(isOfGroup));
    await this.#work.run(owner, () => Promise.all(this.cache.lower.map((tier) => this.#clear(tier, owner, isOfGroup))));
    await this.cache.clear(`${owner}/${group}/`);
  }

  /** Writes what is held back as well; resolves once all is written. */
  async flush(): Promise<void> {
    await this.#write(true);
    await this.#work.drained();
  }

  async #write(isForced = false): Promise<void> {
    const own = this.#own;
    if (own.behind > 0 && (this.#holds === 0 || isForced)) {
      await (own.waiting ??= this.#work.run(own.owner, () => this.#writeAll(own)));
    }
  }

  /** What is learnt while a write waits for its turn goes with it: where a tier is slow, writes do not pile up. */
  async #writeAll(own: Own): Promise<void> {
    const tiers = this.cache.lower.slice(0, own.behind);
    const values = new Map(own.values);
    const lost = new Set(this.#lost);
    own.waiting = undefined;
    own.behind = 0;
    if (own === this.#own) {
      this.#lost.clear();
    }
    const kept = await Promise.all(tiers.map((tier) => this.#keep(tier, own.owner, values, lost)));
    if (kept.includes(false)) {
      own.behind = Math.max(own.behind, tiers.length);
    }
  }

  /** Whether the tier has it all now. */
  async #keep(tier: LowerTier, owner: string, values: Values, lost: ReadonlySet<string>): Promise<boolean> {
    const isHashed = [...values.values()].every(({ value }) => hashes.has(value));
    const keepTimes = (): Promise<boolean | undefined> => this.#keepTimes(tier, owner, values, lost);
    const isKept = isHashed ? await tier.alone?.(manifestKey(owner), keepTimes) : undefined;
    return isKept ?? this.#keepContent(tier, owner, values, lost);
  }

  /** Mostly nothing is new but times, and one look at the manifest is enough. Undefined where content is to be written. */
  async #keepTimes(
    tier: LowerTier,
    owner: string,
    values: Values,
    lost: ReadonlySet<string>,
  ): Promise<boolean | undefined> {
    const manifest = await this.#read(tier, owner);
    const { rows } = manifest;
    const news = this.#newsIn(rows, owner, values, lost);
    const kept = news.flatMap(({ name, value, at, since }): [string, Row][] => {
      const writtenAt = since();
      return writtenAt === undefined ? [] : [[name, [at, sha256Of(value), writtenAt]]];
    });
    return kept.length < news.length
      ? undefined
      : kept.length === 0 || this.#writeManifest(tier, owner, manifest, withNews(rows, kept));
  }

  async #keepContent(tier: LowerTier, owner: string, values: Values, lost: ReadonlySet<string>): Promise<boolean> {
    const manifest = await this.#read(tier, owner);
    const { rows } = manifest;
    const news = this.#newsIn(rows, owner, values, lost);
    const limit = pLimit(WRITES_AT_ONCE);
    const kept = news.map(({ name, value, at, since }) =>
      limit(async (): Promise<[string, Row] | undefined> => {
        const writtenAt = since() ?? (await this.#writeContent(tier, keyOf(owner, name, sha256Of(value)), value));
        return writtenAt === undefined ? undefined : [name, [at, sha256Of(value), writtenAt]];
      }),
    );
    const added = (await Promise.all(kept)).filter((row) => row !== undefined);
    const isWritten = added.length === 0 || (await this.#change(tier, owner, manifest, (now) => withNews(now, added)));
    return isWritten && added.length === news.length;
  }

  /** What is younger than the manifest says. `since`: when its content was written, where it is there. */
  #newsIn(rows: Rows, owner: string, values: Values, lost: ReadonlySet<string>): readonly News[] {
    const written = new Map([...rows].map(([name, [, sha256, at]]) => [keyOf(owner, name, sha256), at]));
    const isNews = (name: string, at: number): boolean => {
      const [formerAt, sha256] = rows.get(name) ?? [Number.NEGATIVE_INFINITY, ''];
      return this.#age.isLive(at) && (at > formerAt || lost.has(sha256));
    };
    const news = [...values].filter(([name, { at }]) => isNews(name, at));
    return news.map(([name, { value, at }]) => {
      const since = (): number | undefined => {
        const sha256 = sha256Of(value);
        const writtenAt = lost.has(sha256) ? undefined : written.get(keyOf(owner, name, sha256));
        const isThere = writtenAt !== undefined && this.#age.ageMs(writtenAt) <= this.options.cache.diskTtlMs;
        return isThere ? writtenAt : undefined;
      };
      return { name, value, at, since };
    });
  }

  /**
   * Changes what the manifest says now: another process may have written it meanwhile.
   *
   * @param manifest what it said when it was last looked at, for a tier that keeps nobody from writing
   */
  #change(tier: LowerTier, owner: string, manifest: Manifest, change: (rows: Rows) => Rows): Promise<boolean> {
    const write = (now: Manifest): Promise<boolean> => this.#writeManifest(tier, owner, now, change(now.rows));
    return tier.alone === undefined
      ? write(manifest)
      : tier.alone(manifestKey(owner), async () => write(await this.#read(tier, owner)));
  }

  /** When it was written; undefined where it was not. */
  async #writeContent(tier: LowerTier, key: string, value: object): Promise<number | undefined> {
    const storedAtMs = this.clock.now();
    const entry = { key, storedAtMs, value };
    const isWritten = await tier.set(entry, encodeEnvelope(entry));
    return isWritten === undefined ? undefined : storedAtMs;
  }

  async #clear(tier: LowerTier, owner: string, isOfGroup: (name: string) => boolean): Promise<void> {
    const manifest = await this.#read(tier, owner);
    const { rows } = manifest;
    const gone = [...rows].filter(([name]) => isOfGroup(name));
    if (gone.length > 0) {
      const remaining = (now: Rows): Rows => new Map([...now].filter(([name]) => !isOfGroup(name)));
      await this.#change(tier, owner, manifest, remaining);
      await Promise.all(gone.map(([name, [, sha256]]) => tier.delete(keyOf(owner, name, sha256))));
    }
  }

  async #read(tier: LowerTier, owner: string): Promise<Manifest> {
    const readAt = this.clock.now();
    const found: Found | undefined = await tier.read(manifestKey(owner));
    const { value, storedAtMs = 0 } = found?.entry ?? {};
    const rows = Object.entries(isRecord(value) ? value : {}).flatMap(([name, row]): [string, Row][] => {
      if (!isRow(row)) {
        return [];
      }
      const [age, sha256, writtenAge] = row;
      return this.#age.isLive(storedAtMs - age) ? [[name, [storedAtMs - age, sha256, storedAtMs - writtenAge]]] : [];
    });
    const nextAt = Math.max(readAt, found === undefined ? readAt : storedAtMs + 1);
    return { tier: found?.tier ?? 'disk', rows: new Map(rows), nextAt };
  }

  async #writeManifest(tier: LowerTier, owner: string, { nextAt }: Manifest, rows: Rows): Promise<boolean> {
    const [key, storedAtMs] = [manifestKey(owner), nextAt];
    const aged = [...rows].map(([name, [at, sha256, writtenAt]]) => [
      name,
      [storedAtMs - at, sha256, storedAtMs - writtenAt],
    ]);
    const entry = { key, storedAtMs, value: Object.fromEntries(aged) as object };
    const isWritten = (await tier.set(entry, encodeEnvelope(entry))) === true;
    if (isWritten) {
      await tier.announce?.(owner);
    }
    return isWritten;
  }
}

function nothingOf(owner: string): Own {
  return { owner, values: new Map(), behind: 0 };
}

function manifestKey(owner: string): string {
  return `${owner}/manifest`;
}

function keyOf(owner: string, name: string, sha256: string): string {
  return contentKey(`${owner}/${groupOf(name)}`, sha256);
}

/** By name the newest; of the same time, what is added, whose content was written. */
function withNews(rows: Rows, added: readonly (readonly [name: string, row: Row])[]): Rows {
  const news = added.filter(([name, [at]]) => at >= (rows.get(name)?.[0] ?? Number.NEGATIVE_INFINITY));
  return new Map([...rows, ...news]);
}

function groupOf(name: string): string {
  return name.slice(0, name.indexOf('/'));
}

function isRow(row: unknown): row is Row {
  return Array.isArray(row) && Number.isFinite(row[0]) && SHA256.test(String(row[1])) && Number.isFinite(row[2]);
}

/** A value that is what its key says; whoever can write to a shared store must not put another in its place for good. */
function asKept(value: unknown, sha256: string, tier: CacheTier): object | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  if (tier !== 'shared') {
    hashes.set(value, sha256);
  }
  return sha256Of(value) === sha256 ? value : undefined;
}
