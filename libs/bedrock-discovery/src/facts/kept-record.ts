import { Logger } from '@nestjs/common';
import type { InventoryContext } from '../inventory/inventory-context.js';
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
  readonly #logger = new Logger('BedrockDiscovery');
  readonly #saving: DebouncedWrite;
  /** Where it is kept; undefined until it was read there. */
  #key: string | undefined;
  /** What the cache last was given or gave. */
  #stored: unknown;
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
    await this.#read(key);
  }

  async #save(): Promise<void> {
    await this.open();
    const key = this.#key;
    if (key !== undefined) {
      await this.#attempt(async () => {
        await this.#read(key);
        this.#stored = this.content.store();
        await this.context.cache.set(key, this.#stored);
      });
    }
  }

  async #read(key: string): Promise<void> {
    const stored = await this.context.cache.get<unknown>(key);
    if (stored !== undefined && stored !== this.#stored) {
      this.#stored = stored;
      this.content.adopt(stored);
    }
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#logger.debug(`Keeping what is known of ${this.name} failed: ${String(error)}`);
    }
  }
}
