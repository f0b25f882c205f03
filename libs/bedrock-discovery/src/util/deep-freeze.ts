/** Freezes a value that came out of `JSON.parse`, in place. Not recursive, so that no depth of nesting overflows the stack. */
export function deepFreeze<T>(value: T): T {
  const pending: object[] = isObject(value) ? [value] : [];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    Object.freeze(next);
    // A loop over the keys makes no garbage, of which start-up would make much.
    for (const key in next) {
      const member: unknown = (next as Record<string, unknown>)[key];
      if (isObject(member)) {
        pending.push(member);
      }
    }
  }
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
