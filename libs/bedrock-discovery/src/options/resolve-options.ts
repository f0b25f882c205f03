import { inspect } from 'node:util';
import { validateCronExpression } from 'cron';
import envPaths from 'env-paths';
import { z } from 'zod';
import { InvalidOptionsError } from '../errors/errors.js';
import { isRegionName } from '../regions/partitions.js';
import type {
  AccessSettings,
  BedrockDiscoveryOptions,
  CacheSettings,
  ClientOptions,
  LatencySettings,
  RefreshSettings,
  ScanSettings,
  SharedStore,
} from './bedrock-discovery.options.js';

/** The folder of the disk tier where `cache.directory` names none: below the platform's cache folder of this user. */
export function defaultCacheDirectory(): string {
  return envPaths('nestjs-bedrock-discovery', { suffix: '' }).cache;
}

/** Every default of the library stands here and nowhere else. */
export const DEFAULT_OPTIONS = {
  client: { maxAttempts: 3, maxSockets: 128 },
  scan: { onBootstrap: 'background', concurrency: 40, regionTimeoutMs: 8_000, deadlineMs: 10_000 },
  access: { mode: 'lazy', ttlMs: 6 * 3_600_000 },
  cache: { memoryTtlMs: 3_600_000, diskTtlMs: 3 * 86_400_000, namespace: 'default' },
  latency: { smoothing: 0.3, halfLifeMs: 30 * 60_000 },
  refresh: { mode: 'cron', cron: '0 * * * *', jitter: 0.2 },
} as const;

const MAX_MS = 2 ** 31 - 1;

const between = (what: string, min: number, max: number) => `${what} from ${min} to ${max}`;
const wholeNumber = (min: number, max: number) => {
  const error = between('a whole number', min, max);
  return z.int({ error }).min(min, { error }).max(max, { error }).optional();
};
const milliseconds = (min = 1) => wholeNumber(min, MAX_MS);
/** Ages are compared and never waited for, so that they may exceed the longest timer. */
const age = () => wholeNumber(1, Number.MAX_SAFE_INTEGER);
const share = (min: number, error: string) => z.number({ error }).gte(min, { error }).lte(1, { error }).optional();
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `one of ${values.map((value) => `'${value}'`).join(', ')}` }).optional();
const flag = () => z.boolean({ error: 'true or false' }).optional();
const text = (error: string, accepts: (value: string) => boolean = (value) => value.trim() !== '') =>
  z.string({ error }).refine(accepts, { error });
const where = <T>(error: string, accepts: (value: unknown) => boolean) => z.custom<T>(accepts, { error });

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const hasMethods = (value: unknown, ...names: string[]): boolean =>
  isObject(value) && names.every((name) => typeof value[name] === 'function');

const REGION = 'a region name such as eu-central-1';
const FOLDER = 'the path of a folder, or false';
const REGIONS = "'auto' or a list of region names, at least one";
const region = () => text(REGION, isRegionName);

const isHttpUrl = (value: string): boolean => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url?.protocol === 'http:' || url?.protocol === 'https:';
};
const isTimeZone = (value: string): boolean => {
  try {
    Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
};
const isCredentials = (value: unknown): boolean =>
  typeof value === 'function' ||
  (isObject(value) &&
    [value['accessKeyId'], value['secretAccessKey']].every((part) => typeof part === 'string' && part !== ''));

const section = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape, { error: 'an object' }).optional();

/** What the module accepts. Each error text completes the sentence "must be …". */
export const optionsSchema = z
  .strictObject(
    {
      regions: z
        .union([z.literal('auto'), z.array(region()).min(1, { error: REGIONS })], { error: REGIONS })
        .optional(),
      preferredRegions: z.array(region(), { error: 'a list of region names' }).optional(),
      accountId: text('an account id of twelve digits, as a string', (value) => /^\d{12}$/.test(value)).optional(),
      awsProfile: text('the name of a profile').optional(),
      credentials: where<BedrockDiscoveryOptions['credentials']>(
        'credentials with accessKeyId and secretAccessKey, or a function that provides them',
        isCredentials,
      ).optional(),
      endpoint: where<BedrockDiscoveryOptions['endpoint']>(
        'an http or https URL, or a function that returns one',
        (value) => typeof value === 'function' || (typeof value === 'string' && isHttpUrl(value)),
      ).optional(),
      client: section({
        maxAttempts: wholeNumber(1, 10),
        connectionTimeoutMs: milliseconds(),
        requestTimeoutMs: milliseconds(),
        maxSockets: wholeNumber(1, 10_000),
        useFips: flag(),
        useDualstack: flag(),
        httpsAgent: where<unknown>('an http.Agent or https.Agent', (value) => hasMethods(value, 'destroy')).optional(),
      }),
      scan: section({
        onBootstrap: oneOf(['background', 'await', 'off']),
        concurrency: wholeNumber(1, 1_000),
        regionTimeoutMs: milliseconds(),
        deadlineMs: milliseconds(),
      }),
      access: section({ mode: oneOf(['off', 'lazy', 'eager']), ttlMs: age() }),
      cache: section({
        memoryTtlMs: age(),
        diskTtlMs: age(),
        directory: z.union([z.literal(false), text(FOLDER)], { error: FOLDER }).optional(),
        sharedStore: where<SharedStore>('a Keyv, or an object with get, set and delete', (value) =>
          hasMethods(value, 'get', 'set', 'delete'),
        ).optional(),
        seed: where<string | object>(
          'a snapshot from DiscoveryRefresher.export(), or the path of a file that holds one',
          (value) => isObject(value) || (typeof value === 'string' && value !== ''),
        ).optional(),
        namespace: text('a name of at most 100 characters', (value) => value !== '' && value.length <= 100).optional(),
      }),
      latency: section({ smoothing: share(Number.MIN_VALUE, 'a number above 0 and at most 1'), halfLifeMs: age() }),
      refresh: section({
        mode: oneOf(['cron', 'on-read', 'off']),
        cron: text(
          'a cron expression of five or six fields, such as 0 * * * *',
          (value) => validateCronExpression(value).valid,
        ).optional(),
        timeZone: text('an IANA time zone such as Europe/Berlin', isTimeZone).optional(),
        jitter: share(0, 'a number from 0 to 1'),
      }),
    },
    { error: 'an object' },
  )
  .refine((options) => options.awsProfile === undefined || options.credentials === undefined, {
    path: ['awsProfile'],
    error: 'left out where credentials are given: each names an identity',
    params: { hideValue: true },
  });

/** The options after validation, with every default filled in. */
export interface ResolvedOptions extends Pick<
  BedrockDiscoveryOptions,
  'accountId' | 'awsProfile' | 'credentials' | 'endpoint'
> {
  readonly regions: 'auto' | readonly string[];
  readonly preferredRegions: readonly string[];
  readonly client: Readonly<ClientOptions & { maxAttempts: number; maxSockets: number }>;
  readonly scan: Readonly<Required<ScanSettings>>;
  readonly access: Readonly<Required<AccessSettings>>;
  readonly cache: Readonly<
    CacheSettings & { memoryTtlMs: number; diskTtlMs: number; directory: string | false; namespace: string }
  >;
  readonly latency: Readonly<Required<LatencySettings>>;
  readonly refresh: Readonly<RefreshSettings & { mode: 'cron' | 'on-read' | 'off'; cron: string; jitter: number }>;
}

/** Injection token of the {@link ResolvedOptions}. */
export const RESOLVED_OPTIONS = Symbol('nestjs-bedrock-discovery.resolved-options');

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
  // Not frozen: a proxy, through which tools see providers, may not show another function than a frozen object has.
  return {
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
  };
}

/** An option given as `undefined` counts as left out. */
function defined<T extends object>(given: T | undefined): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined)) as {
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
