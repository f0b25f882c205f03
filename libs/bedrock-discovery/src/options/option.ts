import { validateCronExpression } from 'cron';
import * as z from 'zod';
import { isRegionName, type RegionName } from '../regions/partitions.js';
import { isRecord } from '../util/guards.js';
import { Secret } from '../util/secret.js';

type Read = (written: string) => unknown;

/**
 * One option: what it accepts, how the text of its environment variable is read, and what it is where it is left out.
 *
 * @typeParam Absent `never` where the option has a default
 * @typeParam Kept what stands in the resolved options for a value that was given
 */
export class Option<T, Absent extends undefined = undefined, Kept = T> {
  /**
   * @param makeSchema called when options are first resolved, since all together take longer than the rest of an import; error
   * texts complete the sentence "must be …"
   * @param read makes a value of the text of an environment variable; what it cannot read stays a text, which the schema
   * then refuses. Left out where no text can be the option: then there is no variable
   * @param makeDefault called anew each time, as it may depend on the machine
   * @internal
   */
  constructor(
    private readonly makeSchema: () => z.ZodType<T>,
    readonly read?: Read,
    private readonly makeDefault?: () => T,
  ) {}

  /** @internal Left out of the declarations, as is zod, which is in the bundle and installed nowhere. */
  get schema(): z.ZodType<T> {
    return this.makeSchema();
  }

  default(fallback: T): Option<T, never> {
    return this.defaultFrom(() => fallback);
  }

  defaultFrom(make: () => T): Option<T, never> {
    return new Option<T, never>(this.makeSchema, this.read, make);
  }

  /** The value, or the default for one that is left out. */
  resolve(given: T | undefined): Kept | Absent {
    const value = given ?? this.makeDefault?.();
    return value === undefined ? (value as Absent) : this.keep(value);
  }

  protected keep(value: T): Kept {
    return value as unknown as Kept;
  }
}

/** An option whose value may hold a secret, such as credentials or the URL of a proxy. */
class SecretOption<T> extends Option<T, undefined, Secret<T>> {
  protected override keep(value: T): Secret<T> {
    return new Secret(value);
  }
}

/** Options that stand together under one name. */
export type Section = Readonly<Record<string, Option<unknown>>>;

/** The options of a section as they are given: all may be left out. */
export type Given<S> = { [K in keyof S]?: S[K] extends Option<infer T, infer _, infer _Kept> ? T : never };

/** The options of a section with their defaults filled in. */
export type Resolved<S> = {
  readonly [K in keyof S]: S[K] extends Option<infer _, infer Absent, infer Kept> ? Kept | Absent : never;
};

// Kinds of values

const MAX_MS = 2 ** 31 - 1;

const asText: Read = (written) => written;
const asNumber: Read = (written) => (Number.isNaN(Number(written)) ? written : Number(written));
const asFlag: Read = (written) => (written === 'true' || written === 'false' ? written === 'true' : written);
const asList = (written: string): string[] => written.split(',').map((part) => part.trim());

export function wholeNumber(min: number, max: number): Option<number> {
  const error = `a whole number from ${min} to ${max}`;
  return new Option(() => z.int({ error }).min(min, { error }).max(max, { error }), asNumber);
}

/** As long as a timer can wait. */
export function milliseconds(): Option<number> {
  return wholeNumber(1, MAX_MS);
}

/** In milliseconds. Ages are compared and never waited for, so that they may exceed the longest timer. */
export function age(): Option<number> {
  return wholeNumber(1, Number.MAX_SAFE_INTEGER);
}

/** @param min the least that is accepted; at most 1 is */
export function share(min: number, error: string): Option<number> {
  return new Option(() => z.number({ error }).gte(min, { error }).lte(1, { error }), asNumber);
}

export function flag(): Option<boolean> {
  return new Option(() => z.boolean({ error: 'true or false' }), asFlag);
}

export function oneOf<const T extends string>(...values: readonly T[]): Option<T> {
  const error = `one of ${values.map((name) => `'${name}'`).join(', ')}`;
  return new Option(() => z.enum(values, { error }) as z.ZodType<T>, asText);
}

/** Some of the values, each once. */
export function someOf<const T extends string>(...values: readonly T[]): Option<readonly T[]> {
  const error = `a list of ${values.map((name) => `'${name}'`).join(', ')}`;
  return new Option(() => {
    const names = z.array(z.enum(values, { error }) as z.ZodType<T>, { error });
    return names.transform((given): readonly T[] => Object.freeze([...new Set(given)]));
  }, asList);
}

export function text(error: string, accepts = isNotBlank): Option<string> {
  return new Option(() => textSchema(error, accepts), asText);
}

/** A text, or something that no text can be. */
export function textOr<T>(error: string, accepts: (given: unknown) => boolean): Option<string | T> {
  return new Option(() => z.custom<string | T>(accepts, { error }), asText);
}

/** What stands under names, which no environment variable can hold. @param entry what each entry must be */
export function record<T>(
  error: string,
  entry: { error: string; accepts: (given: unknown) => boolean },
): Option<Readonly<Record<string, T>>> {
  return new Option(() =>
    z.record(z.string(), z.custom<T>(entry.accepts, { error: entry.error }), { error }).readonly(),
  );
}

/** A URL, or a function that returns one. A user and password in it are left out: the SDK sends none. */
export function httpUrlOr<F>(error: string): Option<string | F> {
  return new Option(() => {
    const accepted = z.custom<string | F>((given) => typeof given === 'function' || isHttpUrl(given), { error });
    return accepted.transform((given) => (typeof given === 'string' ? withoutUser(given) : given));
  }, asText);
}

/** What no environment variable can hold, and nothing that is inspected or serialised may show. */
export function secret<T>(error: string, accepts: (given: unknown) => boolean): Option<T, undefined, Secret<T>> {
  return new SecretOption(() => z.custom<T>(accepts, { error }));
}

export function folderOrFalse(): Option<string | false> {
  const error = 'the path of a folder, or false';
  return new Option(
    () => z.union([z.literal(false), textSchema(error, isNotBlank)], { error }),
    (written) => (written === 'false' ? false : written),
  );
}

export function regionNames(): Option<readonly RegionName[]> {
  return new Option(() => listOfRegions('a list of region names').transform(unique), asList);
}

export function regionNamesOrAuto(): Option<'auto' | readonly RegionName[]> {
  const error = "'auto' or a list of region names, at least one";
  return new Option(
    () => z.union([z.literal('auto'), listOfRegions(error).min(1, { error }).transform(unique)], { error }),
    (written) => (written === 'auto' ? written : asList(written)),
  );
}

function textSchema(error: string, accepts: (given: string) => boolean) {
  return z.string({ error }).refine(accepts, { error });
}

function listOfRegions(error: string) {
  return z.array(textSchema('a region name such as eu-central-1', isRegionName), { error });
}

function unique(names: readonly string[]): readonly string[] {
  return Object.freeze([...new Set(names)]);
}

// What is accepted

function isNotBlank(given: string): boolean {
  return given.trim() !== '';
}

export function hasMethods(given: unknown, ...names: readonly string[]): boolean {
  return isRecord(given) && names.every((name) => typeof given[name] === 'function');
}

function isHttpUrl(given: unknown): boolean {
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : undefined;
  return url?.protocol === 'http:' || url?.protocol === 'https:';
}

function withoutUser(given: string): string {
  const url = new URL(given);
  if (url.username === '' && url.password === '') {
    return given;
  }
  url.username = '';
  url.password = '';
  return url.href;
}

export function isCredentials(given: unknown): boolean {
  return (
    typeof given === 'function' ||
    (isRecord(given) &&
      [given['accessKeyId'], given['secretAccessKey']].every((part) => typeof part === 'string' && part !== ''))
  );
}

const MIN_INTEGRITY_KEY = 32;

/** Long enough that nobody finds it by trying. */
export function isIntegrityKey(given: unknown): given is string {
  return typeof given === 'string' && given.length >= MIN_INTEGRITY_KEY;
}

export function isCronExpression(given: string): boolean {
  return validateCronExpression(given).valid;
}

export function isTimeZone(given: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: given });
    return true;
  } catch {
    return false;
  }
}
