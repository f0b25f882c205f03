import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types';
import envPaths from 'env-paths';
import { isoTime, isRecord } from '../util/guards.js';
import {
  age,
  flag,
  folderOrFalse,
  type Given,
  hasMethods,
  httpUrlOr,
  isIntegrityKey,
  isCredentials,
  isCronExpression,
  isTimeZone,
  milliseconds,
  oneOf,
  record,
  regionNames,
  regionNamesOrAuto,
  secret,
  share,
  someOf,
  text,
  textOr,
  wholeNumber,
} from './option.js';
import { OPTIONAL_LISTINGS } from './optional-listings.js';

// Longer than other files: each option is said once, here: what it means, what it accepts, its default. The public types, the validation, the
// environment variables (`BEDROCK_DISCOVERY_SCAN_CONCURRENCY` for `scan.concurrency`) and the defaults follow from it.
// An editor shows the comments to users, so that `@default` repeats the default; a test compares both, and the README.

/** The folder of the disk tier where `cache.directory` names none: below the platform's cache folder of this user. */
export function defaultCacheDirectory(): string {
  return envPaths('nestjs-bedrock-discovery', { suffix: '' }).cache;
}

const GENERAL = {
  /**
   * Regions to scan. `'auto'` asks the account (`account:ListRegions`, skipping regions that are not opted in) and, where
   * that is not permitted, takes the built-in list of the identity's partition. An explicit list is taken as given.
   *
   * @default 'auto'
   */
  regions: regionNamesOrAuto().default('auto'),
  /**
   * Where this process runs, as you name places: a data centre, a cluster. Instances that share a store share what they measured
   * of latencies with those of the same place, and without a place with none.
   */
  location: text('a name of at most 100 characters', (name) => name.trim() !== '' && name.length <= 100),
  /** Regions that rank first, in this order, wherever a query does not name its own. @default [] */
  preferredRegions: regionNames().default([]),
  /**
   * What is listed besides models and inference profiles, each by a request more in every region: what the account owns and
   * calls by ARN (`'provisioned'`, `'imported'`, `'custom'`, `'marketplace'`, `'routers'`), and `'mantle'`, the models of the
   * endpoint `bedrock-mantle`.
   *
   * @default []
   */
  listings: someOf(...OPTIONAL_LISTINGS).default([]),
  /** Twelve digits; owner of the cache entries. @default the credentials' accountId, else learnt from the first listed profile ARN */
  accountId: text('an account id of twelve digits, as a string', (id) => /^\d{12}$/.test(id)),
  /** A named profile of the shared AWS configuration files. Excludes `credentials`. */
  awsProfile: text('the name of a profile'),
  /**
   * Static credentials or a provider. Used with SigV4 even where `AWS_BEARER_TOKEN_BEDROCK` is set.
   *
   * @default the SDK's default chain
   */
  credentials: secret<AwsCredentialIdentity | AwsCredentialIdentityProvider>(
    'credentials with accessKeyId and secretAccessKey, or a function that provides them',
    isCredentials,
  ),
  /**
   * One URL for every service and region, or a function for VPC endpoints and the like (`undefined` keeps the SDK's rules).
   * A user and password in it are left out, as the SDK sends none.
   *
   * @default the SDK's own rules, `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_BEDROCK` included
   */
  endpoint: httpUrlOr<(target: EndpointTarget) => string | undefined>(
    'an http or https URL, or a function that returns one',
  ),
  /**
   * `'text'`: lines for people. `'structured'`: objects, for a logger that keeps fields, such as `nestjs-pino`, or Nest's own with
   * `json: true`: `event` tells lines apart, `msg` is the text, and the rest is what it speaks of.
   *
   * @default 'text'
   */
  logging: oneOf('text', 'structured').default('text'),
};

const CLIENT = {
  /** Attempts for one request, the first included. @default 3 */
  maxAttempts: wholeNumber(1, 10).default(3),
  /** Longest wait for a connection, TLS included, in milliseconds. @default by preset: 3000 */
  connectionTimeoutMs: milliseconds(),
  /** Longest wait for the response headers of one attempt, in milliseconds. @default by preset: standard 10000, ai 300000, data 60000 */
  requestTimeoutMs: milliseconds(),
  /** Sockets per host; one scan uses three per region, all on one host behind a single `endpoint`. @default 128 */
  maxSockets: wholeNumber(1, 10_000).default(128),
  /** Use FIPS endpoints; they do not exist in every region. @default the SDK's own rules */
  useFips: flag(),
  /** Use dual-stack endpoints. @default the SDK's own rules */
  useDualstack: flag(),
  /** An `http.Agent` or `https.Agent`, for example `new HttpsProxyAgent(url)`. Never destroyed by the library. */
  httpsAgent: secret<unknown>('an http.Agent or https.Agent', (given) => hasMethods(given, 'destroy')),
};

const SCAN = {
  /** Whether start-up begins a scan (only if nothing fresh is cached), waits for it, or leaves it to the first query. @default 'background' */
  onBootstrap: oneOf('background', 'await', 'off').default('background'),
  /** Regions asked at the same time. @default 40 */
  concurrency: wholeNumber(1, 1_000).default(40),
  /** Longest time for one operation in one region, retries and body included, in milliseconds. @default 8000 */
  regionTimeoutMs: milliseconds().default(8_000),
  /** Longest wait of a query on a cold start, in milliseconds. @default 10000 */
  deadlineMs: milliseconds().default(10_000),
};

const ACCESS = {
  /**
   * `'lazy'`: AWS is asked when `getAccess` needs it. `'eager'`: also behind each refresh, for every model that has a route,
   * a few at a time. `'off'`: nobody is asked, and only real calls show it.
   *
   * @default 'lazy'
   */
  mode: oneOf('off', 'lazy', 'eager').default('lazy'),
  /**
   * How long an answer counts as fresh and a denial is believed, in milliseconds; so long, too, what real calls have shown
   * goes before what AWS says. @default 21600000 (6 hours)
   */
  ttlMs: age().default(6 * 3_600_000),
};

const RETENTION = {
  /**
   * `'lazy'`: AWS is asked for the account's data retention mode in regions where it decides: for calls of models that refuse
   * modes, and where a query limits it. `'off'`: nobody is asked, and only refused calls show it.
   *
   * @default 'lazy'
   */
  mode: oneOf('off', 'lazy').default('lazy'),
  /**
   * How long a region's mode counts as fresh, and one that a refused call has named is believed, in milliseconds.
   * @default 3600000 (1 hour)
   */
  ttlMs: age().default(3_600_000),
};

const PRICING = {
  /**
   * Prices of your own, by invocation id, or by `region/invocationId` for one source region:
   * `{ 'eu.amazon.nova-pro-v1:0': { inputPerMillion: 0.9, outputPerMillion: 3.6, asOf: '2026-11' } }`. They go before the table that
   * comes with the library, and behind what a provider offers to the account.
   */
  table: record<ListedPrice>('an object of prices by invocation id', {
    error: 'an object with inputPerMillion and outputPerMillion, numbers above 0, and perhaps asOf, a date',
    accepts: isListedPrice,
  }),
  /** Of `pricing.table`, and of the prices that `prefer: 'price'` compares. ISO 4217. @default 'USD' */
  currency: text('a currency such as USD', (given) => /^[A-Z]{3}$/.test(given)).default('USD'),
  /**
   * `'lazy'`: AWS is asked what the provider of a model offers to the account, where routes to the model are asked for.
   * `'off'`: nobody is asked. @default 'off'
   */
  offers: oneOf('off', 'lazy').default('off'),
  /** How long an offer counts as fresh, and a refusal to tell is heeded, in milliseconds. @default 86400000 (1 day) */
  ttlMs: age().default(86_400_000),
};

const QUOTAS = {
  /**
   * `'learned'`: from real calls, without a request more: at how much they were throttled. `'listed'`: by Service Quotas as
   * well (`servicequotas:ListServiceQuotas`, `@aws-sdk/client-service-quotas`), asked once a day in regions that have a route.
   * `'off'`: neither.
   *
   * @default 'learned'
   */
  mode: oneOf('off', 'learned', 'listed').default('learned'),
};

const CACHE = {
  /** How long an entry counts as fresh, in milliseconds: an older one is served, and refreshed behind. @default 3600000 (1 hour) */
  memoryTtlMs: age().default(3_600_000),
  /** How long an entry may be served at all, in milliseconds. @default 259200000 (3 days) */
  diskTtlMs: age().default(3 * 86_400_000),
  /** Folder of the disk tier; `false` keeps everything in memory. @default the platform's cache folder */
  directory: folderOrFalse().defaultFrom(defaultCacheDirectory),
  /**
   * A tier shared by many instances: `redisSharedStore()` of `nestjs-bedrock-discovery/redis`, a Keyv, or anything with its
   * `get`, `set` and `delete`. What you made is never closed by the library.
   */
  sharedStore: secret<SharedStore>('a Keyv, or an object with get, set and delete', (given) =>
    hasMethods(given, 'get', 'set', 'delete'),
  ),
  /**
   * Signs what goes to the shared store, so that nobody who can only write there can make entries up: a secret of at least 32
   * characters, a list (the first signs, all are accepted, so that a key can be replaced), or a function that provides either,
   * asked every five minutes. Entries that are not signed with one of them are refused. Without it whoever can write to the
   * store decides where profiles are said to send calls.
   */
  integrityKey: secret<IntegrityKeys>(
    'a text of at least 32 characters, a list of such, or a function that provides them',
    (given) =>
      typeof given === 'function' ||
      isIntegrityKey(given) ||
      (Array.isArray(given) && given.length > 0 && given.every(isIntegrityKey)),
  ),
  /** A read-only snapshot made by `DiscoveryRefresher.export()`: the object, or the path of a JSON file that holds it. */
  seed: textOr<object>(
    'a snapshot from DiscoveryRefresher.export(), or the path of a file that holds one',
    (given) => isRecord(given) || (typeof given === 'string' && given !== ''),
  ),
  /** Keeps applications that share a folder or store apart. @default 'default' */
  namespace: text('a name of at most 100 characters', (name) => name !== '' && name.length <= 100).default('default'),
};

const LATENCY = {
  /**
   * Weight of a new sample against what is known, where it follows at once on many, above 0 and at most 1. While samples are
   * few, each weighs at least as much as one before. @default 0.1
   */
  smoothing: share(Number.MIN_VALUE, 'a number above 0 and at most 1').default(0.1),
  /**
   * After this time without a sample, what was known weighs half as much against a new one, in milliseconds. Regions that are
   * only scanned are followed by it. @default 180000 (3 minutes)
   */
  halfLifeMs: age().default(3 * 60_000),
};

const REFRESH = {
  /**
   * `'on-read'` where timers do not run, as in functions: a query that finds old data refreshes it behind. `'follow'` the same,
   * but only by what others have scanned and left in the shared store, the folder or the seed: no region is ever asked.
   * @default 'cron'
   */
  mode: oneOf('cron', 'on-read', 'follow', 'off').default('cron'),
  /** Five or six fields. @default '0 * * * *' (hourly) */
  cron: text('a cron expression of five or six fields, such as 0 * * * *', isCronExpression).default('0 * * * *'),
  /** IANA name. @default the process's time zone */
  timeZone: text('an IANA time zone such as Europe/Berlin', isTimeZone),
  /** Random delay after each tick, as a share of the interval from 0 to 1, so that instances do not ask at once. @default 0.2 */
  jitter: share(0, 'a number from 0 to 1').default(0.2),
};

/** All options: those of their own, and those that stand together in a section. */
export const OPTIONS = {
  ...GENERAL,
  client: CLIENT,
  scan: SCAN,
  access: ACCESS,
  retention: RETENTION,
  pricing: PRICING,
  quotas: QUOTAS,
  cache: CACHE,
  latency: LATENCY,
  refresh: REFRESH,
};

/**
 * Options of `BedrockDiscoveryModule.forRoot()` and of the factory of `forRootAsync()`. All are optional.
 *
 * @publicApi
 */
export interface BedrockDiscoveryOptions extends Given<typeof GENERAL> {
  /** How AWS clients behave. */
  client?: ClientOptions;
  /** How regions are scanned. */
  scan?: ScanSettings;
  /** How access to models is found out. */
  access?: AccessSettings;
  /** How data retention modes are found out. */
  retention?: RetentionSettings;
  /** What calls cost. */
  pricing?: PricingSettings;
  /** How quotas of models are found out. */
  quotas?: QuotaSettings;
  /** Where and how long discoveries are kept. */
  cache?: CacheSettings;
  /** How latencies are smoothed. */
  latency?: LatencySettings;
  /** When the inventory is refreshed. */
  refresh?: RefreshSettings;
}

/** How AWS clients behave. @publicApi */
export interface ClientOptions extends Given<typeof CLIENT> {}

/** How regions are scanned. @publicApi */
export interface ScanSettings extends Given<typeof SCAN> {}

/** How access to models is found out. @publicApi */
export interface AccessSettings extends Given<typeof ACCESS> {}

/** How data retention modes are found out. @publicApi */
export interface RetentionSettings extends Given<typeof RETENTION> {}

/** What calls cost. @publicApi */
export interface PricingSettings extends Given<typeof PRICING> {}

/** A price of a table, in its currency. @publicApi */
export interface ListedPrice {
  /** Of a million tokens in. */
  inputPerMillion: number;
  /** Of a million tokens out. */
  outputPerMillion: number;
  /** When it was so, ISO 8601: a time, a day or a month. */
  asOf?: string;
}

/** How quotas of models are found out. @publicApi */
export interface QuotaSettings extends Given<typeof QUOTAS> {}

/** Where and how long discoveries are kept. @publicApi */
export interface CacheSettings extends Given<typeof CACHE> {}

/**
 * How latencies are smoothed. Neither applies to a sample that is far faster than what is known, which replaces it at once,
 * nor to one that is far slower (more than about twice), which is held back until more in a row confirm it.
 *
 * @publicApi
 */
export interface LatencySettings extends Given<typeof LATENCY> {}

/** When the inventory is refreshed. @publicApi */
export interface RefreshSettings extends Given<typeof REFRESH> {}

function isListedPrice(given: unknown): boolean {
  const { inputPerMillion, outputPerMillion, asOf } = isRecord(given) ? given : {};
  return (
    [inputPerMillion, outputPerMillion].every(
      (price) => typeof price === 'number' && price > 0 && Number.isFinite(price),
    ) &&
    (asOf === undefined || isoTime(asOf) !== undefined)
  );
}

/** Keys that sign: the first does, all are accepted. @publicApi */
export type IntegrityKeys =
  string | readonly string[] | (() => string | readonly string[] | Promise<string | readonly string[]>);

/** What an endpoint is asked for. @publicApi */
export interface EndpointTarget {
  /** As in the SDK's package name: `bedrock`, `bedrock-runtime`, `account`. */
  service: string;
  /** Whose endpoint it is. */
  region: string;
}

/**
 * A store that many instances share: the part of Keyv that a shared tier needs, and what only some stores can. What is left
 * out is done without. Whatever fails rejects; `redisSharedStore` of `nestjs-bedrock-discovery/redis` has all of it.
 *
 * @publicApi
 */
export interface SharedStore {
  /** The text of a key; `undefined` or `null` where there is none. */
  get(key: string): Promise<unknown>;
  /** Keeps a text for `ttlMs` milliseconds, for ever without. */
  set(key: string, value: string, ttlMs?: number): Promise<unknown>;
  /** Forgets a key. */
  delete(key: string): Promise<unknown>;
  /** Values of several keys in their order, in one round trip. Without it each is asked for. */
  getMany?(keys: readonly string[]): Promise<readonly unknown[]>;
  /**
   * As `set`, unless what is there was stored later; tells whether it was set. `storedAtMs` is in milliseconds since the epoch,
   * by the clock of `time` where there is one. Without it the value that is there is read and compared first.
   */
  setIfNewer?(key: string, value: string, storedAtMs: number, ttlMs: number): Promise<boolean>;
  /** The store's own time, in milliseconds since the epoch. Without it the clocks of all instances have to agree. */
  time?(): Promise<number>;
  /** A lease that nobody else has, until it is released or `ttlMs` are over; `undefined` while another has it. */
  acquire?(key: string, ttlMs: number): Promise<StoreLease | undefined>;
  /** Tells all who subscribed to a channel, perhaps not all of them. */
  publish?(channel: string, message: string): Promise<unknown>;
  /** Calls `listener` for each message while there is a connection; what it returns ends that. */
  subscribe?(channel: string, listener: (message: string) => void): () => void;
  /**
   * Called when an application begins to use the store. `onReady` may be called whenever the store can be reached again, so
   * that nobody waits for the end of a pause. What it returns is called once, when the application shuts down: then the store
   * closes what it opened itself.
   */
  attach?(onReady: () => void): () => void;
}

/** What was acquired of a {@link SharedStore}. @publicApi */
export interface StoreLease {
  /** Gives it back, unless it has passed to another meanwhile. */
  release(): Promise<void>;
}
