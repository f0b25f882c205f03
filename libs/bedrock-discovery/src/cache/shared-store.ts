import type { SharedStore } from '../options/bedrock-discovery.options.js';

/**
 * The shared tier as a store of Keyv. It has neither `disconnect` nor a `clear` that clears, since the store behind it is the
 * user's and may hold the data of others.
 */
export class SharedStoreAdapter {
  constructor(
    private readonly store: SharedStore,
    private readonly prefix: string,
    private readonly ttlMs: number,
  ) {}

  async get(key: string): Promise<{ value: unknown } | undefined> {
    const value = await this.store.get(this.prefix + key);
    return value === undefined || value === null ? undefined : { value };
  }

  async set(key: string, { value }: { value: string }): Promise<boolean> {
    // A Keyv answers `false` where it swallows its store's error.
    if ((await this.store.set(this.prefix + key, value, this.ttlMs)) === false)
      throw new Error('the store refused a value');
    return true;
  }

  async delete(key: string): Promise<boolean> {
    await this.store.delete(this.prefix + key);
    return true;
  }

  clear(): void {}
}
