import type { RegionCall } from './region-client.js';

/** What an inventory lists, and how it is read, kept and indexed. */
export interface InventorySpec<T, I> {
  /** Also the name of its entries in the cache. */
  readonly name: 'models' | 'profiles';
  /** The AWS operation behind it. */
  readonly operation: string;
  /** The service whose name stands before its log lines. */
  readonly logContext: string;
  list(call: RegionCall): Promise<readonly T[]>;
  /** Reads what a cache tier returned; undefined if that is not what was stored. */
  restore(value: unknown): readonly T[] | undefined;
  index(lists: ReadonlyMap<string, readonly T[]>): I;
  /** The account that the items show, where they show one. */
  accountOf?(items: readonly T[]): string | undefined;
}
