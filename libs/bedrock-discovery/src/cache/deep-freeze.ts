/** Freezes a value that came out of `JSON.parse`, in place. Not recursive, so that no depth of nesting overflows the stack. */
export function deepFreeze<T>(value: T): T {
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next !== 'object' || next === null) continue;
    for (const member of Object.values(Object.freeze(next))) pending.push(member);
  }
  return value;
}
