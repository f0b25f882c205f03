import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types';

/**
 * Options of `BedrockDiscoveryModule.forRoot()` and of the factory of `forRootAsync()`. All are optional.
 *
 * @publicApi
 */
export interface BedrockDiscoveryOptions {
  /**
   * Regions to scan. `'auto'` asks the account (`account:ListRegions`, skipping regions that are not opted in) and, where
   * that is not permitted, takes the built-in list of the identity's partition. An explicit list is taken as given.
   *
   * @default 'auto'
   */
  regions?: 'auto' | readonly string[];
  /** Regions that rank first, in this order, wherever a query does not name its own. @default [] */
  preferredRegions?: readonly string[];
  /** Twelve digits; owner of the cache entries. @default the credentials' accountId, else learnt from the first listed profile ARN */
  accountId?: string;
  /** A named profile of the shared AWS configuration files. Excludes `credentials`. */
  awsProfile?: string;
  /**
   * Static credentials or a provider. Used with SigV4 even where `AWS_BEARER_TOKEN_BEDROCK` is set.
   *
   * @default the SDK's default chain
   */
  credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /**
   * One URL for every service and region, or a function for VPC endpoints and the like (`undefined` keeps the SDK's rules).
   *
   * @default the SDK's own rules, `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_BEDROCK` included
   */
  endpoint?: string | ((target: EndpointTarget) => string | undefined);
  client?: ClientOptions;
  scan?: ScanSettings;
  access?: AccessSettings;
  cache?: CacheSettings;
  latency?: LatencySettings;
  refresh?: RefreshSettings;
}

/** What an endpoint is asked for. @publicApi */
export interface EndpointTarget {
  /** As in the SDK's package name: `bedrock`, `bedrock-runtime`, `account`. */
  service: string;
  region: string;
}

/** How AWS clients behave. @publicApi */
export interface ClientOptions {
  /** Attempts for one request, the first included. @default 3 */
  maxAttempts?: number;
  /** Longest wait for a connection, TLS included, in milliseconds. @default by preset: 3000 */
  connectionTimeoutMs?: number;
  /** Longest wait for the response headers of one attempt, in milliseconds. @default by preset: standard 10000, ai 300000, data 60000 */
  requestTimeoutMs?: number;
  /** Sockets per host; one scan uses three per region, all on one host behind a single `endpoint`. @default 128 */
  maxSockets?: number;
  /** Use FIPS endpoints; they do not exist in every region. @default the SDK's own rules */
  useFips?: boolean;
  /** Use dual-stack endpoints. @default the SDK's own rules */
  useDualstack?: boolean;
  /** An `http.Agent` or `https.Agent`, for example `new HttpsProxyAgent(url)`. Never destroyed by the library. */
  httpsAgent?: unknown;
}

/** How regions are scanned. @publicApi */
export interface ScanSettings {
  /** Whether start-up begins a scan (only if nothing fresh is cached), waits for it, or leaves it to the first query. @default 'background' */
  onBootstrap?: 'background' | 'await' | 'off';
  /** Regions asked at the same time. @default 40 */
  concurrency?: number;
  /** Longest time for one operation in one region, retries and body included, in milliseconds. @default 8000 */
  regionTimeoutMs?: number;
  /** Longest wait of a query on a cold start, in milliseconds. @default 10000 */
  deadlineMs?: number;
}

/** How access to models is found out. @publicApi */
export interface AccessSettings {
  /**
   * `'lazy'`: AWS is asked when `getAccess` needs it. `'eager'`: also behind each refresh, for every model that has a route,
   * a few at a time. `'off'`: nobody is asked, and only real calls show it.
   *
   * @default 'lazy'
   */
  mode?: 'off' | 'lazy' | 'eager';
  /**
   * How long an answer counts as fresh and a denial is believed, in milliseconds; so long, too, what real calls have shown
   * goes before what AWS says. @default 21600000 (6 hours)
   */
  ttlMs?: number;
}

/** Where and how long discoveries are kept. @publicApi */
export interface CacheSettings {
  /** How long an entry counts as fresh, in milliseconds: an older one is served, and refreshed behind. @default 3600000 (1 hour) */
  memoryTtlMs?: number;
  /** How long an entry may be served at all, in milliseconds. @default 259200000 (3 days) */
  diskTtlMs?: number;
  /** Folder of the disk tier; `false` keeps everything in memory. @default the platform's cache folder */
  directory?: string | false;
  /** A tier shared by many instances: a Keyv, or anything with its `get`, `set` and `delete`. Never closed by the library. */
  sharedStore?: SharedStore;
  /** A read-only snapshot made by `DiscoveryRefresher.export()`: the object, or the path of a JSON file that holds it. */
  seed?: string | object;
  /** Keeps applications that share a folder or store apart. @default 'default' */
  namespace?: string;
}

/** How latencies are smoothed. @publicApi */
export interface LatencySettings {
  /** Weight of a new sample once there are many, above 0 and at most 1. @default 0.3 */
  smoothing?: number;
  /** After this time without a sample, what was known weighs half against a new one, in milliseconds. @default 1800000 (30 minutes) */
  halfLifeMs?: number;
}

/** When the inventory is refreshed. @publicApi */
export interface RefreshSettings {
  /** `'on-read'` where timers do not run, as in functions: a query that finds old data refreshes it behind. @default 'cron' */
  mode?: 'cron' | 'on-read' | 'off';
  /** Five or six fields. @default '0 * * * *' (hourly) */
  cron?: string;
  /** IANA name. @default the process's time zone */
  timeZone?: string;
  /** Random delay after each tick, as a share of the interval from 0 to 1, so that instances do not ask at once. @default 0.2 */
  jitter?: number;
}

/**
 * The part of Keyv that a shared tier needs.
 *
 * @publicApi
 */
export interface SharedStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, ttlMs?: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
}
