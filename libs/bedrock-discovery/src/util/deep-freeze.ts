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

/**
 * As {@link deepFreeze}, for what others wrote.
 *
 * @returns false where it nests deeper than so many levels, which whatever walks through it by recursion does not survive; then
 *   it is frozen in part
 */
export function freezeWithin(value: unknown, levels: number): boolean {
  if (!isObject(value)) {
    return true;
  }
  if (levels === 0) {
    return false;
  }
  Object.freeze(value);
  for (const key in value) {
    if (!freezeWithin((value as Record<string, unknown>)[key], levels - 1)) {
      return false;
    }
  }
  return true;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
