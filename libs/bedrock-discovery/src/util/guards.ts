/** What moves a cursor, begins a line, or turns the direction of writing: texts of others may hold it. */
const CONTROL = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;
const CONTROLS = new RegExp(`${CONTROL.source}+`, 'gu');

/** A text that is not empty, and stays in its line wherever it is shown. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !CONTROL.test(value);
}

/** A text that others wrote, as one that stays in its line. */
export function oneLine(text: string): string {
  return CONTROL.test(text) ? text.replaceAll(CONTROLS, ' ').trim() : text;
}

/** What something is called, cleaned; undefined where that is nothing. */
export function nameIn(value: unknown): string | undefined {
  return (typeof value === 'string' && oneLine(value)) || undefined;
}

/** The object that a text holds as JSON; undefined where it holds anything else. */
export function recordIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A property of whatever was thrown or answered; reading it must not throw again. */
export function read(value: unknown, key: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[key];
  } catch {
    return undefined;
  }
}

export function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}

/** As {@link isoTime} gives it, or nothing. */
export function isTimeOrAbsent(value: unknown): boolean {
  return value === undefined || (isText(value) && isoTime(value) === value);
}

/** The texts of a list; anything else in it is left out. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(isText) : [];
}

/** The values of both, each once, in the order in which they come first. */
export function union(first: readonly string[], second: readonly string[]): readonly string[] {
  return [...new Set([...first, ...second])];
}

/** ISO 8601 of a Date or of a text that holds a date; of years with four digits alone, so that times compare as texts do. */
export function isoTime(value: unknown): string | undefined {
  const date = value instanceof Date ? value : isText(value) ? new Date(value) : undefined;
  const time = date && !Number.isNaN(date.getTime()) ? date.toISOString() : '';
  return /^\d/.test(time) ? time : undefined;
}

/** A record with these members alone; the record itself where it has no others. */
export function only<T extends object>(record: T, members: readonly string[]): T {
  if (Object.keys(record).every((key) => members.includes(key))) {
    return record;
  }
  return Object.fromEntries(Object.entries(record).filter(([key]) => members.includes(key))) as T;
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/**
 * Only the entries that have a value, so that absent stays absent in JSON. Where all have one it is the object itself: one to
 * which they are added one by one takes more memory.
 */
export function present<T extends object>(value: T): Present<T> {
  if (!Object.values(value).includes(undefined)) {
    return value as Present<T>;
  }
  const result: Partial<T> = {};
  for (const key in value) {
    if (value[key] !== undefined) {
      result[key] = value[key];
    }
  }
  return result as Present<T>;
}

/** What was read once and cannot be read again. */
export function isStream(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (Symbol.asyncIterator in value || 'pipe' in value || 'getReader' in value)
  );
}
