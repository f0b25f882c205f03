import * as z from 'zod';
import { toDotPath } from 'zod/v4/core';
import { InvalidOptionsError } from '../errors/errors.js';

/**
 * What a cache held at one instant, as `DiscoveryRefresher.export()` writes it and the option `cache.seed` reads it. JSON.
 *
 * @publicApi
 */
export interface Snapshot {
  /** What the file is. */
  readonly format: 'nestjs-bedrock-discovery/snapshot';
  /** Of the format. A release refuses a version that it does not know. */
  readonly version: 1;
  /** ISO 8601. */
  readonly exportedAt: string;
  /** One for each key. */
  readonly entries: readonly SnapshotEntry[];
}

export const SNAPSHOT_FORMAT: Snapshot['format'] = 'nestjs-bedrock-discovery/snapshot';
export const SNAPSHOT_VERSION: Snapshot['version'] = 1;

/** One entry of a {@link Snapshot}. @publicApi */
export interface SnapshotEntry {
  /** As in the cache. */
  readonly key: string;
  /** When the value was obtained from AWS, ISO 8601. */
  readonly storedAt: string;
  /** JSON. */
  readonly value: unknown;
}

/**
 * Checks that a value is a snapshot that this version can read.
 *
 * @throws InvalidOptionsError (`INVALID_OPTIONS`) that says what is wrong and where
 */
export function parseSnapshot(value: unknown): Snapshot {
  const issue = snapshotSchema().safeParse(value).error?.issues[0];
  if (issue !== undefined) {
    const at = issue.path.length === 0 ? 'it' : toDotPath(issue.path);
    throw new InvalidOptionsError(
      'cache.seed',
      `cache.seed is not a usable snapshot: ${at} ${issue.message}. Make one with DiscoveryRefresher.export().`,
    );
  }
  return value as Snapshot;
}

/** Made when a seed is read, which few processes do: making it takes a part of their start. */
function snapshotSchema(): z.ZodType {
  const time = z.iso.datetime({ offset: true, error: 'must be a time such as 2026-01-31T12:00:00.000Z' });
  return z.object(
    {
      format: z.literal(SNAPSHOT_FORMAT, `must be ${SNAPSHOT_FORMAT}`),
      version: z.literal(SNAPSHOT_VERSION, {
        error: ({ input }) =>
          `is ${typeof input === 'object' ? 'no number' : JSON.stringify(input)}, and this release reads version ${SNAPSHOT_VERSION}`,
      }),
      exportedAt: time,
      entries: z.array(
        z.object(
          {
            key: z.string('must be a string').min(1, 'must not be empty'),
            storedAt: time,
            value: z.unknown().refine((value) => value !== undefined, 'is missing'),
          },
          'must be an object',
        ),
        'must be an array',
      ),
    },
    'must be an object',
  );
}
