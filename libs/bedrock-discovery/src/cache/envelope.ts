import { createHash } from 'node:crypto';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { ageOf, type Clock, isFuture } from '../util/clock.js';

/** What a tier holds under a key. */
export interface StoredEntry {
  readonly key: string;
  /** Milliseconds since the epoch: when the value was obtained, not when it reached this tier. */
  readonly storedAtMs: number;
  readonly value: unknown;
}

/** Raised whenever an older library could misread what a newer one writes. */
export const ENVELOPE_VERSION = 1;
const FORMAT = 'nestjs-bedrock-discovery/entry';
const NEWLINE = 0x0a;

/**
 * Writes an entry as one line of header and the value as JSON. The checksum covers the header's fields too: a flipped bit in
 * `storedAt` would otherwise make old data look fresh.
 *
 * @throws TypeError or RangeError where the value cannot be written as JSON
 */
export function encodeEnvelope({ key, storedAtMs, value }: StoredEntry): string {
  const body: string | undefined = JSON.stringify(value);
  if (body === undefined) {
    throw new TypeError(`a value of type ${typeof value} cannot be written as JSON`);
  }
  return `${headerLine(key, new Date(storedAtMs).toISOString(), body)}\n${body}`;
}

/** Reads what {@link encodeEnvelope} wrote under `key`; anything else, of whatever bytes, comes back as `damage` in words. */
export function decodeEnvelope(data: Uint8Array | string, key: string): { entry: StoredEntry } | { damage: string } {
  const bytes =
    typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const end = bytes.indexOf(NEWLINE);
  const line = bytes.subarray(0, Math.max(end, 0));
  const body = bytes.subarray(end + 1);
  const header = decodeHeader(line);
  if (!header) {
    return { damage: 'it does not begin with a header of this library' };
  }
  const { version, storedAt, storedAtMs } = header;
  if (version !== ENVELOPE_VERSION) {
    return { damage: `its format version is ${version}, not ${ENVELOPE_VERSION}` };
  }
  if (header.key !== key) {
    return { damage: 'it belongs to another key' };
  }
  if (!line.equals(Buffer.from(headerLine(key, storedAt, body)))) {
    return { damage: 'its checksum does not match' };
  }
  try {
    return { entry: { key, storedAtMs, value: JSON.parse(body.toString()) } };
  } catch {
    return { damage: 'its value is not JSON' };
  }
}

/** Reads the header alone, unverified; `undefined` for anything that is none. */
export function decodeHeader(
  line: Uint8Array,
): { version: number; key: string; storedAt: string; storedAtMs: number } | undefined {
  let header: unknown;
  try {
    header = JSON.parse(Buffer.from(line).toString());
  } catch {
    return undefined;
  }
  if (typeof header !== 'object' || header === null) {
    return undefined;
  }
  const { format, version, key, storedAt } = header as Record<string, unknown>;
  if (format !== FORMAT || typeof version !== 'number' || typeof key !== 'string' || typeof storedAt !== 'string') {
    return undefined;
  }
  const storedAtMs = Date.parse(storedAt);
  return Number.isNaN(storedAtMs) ? undefined : { version, key, storedAt, storedAtMs };
}

function headerLine(key: string, storedAt: string, body: string | Uint8Array): string {
  const fields = { format: FORMAT, version: ENVELOPE_VERSION, key, storedAt };
  const sha256 = createHash('sha256')
    .update(`${JSON.stringify(fields)}\n`)
    .update(body)
    .digest('hex');
  return JSON.stringify({ ...fields, sha256 });
}

/** What is kept by its content, below whatever the key begins with. */
const CONTENT_KEY = /\/content\/[0-9a-f]{64}$/;

/** The key of what is kept by its content: its SHA-256 in hexadecimal digits. */
export function contentKey(prefix: string, sha256: string): string {
  return `${prefix}/content/${sha256}`;
}

/** Whether what is kept under a key is so by its content. */
export function isContent(key: string): boolean {
  return CONTENT_KEY.test(key);
}

/**
 * How long an entry may be served, in milliseconds. What is kept by its content is not dated itself but by what refers to it: it
 * is written anew once it is as old as that may grow, and lasts as long again.
 */
export function lifetimeMs(key: string, { diskTtlMs }: Pick<ResolvedOptions['cache'], 'diskTtlMs'>): number {
  return isContent(key) ? 2 * diskTtlMs : diskTtlMs;
}

/** Judges entries by the injected clock and by when their values were obtained, in milliseconds since the epoch. */
export class EntryAge {
  constructor(
    private readonly limits: Pick<ResolvedOptions['cache'], 'memoryTtlMs' | 'diskTtlMs'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Infinity where it is from the future. */
  ageMs(storedAtMs: number): number {
    return ageOf(storedAtMs, this.clock.now());
  }

  /** Whether it need not be refreshed yet. */
  isFresh(storedAtMs: number): boolean {
    return this.ageMs(storedAtMs) <= this.limits.memoryTtlMs;
  }

  /** Whether what is kept under the key may be served at all. */
  isLive(storedAtMs: number, key = ''): boolean {
    return !this.isFromTheFuture(storedAtMs) && this.ageMs(storedAtMs) <= lifetimeMs(key, this.limits);
  }

  isFromTheFuture(storedAtMs: number): boolean {
    return isFuture(storedAtMs, this.clock.now());
  }
}
