import type { AnswerProvenance } from 'explorer-web';
import { BEDROCK_REGIONS, PROVENANCE_SOURCES } from 'nestjs-bedrock-discovery';
import {
  about,
  count,
  flag,
  list,
  milliseconds,
  named,
  object,
  oneOf,
  type Schema,
  text,
  time,
} from '../openapi/schema.js';
import { REGIONS } from '../regions/region.schemas.js';

export const PROVENANCE = named(
  'Provenance',
  about(
    object(
      {
        partition: oneOf(Object.keys(BEDROCK_REGIONS)),
        source: oneOf(
          ['simulator', ...PROVENANCE_SOURCES],
          '`simulator`: made up. `endpoint`: of an endpoint of your own. `seed`: of `cache.seed` alone.',
        ),
        complete: flag('Whether what every region lists is known to the full.'),
        regionCount: count('Regions that are looked at.'),
        unknownRegions: about(REGIONS, 'Regions of which not all that they list is known: see `GET /regions`.'),
        staleRegions: about(REGIONS, 'Regions whose lists are older than they should be, or could not be had again.'),
      },
      {
        account: text('Twelve digits; absent while nobody knows whose credentials these are.'),
        asOf: time(
          'When the oldest list was made that is as new as it should be, or, where none is, the oldest of all.',
        ),
        ageMs: milliseconds('Since `asOf`. It leaves the ETag alone.'),
      },
    ),
    'Whose it is, where it comes from, how old it is, and whether anything is missing.',
  ),
);

/** A page of a list, and what else is said with it. */
export function listOf(name: string, items: Schema, more: Readonly<Record<string, Schema>> = {}): Schema {
  return named(
    name,
    object(
      { items: list(items), total: count('Items of all pages.'), provenance: PROVENANCE },
      { next: text('The `cursor` of the next page; absent on the last.'), ...more },
    ),
  );
}

export const PROVENANCE_EXAMPLE: AnswerProvenance = {
  account: '123456789012',
  partition: 'aws',
  source: 'aws',
  asOf: '2026-08-22T12:00:00.000Z',
  ageMs: 61_000,
  complete: false,
  regionCount: 31,
  unknownRegions: ['us-east-1'],
  staleRegions: [],
};

export function listExample<T>(...items: readonly T[]): object {
  return { items, total: items.length, provenance: PROVENANCE_EXAMPLE };
}
