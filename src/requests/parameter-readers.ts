import { GEOGRAPHIES, isRegionName, nearestRegion } from 'nestjs-bedrock-discovery';
import type { Schema } from '../openapi/schema.js';

/** Whether there is a region of this name. */
export type RegionTest = (region: string) => boolean;

/** Reads one parameter of a query or a body. */
export interface ParameterReader<T> {
  /** What is accepted, to go on after "must be". */
  readonly accepts: string;
  /** Of the values that are accepted, for the documentation. Default: any text. */
  readonly schema?: Schema;
  /** A name by which it is taken as well, since it was called so before. */
  readonly formerName?: string;
  /** Undefined for a value that is not accepted. */
  read(value: unknown, isKnownRegion: RegionTest): T | undefined;
  /** What was probably meant by a value that is not accepted. */
  nearest?(value: unknown): readonly string[];
}

/** The same, also taken by the name that it had before. */
export function formerly<T>(formerName: string, reader: ParameterReader<T>): ParameterReader<T> {
  return { ...reader, formerName };
}

export const text: ParameterReader<string> = {
  accepts: 'a text that is not empty',
  schema: { type: 'string', minLength: 1 },
  read: (value) => (typeof value === 'string' && value.trim() !== '' ? value : undefined),
};

export const flag: ParameterReader<boolean> = {
  accepts: 'true or false',
  schema: { type: 'boolean' },
  read: (value) =>
    value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined,
};

/** What is demanded, or not. */
export const demanded: ParameterReader<true> = {
  accepts: 'true, or left out',
  schema: { type: 'boolean', const: true },
  read: (value) => (value === true || value === 'true' ? true : undefined),
};

export const days: ParameterReader<number> = {
  accepts: 'a number of days, such as 90',
  schema: { type: 'integer', minimum: 0 },
  read: (value) => {
    const number = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
  },
};

export const regionName: ParameterReader<string> = {
  accepts: 'the name of a region, such as eu-central-1',
  read: (value, isKnownRegion) =>
    typeof value === 'string' && isRegionName(value) && isKnownRegion(value) ? value : undefined,
  nearest: nearestRegions,
};

export const regionNames: ParameterReader<readonly string[]> = {
  accepts: 'names of regions separated by commas, such as eu-west-1,us-east-1',
  schema: { type: 'array', items: { type: 'string' }, minItems: 1 },
  read: (value, isKnownRegion) => listOf(regionName, value, isKnownRegion),
  nearest: nearestRegions,
};

/** A geography, or names of regions. */
export const residency: ParameterReader<string | readonly string[]> = {
  accepts: `one of ${Object.keys(GEOGRAPHIES).join(', ')}, or names of regions separated by commas`,
  read: (value, isKnownRegion) =>
    typeof value === 'string' && Object.hasOwn(GEOGRAPHIES, value) ? value : regionNames.read(value, isKnownRegion),
  nearest: nearestRegions,
};

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
const AGO = /^(\d{1,4})([mhd])$/;
const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** As `id` and `at` of a change are, or how long ago. */
export const changeIdOrTime: ParameterReader<string> = {
  accepts:
    'the id of a change, a time such as 2026-08-22T12:00:00Z or 2026-08-22, or how long ago, as in 30m, 12h or 1d',
  read: (value) => {
    if (typeof value !== 'string') {
      return undefined;
    }
    const [, count, unit = ''] = AGO.exec(value) ?? [];
    if (count !== undefined) {
      return new Date(Date.now() - Number(count) * (UNITS_MS[unit] ?? 0)).toISOString();
    }
    // A + that was not encoded arrives as a space.
    const time = value.replace(/ (?=\d\d:\d\d$)/, '+');
    return /^\d{13}-\d{5}$/.test(value) || (TIME.test(time) && !Number.isNaN(Date.parse(time))) ? time : undefined;
  },
};

export const timeZone: ParameterReader<string> = {
  accepts: 'the name of a time zone, such as Europe/Berlin',
  read: (value) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: value as string }).resolvedOptions().timeZone;
    } catch {
      return undefined;
    }
  },
};

/** A quarter of a year, from its first moment to that of the next. */
export interface Quarter {
  readonly from: string;
  readonly to: string;
}

export const quarter: ParameterReader<Quarter> = {
  accepts: 'a quarter of a year, such as 2026-Q4',
  read: (value) => {
    const [, year, number] = (typeof value === 'string' && /^(\d{4})-Q([1-4])$/i.exec(value)) || [];
    if (year === undefined || number === undefined) {
      return undefined;
    }
    const start = (quarters: number): string => new Date(Date.UTC(Number(year), quarters * 3)).toISOString();
    return { from: start(Number(number) - 1), to: start(Number(number)) };
  },
};

export function oneOf<T extends string>(...values: readonly T[]): ParameterReader<T> {
  return {
    accepts: `one of ${values.join(', ')}`,
    schema: { type: 'string', enum: values },
    read: (value) => values.find((accepted) => accepted === value),
  };
}

export function severalOf<T extends string>(...values: readonly T[]): ParameterReader<readonly T[]> {
  const one = oneOf(...values);
  return {
    accepts: `one or more of ${values.join(', ')}, separated by commas`,
    schema: { type: 'array', items: one.schema, minItems: 1 },
    read: (value, isKnownRegion) => listOf(one, value, isKnownRegion),
  };
}

export const amount: ParameterReader<number> = {
  accepts: 'a number of at least 0',
  schema: { type: 'number', minimum: 0 },
  read: (value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
  },
};

/** Separated by commas in a query; in a body also an array. Each counts once. */
function listOf<T>(item: ParameterReader<T>, value: unknown, isKnownRegion: RegionTest): readonly T[] | undefined {
  const read = itemsOf(value).map((part) => item.read(part, isKnownRegion));
  return read.length > 0 && read.every((each) => each !== undefined) ? [...new Set(read)] : undefined;
}

function nearestRegions(value: unknown): readonly string[] {
  return itemsOf(value).flatMap((name) => (typeof name === 'string' ? (nearestRegion(name) ?? []) : []));
}

function itemsOf(value: unknown): readonly unknown[] {
  const parts: unknown = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
  return Array.isArray(parts) ? parts : [];
}
