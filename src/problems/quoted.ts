import { inspect } from 'node:util';

/** A text that others wrote, for a log: in quotes, and in one line whatever is in it. */
export function quoted(text: string): string {
  const escaped = inspect(text, { breakLength: Number.POSITIVE_INFINITY });
  return escaped.replaceAll(/[\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, ' ');
}
