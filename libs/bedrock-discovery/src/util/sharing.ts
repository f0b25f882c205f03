/** Gives the first of the values that are equal as JSON, none of which may be changed. */
export type Sharing = <T extends object | string>(value: T) => T;

/** For the parts of answers: of the thousands in them few differ, and together they take most of the memory. */
export function sharing(): Sharing {
  const texts = new Map<string, unknown>();
  const others = new Map<string, unknown>();
  return <T>(value: T): T => {
    const [values, key] = typeof value === 'string' ? [texts, value] : [others, JSON.stringify(value)];
    const known = values.get(key) ?? value;
    values.set(key, known);
    return known as T;
  };
}
