import { InvalidOptionsError } from '../errors/errors.js';

export const SNAPSHOT_FORMAT = 'nestjs-bedrock-discovery/snapshot';
export const SNAPSHOT_VERSION = 1;

/**
 * What a cache held at one instant, as `DiscoveryRefresher.export()` writes it and the option `cache.seed` reads it. JSON.
 *
 * @publicApi
 */
export interface Snapshot {
  readonly format: typeof SNAPSHOT_FORMAT;
  readonly version: typeof SNAPSHOT_VERSION;
  /** ISO 8601. */
  readonly exportedAt: string;
  readonly entries: readonly SnapshotEntry[];
}

/** One entry of a {@link Snapshot}. @publicApi */
export interface SnapshotEntry {
  readonly key: string;
  /** When the value was obtained from AWS, ISO 8601. */
  readonly storedAt: string;
  readonly value: unknown;
}

const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Checks that a value is a snapshot that this version can read.
 *
 * @throws InvalidOptionsError (`INVALID_OPTIONS`) that says what is wrong and where
 */
export function parseSnapshot(value: unknown): Snapshot {
  if (!isRecord(value) || value['format'] !== SNAPSHOT_FORMAT) {
    throw invalid(`its format must be ${SNAPSHOT_FORMAT}`);
  }
  const { version, exportedAt, entries } = value;
  if (version !== SNAPSHOT_VERSION) {
    throw invalid(`its version is ${JSON.stringify(version)}, and this release reads version ${SNAPSHOT_VERSION}`);
  }
  requireTime(exportedAt, 'exportedAt');
  if (!Array.isArray(entries)) {
    throw invalid('its entries must be an array');
  }
  entries.forEach((entry: unknown, index) => {
    const at = `entries[${index}]`;
    if (!isRecord(entry)) {
      throw invalid(`${at} must be an object`);
    }
    if (typeof entry['key'] !== 'string' || entry['key'] === '') {
      throw invalid(`${at}.key must be a string, not empty`);
    }
    requireTime(entry['storedAt'], `${at}.storedAt`);
    if (entry['value'] === undefined) {
      throw invalid(`${at}.value is missing`);
    }
  });
  return value as unknown as Snapshot;
}

function requireTime(value: unknown, at: string): void {
  if (typeof value !== 'string' || !ISO_8601.test(value) || Number.isNaN(Date.parse(value))) {
    throw invalid(`${at} must be a time such as 2026-01-31T12:00:00.000Z`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function invalid(problem: string): InvalidOptionsError {
  return new InvalidOptionsError(
    'cache.seed',
    `cache.seed is not a usable snapshot: ${problem}. Make one with DiscoveryRefresher.export().`,
  );
}
