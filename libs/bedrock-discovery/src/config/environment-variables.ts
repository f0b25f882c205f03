/** How the text of a variable is read. */
export type VariableType = 'text' | 'number' | 'boolean' | 'list' | 'text or false' | 'list or auto';

/** Each environment variable, the option it sets, and how it is read. Credentials have none: those of the AWS SDK apply. */
export const ENVIRONMENT_VARIABLES = {
  BEDROCK_DISCOVERY_REGIONS: ['regions', 'list or auto'],
  BEDROCK_DISCOVERY_PREFERRED_REGIONS: ['preferredRegions', 'list'],
  BEDROCK_DISCOVERY_ACCOUNT_ID: ['accountId', 'text'],
  BEDROCK_DISCOVERY_AWS_PROFILE: ['awsProfile', 'text'],
  BEDROCK_DISCOVERY_ENDPOINT: ['endpoint', 'text'],
  BEDROCK_DISCOVERY_CLIENT_MAX_ATTEMPTS: ['client.maxAttempts', 'number'],
  BEDROCK_DISCOVERY_CLIENT_CONNECTION_TIMEOUT_MS: ['client.connectionTimeoutMs', 'number'],
  BEDROCK_DISCOVERY_CLIENT_REQUEST_TIMEOUT_MS: ['client.requestTimeoutMs', 'number'],
  BEDROCK_DISCOVERY_CLIENT_MAX_SOCKETS: ['client.maxSockets', 'number'],
  BEDROCK_DISCOVERY_CLIENT_USE_FIPS: ['client.useFips', 'boolean'],
  BEDROCK_DISCOVERY_CLIENT_USE_DUALSTACK: ['client.useDualstack', 'boolean'],
  BEDROCK_DISCOVERY_SCAN_ON_BOOTSTRAP: ['scan.onBootstrap', 'text'],
  BEDROCK_DISCOVERY_SCAN_CONCURRENCY: ['scan.concurrency', 'number'],
  BEDROCK_DISCOVERY_SCAN_REGION_TIMEOUT_MS: ['scan.regionTimeoutMs', 'number'],
  BEDROCK_DISCOVERY_SCAN_DEADLINE_MS: ['scan.deadlineMs', 'number'],
  BEDROCK_DISCOVERY_ACCESS_MODE: ['access.mode', 'text'],
  BEDROCK_DISCOVERY_ACCESS_TTL_MS: ['access.ttlMs', 'number'],
  BEDROCK_DISCOVERY_CACHE_MEMORY_TTL_MS: ['cache.memoryTtlMs', 'number'],
  BEDROCK_DISCOVERY_CACHE_DISK_TTL_MS: ['cache.diskTtlMs', 'number'],
  BEDROCK_DISCOVERY_CACHE_DIRECTORY: ['cache.directory', 'text or false'],
  BEDROCK_DISCOVERY_CACHE_SEED: ['cache.seed', 'text'],
  BEDROCK_DISCOVERY_CACHE_NAMESPACE: ['cache.namespace', 'text'],
  BEDROCK_DISCOVERY_LATENCY_SMOOTHING: ['latency.smoothing', 'number'],
  BEDROCK_DISCOVERY_LATENCY_HALF_LIFE_MS: ['latency.halfLifeMs', 'number'],
  BEDROCK_DISCOVERY_REFRESH_MODE: ['refresh.mode', 'text'],
  BEDROCK_DISCOVERY_REFRESH_CRON: ['refresh.cron', 'text'],
  BEDROCK_DISCOVERY_REFRESH_TIME_ZONE: ['refresh.timeZone', 'text'],
  BEDROCK_DISCOVERY_REFRESH_JITTER: ['refresh.jitter', 'number'],
} as const satisfies Record<string, readonly [option: string, type: VariableType]>;

export type VariableName = keyof typeof ENVIRONMENT_VARIABLES;

export const VARIABLE_NAMES = Object.keys(ENVIRONMENT_VARIABLES) as VariableName[];

export const VARIABLE_PREFIX = 'BEDROCK_DISCOVERY_';
