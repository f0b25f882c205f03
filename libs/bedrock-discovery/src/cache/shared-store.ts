import { hasMethods } from '../options/option.js';
import type { SharedStore, StoreLease } from '../options/bedrock-discovery.options.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { isText, read } from '../util/guards.js';
import { lifetimeMs } from './envelope.js';

/** More would keep a Redis from answering others for too long. */
const MAX_BATCH = 100;

/** Reads that are made in one round trip, each key once, and what they come to, in the same order. */
interface Batch {
  /** By key, its place. */
  readonly keys: Map<string, number>;
  readonly values: Promise<readonly unknown[]>;
}

/** What emits the errors that it does not throw, as a Keyv does. */
interface Emitter {
  on(event: 'error', listener: (error: unknown) => void): unknown;
  off(event: 'error', listener: (error: unknown) => void): unknown;
}

/**
 * The shared tier as a store of Keyv. It has neither `disconnect` nor a `clear` that clears, since the store behind it is the
 * user's and may hold the data of others. What the store swallows is thrown: a Keyv tells of a failed operation by an event,
 * unless it was made to throw, and is used elsewhere by those who did not make it so.
 */
export class SharedStoreAdapter {
  /** Out of sight: it knows how to reach the store, password included. */
  readonly #store: SharedStore;
  #batch: Batch | undefined;
  #complaints = 0;
  #complaint: Error | undefined;

  constructor(
    store: SharedStore,
    readonly prefix: string,
    private readonly limits: Pick<ResolvedOptions['cache'], 'diskTtlMs'>,
  ) {
    this.#store = store;
  }

  /** Begins to use the store; `onReady` is called when it can be reached again. What it returns ends that. */
  attach(onReady: () => void): () => void {
    const complain = (error: unknown): void => {
      this.#complaints += 1;
      this.#complaint = new Error(wordsOf(error), { cause: error });
    };
    const emitter = hasMethods(this.#store, 'on', 'off') ? (this.#store as Partial<Emitter> as Emitter) : undefined;
    emitter?.on('error', complain);
    const detach = this.#store.attach?.(onReady);
    return () => {
      emitter?.off('error', complain);
      detach?.();
    };
  }

  /** What the store emitted last instead of throwing it. */
  get complaint(): Error | undefined {
    return this.#complaint;
  }

  /** What cannot be parsed comes to `null`: it says nothing of the rest of the store. */
  async get(key: string): Promise<{ value: unknown } | undefined> {
    const name = this.prefix + key;
    const value = await (this.#store.getMany === undefined ? this.#readOne(name) : this.#readWithOthers(name));
    return value === undefined ? undefined : { value };
  }

  async set(key: string, { value }: { value: string }): Promise<boolean> {
    // A Keyv answers `false` where it swallows its store's error.
    if ((await this.#heard(() => this.#store.set(this.prefix + key, value, lifetimeMs(key, this.limits)))) === false) {
      throw new Error('the store refused a value');
    }
    return true;
  }

  /** Whether the store can tell what is newer by itself. */
  get comparesTimes(): boolean {
    return this.#store.setIfNewer !== undefined;
  }

  /** `false` where it is told that what is there is younger. */
  async setIfNewer(key: string, value: string, storedAtMs: number): Promise<boolean> {
    const name = this.prefix + key;
    return (await this.#store.setIfNewer?.(name, value, storedAtMs, lifetimeMs(key, this.limits))) !== false;
  }

  async delete(key: string): Promise<boolean> {
    await this.#heard(() => this.#store.delete(this.prefix + key));
    return true;
  }

  clear(): void {}

  /** The store's own time, in milliseconds since the epoch; `undefined` where it has none. */
  async time(): Promise<number | undefined> {
    return this.#store.time?.();
  }

  /** A lease; `undefined` while another has it, `'none'` where the store has none to give. */
  async acquire(key: string, ttlMs: number): Promise<StoreLease | 'none' | undefined> {
    return this.#store.acquire === undefined ? 'none' : this.#store.acquire(this.prefix + key, ttlMs);
  }

  /** Tells all who subscribed, where the store can. */
  async publish(channel: string, message: string): Promise<void> {
    await this.#store.publish?.(this.prefix + channel, message);
  }

  /** Nobody is ever told anything where the store cannot. */
  subscribe(channel: string, listener: (message: string) => void): () => void {
    return this.#store.subscribe?.(this.prefix + channel, listener) ?? (() => undefined);
  }

  /** All reads that are begun in one turn of the event loop go together. */
  async #readWithOthers(name: string): Promise<unknown> {
    const batch = this.#batch === undefined || this.#batch.keys.size >= MAX_BATCH ? this.#begin() : this.#batch;
    this.#batch = batch;
    const index = batch.keys.get(name) ?? batch.keys.size;
    batch.keys.set(name, index);
    return (await batch.values)[index] ?? undefined;
  }

  #begin(): Batch {
    const keys = new Map<string, number>();
    const values = new Promise(setImmediate).then(() => {
      this.#batch = this.#batch === batch ? undefined : this.#batch;
      return this.#readMany([...keys.keys()]);
    });
    const batch = { keys, values };
    return batch;
  }

  async #readMany(keys: readonly string[]): Promise<readonly unknown[]> {
    try {
      return await this.#heard(async () => (await this.#store.getMany?.(keys)) ?? []);
    } catch (error) {
      // One of them cannot be parsed.
      if (error instanceof SyntaxError) {
        return Promise.all(keys.map((key) => this.#readOne(key)));
      }
      throw error;
    }
  }

  async #readOne(name: string): Promise<unknown> {
    try {
      return (await this.#heard(() => this.#store.get(name))) ?? undefined;
    } catch (error) {
      if (error instanceof SyntaxError) {
        return null;
      }
      throw error;
    }
  }

  /** Throws what the store has emitted meanwhile, unless a value came. */
  async #heard<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#complaints;
    const result = await work();
    const isAnswer = typeof result === 'string' || (Array.isArray(result) && result.some((each) => each !== undefined));
    if (this.#complaint !== undefined && this.#complaints > before && !isAnswer) {
      throw this.#complaint;
    }
    return result;
  }
}

/** Where a name has several addresses, an error of Node has a code and no message. */
function wordsOf(error: unknown): string {
  const words = [read(error, 'message'), read(error, 'code'), error].find(isText);
  return words ?? 'it told of an error';
}
