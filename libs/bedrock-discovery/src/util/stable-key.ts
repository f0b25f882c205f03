import { createHash } from 'node:crypto';

const ids = new WeakMap<WeakKey, number>();
let lastId = 0;

/**
 * A short key of any value: equal plain values have equal keys, functions and instances of classes have their own.
 * Hashed, so that a key gives nothing away; valid in this process only.
 */
export function stableKey(value: unknown): string {
  return createHash('sha256').update(describe(value, [])).digest('base64url');
}

function describe(value: unknown, above: readonly object[]): string {
  if (typeof value === 'function' || (typeof value === 'object' && value !== null)) {
    if (Array.isArray(value) && !above.includes(value)) {
      return `[${value.map((item) => describe(item, [...above, value])).join()}]`;
    }
    return isPlain(value) && !above.includes(value) ? describeEntries(value, [...above, value]) : `#${idOf(value)}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : `${typeof value}:${String(value)}`;
}

function describeEntries(value: object, above: readonly object[]): string {
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${describe(item, above)}`).join()}}`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Of any realm: nothing else has a prototype that ends there.
  return typeof value === 'object' && (prototype === null || Object.getPrototypeOf(prototype) === null);
}

function idOf(value: WeakKey): number {
  const id = ids.get(value) ?? (lastId += 1);
  ids.set(value, id);
  return id;
}
