import type * as z from 'zod';
import type { InventoryContext } from '../inventory/inventory-context.js';
import { ageOf, isFuture } from '../util/clock.js';
import { DebouncedWrite } from '../util/debounced-write.js';

const SAVE_DELAY_MS = 2_000;

/** What a fact puts into the cache, and takes from it. */
export interface RecordContent {
  /** All that is worth keeping, as JSON: a copy, for what a cache was given is not changed any more. */
  store(): unknown;
  /** Takes over what is valid of it, beside what was learnt since; a tier is trusted no more than a response. */
  adopt(stored: unknown): void;
  /** Forgets all: it was of another account. */
  clear(): void;
}

/** What was learnt of an account, kept between runs under a key of its own. Never rejects. */
export class KeptRecord {
  readonly #saving: DebouncedWrite;
  /** Where it is kept; undefined until it was read there. */
  #key: string | undefined;
  #opening: Promise<void> | undefined;

  constructor(
    private readonly context: InventoryContext,
    private readonly name: string,
    private readonly content: RecordContent,
  ) {
    const { clock, options } = context;
    this.#saving = new DebouncedWrite(clock, options.refresh.mode === 'on-read' ? 0 : SAVE_DELAY_MS, () =>
      this.#save(),
    );
    context.owner.onChange(() => this.saveSoon());
  }

  /** Brings back what an earlier run knew, once it is known whose it is. */
  open(): Promise<void> {
    this.#opening ??= this.#attempt(() => this.#open()).finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  /** Something was learnt. */
  saveSoon(): void {
    this.#saving.request();
  }

  async close(): Promise<void> {
    await this.#opening;
    await this.#saving.flush();
  }

  async #open(): Promise<void> {
    const prefix = await this.context.owner.prefix();
    const key = prefix && `${prefix}/${this.name}`;
    if (key === undefined || key === this.#key) {
      return;
    }
    if (this.#key !== undefined) {
      this.content.clear();
    }
    this.#key = key;
    this.#adopt(await this.context.cache.get<unknown>(key));
  }

  async #save(): Promise<void> {
    await this.open();
    const key = this.#key;
    if (key !== undefined) {
      const merge = (stored: unknown): unknown => {
        this.#adopt(stored);
        return this.content.store();
      };
      await this.#attempt(() => this.context.cache.merge(key, merge));
    }
  }

  #adopt(stored: unknown): void {
    if (stored !== undefined) {
      this.content.adopt(stored);
    }
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.context.reporter
        .logger('BedrockDiscovery')
        .debug('keeping-failed', `Keeping what is known of ${this.name} failed: ${String(error)}`);
    }
  }
}

/** How pieces of evidence are told apart, and how long they are believed, in milliseconds. */
export interface EvidenceKind<T> {
  readonly schema: z.ZodType<T>;
  readonly keyOf: (piece: T) => string;
  readonly keepMs: number;
}

/** Pieces of evidence of an account, each with its time in milliseconds since the epoch: the latest counts until it is too old. */
export class KeptEvidence<T extends { readonly at: number }> {
  readonly #pieces = new Map<string, T>();
  readonly #kept: KeptRecord;
  #current: object = {};
  /** When the first piece grows too old. */
  #validUntil = Number.POSITIVE_INFINITY;

  constructor(
    private readonly context: InventoryContext,
    name: string,
    private readonly kind: EvidenceKind<T>,
  ) {
    this.#kept = new KeptRecord(context, name, {
      store: () => [...this.#pieces.values()],
      adopt: (stored) => this.#adopt(stored),
      clear: () => {
        this.#pieces.clear();
        this.#changed();
      },
    });
  }

  /** Another object whenever any piece has come, gone or changed, by time as well. */
  get current(): object {
    if (this.context.clock.now() >= this.#validUntil) {
      this.#changed();
    }
    return this.#current;
  }

  get(key: string): T | undefined {
    return this.#pieces.get(key);
  }

  values(): readonly T[] {
    return [...this.#pieces.values()];
  }

  /** Something was learnt. */
  set(piece: T): void {
    this.#pieces.set(this.kind.keyOf(piece), Object.freeze(piece));
    this.#changed();
    this.#kept.saveSoon();
  }

  /** Brings back what an earlier run knew. Never rejects. */
  open(): Promise<void> {
    return this.#kept.open();
  }

  close(): Promise<void> {
    return this.#kept.close();
  }

  #adopt(stored: unknown): void {
    const now = this.context.clock.now();
    for (const each of Array.isArray(stored) ? (stored as unknown[]) : []) {
      const { data } = this.kind.schema.safeParse(each);
      if (data !== undefined && !isFuture(data.at, now)) {
        const key = this.kind.keyOf(data);
        const own = this.#pieces.get(key);
        if (own === undefined || own.at < data.at) {
          this.#pieces.set(key, Object.freeze(data));
        }
      }
    }
    this.#changed();
  }

  #changed(): void {
    const now = this.context.clock.now();
    for (const [key, { at }] of this.#pieces) {
      if (ageOf(at, now) >= this.kind.keepMs) {
        this.#pieces.delete(key);
      }
    }
    this.#validUntil = Math.min(...this.values().map(({ at }) => at + this.kind.keepMs));
    this.#current = {};
  }
}
