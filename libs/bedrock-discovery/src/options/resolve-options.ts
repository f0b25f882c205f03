import { inspect } from 'node:util';
import type { z } from 'zod';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import type { BedrockDiscoveryOptions } from './bedrock-discovery.options.js';
import { defaultCacheDirectory } from './default-cache-directory.js';
import { DEFAULT_OPTIONS } from './default-options.js';
import { optionsSchema } from './options-schema.js';
import type { ResolvedOptions } from './resolved-options.js';

const MAX_QUOTE = 80;

/**
 * Validates options and fills in the defaults. What was handed in is neither changed nor frozen.
 *
 * @throws InvalidOptionsError naming the option and what is accepted.
 */
export function resolveOptions(given: BedrockDiscoveryOptions = {}): ResolvedOptions {
  const parsed = optionsSchema.safeParse(given);
  if (!parsed.success) {
    throw toError(parsed.error.issues, given);
  }
  const options = parsed.data;
  const cache = { ...DEFAULT_OPTIONS.cache, ...defined(options.cache) };
  return Object.freeze({
    regions: options.regions === undefined || options.regions === 'auto' ? 'auto' : unique(options.regions),
    preferredRegions: unique(options.preferredRegions ?? []),
    accountId: options.accountId,
    awsProfile: options.awsProfile,
    credentials: options.credentials,
    endpoint: options.endpoint,
    client: { ...DEFAULT_OPTIONS.client, ...defined(options.client) },
    scan: { ...DEFAULT_OPTIONS.scan, ...defined(options.scan) },
    access: { ...DEFAULT_OPTIONS.access, ...defined(options.access) },
    cache: {
      ...cache,
      memoryTtlMs: Math.min(cache.memoryTtlMs, cache.diskTtlMs),
      directory: cache.directory ?? defaultCacheDirectory(),
    },
    latency: { ...DEFAULT_OPTIONS.latency, ...defined(options.latency) },
    refresh: { ...DEFAULT_OPTIONS.refresh, ...defined(options.refresh) },
  });
}

/** An option given as `undefined` counts as left out. */
function defined<T extends object>(section: T | undefined): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(section ?? {}).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function unique(values: readonly string[]): readonly string[] {
  return Object.freeze([...new Set(values)]);
}

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

function acceptedAt(path: readonly string[]): string[] {
  let shape: Record<string, unknown> = optionsSchema.shape;
  for (const part of path) {
    const field = shape[part] as z.ZodOptional<z.ZodObject>;
    shape = field.unwrap().shape;
  }
  return Object.keys(shape);
}

/** What was given, where it cannot hold a secret. */
function quoted(path: readonly string[], given: unknown): string {
  if (path[0] === 'credentials' || path[0] === 'awsProfile') {
    return '';
  }
  const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], given);
  const shown =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? 'an object' : inspect(value, { depth: 1 });
  const short = shown.length > MAX_QUOTE ? `${shown.slice(0, MAX_QUOTE)}…` : shown;
  return `, got ${short.replace(/\/\/.*@/g, '//***@')}`;
}
