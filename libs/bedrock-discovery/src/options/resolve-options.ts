import { inspect } from 'node:util';
import * as z from 'zod';
import { InvalidOptionsError } from '../errors/errors.js';
import { type BedrockDiscoveryOptions, OPTIONS } from './bedrock-discovery.options.js';
import { Option, type Resolved, type Section } from './option.js';

type Options = typeof OPTIONS;
type OwnKeys = { [K in keyof Options]: Options[K] extends Section ? never : K }[keyof Options];

/** The options after validation, with every default filled in. */
export type ResolvedOptions = Resolved<Pick<Options, OwnKeys>> & {
  readonly [K in Exclude<keyof Options, OwnKeys>]: Resolved<Options[K]>;
};

/** Injection token of the {@link ResolvedOptions}. */
export const RESOLVED_OPTIONS = Symbol('nestjs-bedrock-discovery.resolved-options');

/** Every option with the name that messages and documents use, as in `scan.concurrency`. */
export const NAMED_OPTIONS: readonly (readonly [name: string, option: Option<unknown>])[] = Object.entries(
  OPTIONS,
).flatMap(([name, entry]): [string, Option<unknown>][] =>
  entry instanceof Option
    ? [[name, entry]]
    : Object.entries<Option<unknown>>(entry).map(([key, option]) => [`${name}.${key}`, option]),
);

let schema: ReturnType<typeof makeSchema> | undefined;

function makeSchema() {
  return z
    .strictObject(mapped(OPTIONS, schemaOf), { error: 'an object' })
    .refine((options) => options['awsProfile'] === undefined || options['credentials'] === undefined, {
      path: ['awsProfile'],
      error: 'left out where credentials are given: each names an identity',
    });
}

function schemaOf(entry: Option<unknown> | Section): z.ZodType {
  const accepted =
    entry instanceof Option ? entry.schema : z.strictObject(mapped(entry, schemaOf), { error: 'an object' });
  return accepted.optional();
}

/**
 * Validates options and fills in the defaults. What was handed in is neither changed nor frozen.
 *
 * @throws InvalidOptionsError naming the option and what is accepted.
 */
export function resolveOptions(given: BedrockDiscoveryOptions = {}): ResolvedOptions {
  schema ??= makeSchema();
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw toError(parsed.error.issues, given);
  }
  const resolved = mapped(OPTIONS, (entry, name) => filled(entry, parsed.data[name])) as ResolvedOptions;
  const { memoryTtlMs, diskTtlMs } = resolved.cache;
  // Not frozen: a proxy, through which tools see providers, may not show another function than a frozen object has.
  return {
    ...resolved,
    cache: { ...resolved.cache, memoryTtlMs: Math.min(memoryTtlMs, diskTtlMs) },
  };
}

function filled(entry: Option<unknown> | Section, given: unknown): unknown {
  return entry instanceof Option
    ? entry.resolve(given)
    : mapped(entry, (option, name) => option.resolve((given as Record<string, unknown> | undefined)?.[name]));
}

function mapped<T, R>(entries: Readonly<Record<string, T>>, map: (entry: T, name: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, map(entry, name)]));
}

// What is told of options that are wrong

const MAX_QUOTE = 80;

function toError(issues: readonly z.core.$ZodIssue[], given: unknown): InvalidOptionsError {
  const issue = issues[0] as z.core.$ZodIssue;
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const option = [...path, ...issue.keys.slice(0, 1)].join('.');
    return new InvalidOptionsError(
      option,
      `there is no option "${option}". Accepted here: ${acceptedAt(path).join(', ')}.`,
    );
  }
  if (issue.code === 'invalid_union') {
    const item = issue.errors.flat().find((nested) => nested.path.length > 0);
    if (item !== undefined) {
      return toError([{ ...item, path: [...issue.path, ...item.path] }], given);
    }
  }
  const option = path.join('.');
  const name = option === '' ? 'the options' : `option "${option}"`;
  return new InvalidOptionsError(option, `${name} must be ${issue.message}${quoted(path, given)}.`);
}

/** @param path empty, or the name of a section */
function acceptedAt([section]: readonly string[]): string[] {
  return Object.keys(section === undefined ? OPTIONS : ((OPTIONS as Record<string, object>)[section] ?? {}));
}

/** What was given, where it cannot hold a secret. */
function quoted(path: readonly string[], given: unknown): string {
  if (path[0] === 'credentials' || path[0] === 'awsProfile' || path[1] === 'integrityKey') {
    return '';
  }
  const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], given);
  const shown =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? 'an object' : inspect(value, { depth: 1 });
  // Masked before it is cut, when the end of a URL's user part may be gone; also where the scheme was forgotten.
  const masked = shown.replace(/^(\W?).*@/s, '$1***@');
  return `, got ${masked.length > MAX_QUOTE ? `${masked.slice(0, MAX_QUOTE)}…` : masked}`;
}
