/** Whether a value is an object of JSON. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object that a text is the JSON of; undefined for everything else. */
export function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The same value, if it is an object that holds nothing but texts. */
export function textsOrNone(value: unknown): Record<string, string> | undefined {
  const holds = isObject(value) && Object.values(value).every((each) => typeof each === 'string');
  return holds ? (value as Record<string, string>) : undefined;
}
