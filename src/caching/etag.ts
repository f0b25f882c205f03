import { createHash } from 'node:crypto';

/** Counts up between two looks at the same data; `scannedAt`, which stands beside it, does not. */
const AGE = /"ageMs":\d+(\.\d+)?,?/g;

/**
 * A weak ETag of a body by its content, its ages aside: they are different in every answer, and would make each look new.
 * Weak is what HTTP calls it when two bodies mean the same without being the same bytes. By content and not by a count of
 * refreshes, so that it survives a restart, and instances that know the same agree.
 */
export function etagOf(body: string | Buffer): string {
  // Most bodies hold no age, and need not be turned into a text.
  const significant = body.includes('"ageMs":') ? body.toString().replaceAll(AGE, '') : body;
  return `W/"${createHash('sha256').update(significant).digest('base64url')}"`;
}
