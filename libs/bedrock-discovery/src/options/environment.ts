import { InvalidOptionsError } from '../errors/errors.js';
import type { BedrockDiscoveryOptions } from './bedrock-discovery.options.js';
import { resolveOptions } from './resolve-options.js';

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

/**
 * Reads and validates the options that stand in environment variables; an empty variable counts as left out.
 *
 * @throws InvalidOptionsError naming the variable, also for one with this library's prefix that it does not know.
 */
export function optionsFromEnvironment(environment: NodeJS.ProcessEnv = process.env): BedrockDiscoveryOptions {
  const unknown = Object.keys(environment).find((name) => name.startsWith(VARIABLE_PREFIX) && !isVariable(name));
  if (unknown !== undefined) {
    throw new InvalidOptionsError(
      unknown,
      `there is no environment variable ${unknown}. Accepted: ${VARIABLE_NAMES.join(', ')}.`,
    );
  }
  const options: Record<string, unknown> = {};
  for (const name of VARIABLE_NAMES) {
    const text = environment[name]?.trim();
    if (text !== undefined && text !== '') {
      const [option, type] = ENVIRONMENT_VARIABLES[name];
      assign(options, option.split('.'), read(text, type));
    }
  }
  validate(options);
  return options;
}

function isVariable(name: string): name is VariableName {
  return Object.hasOwn(ENVIRONMENT_VARIABLES, name);
}

/** What cannot be read stays a text, which validation then refuses. */
function read(text: string, type: VariableType): unknown {
  switch (type) {
    case 'number':
      return Number.isNaN(Number(text)) ? text : Number(text);
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : text;
    case 'list':
      return list(text);
    case 'list or auto':
      return text === 'auto' ? text : list(text);
    case 'text or false':
      return text === 'false' ? false : text;
    case 'text':
      return text;
  }
}

function list(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

function assign(target: Record<string, unknown>, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    target[key] = value;
  } else {
    const section = (target[key] ??= {}) as Record<string, unknown>;
    assign(section, rest, value);
  }
}

function validate(options: BedrockDiscoveryOptions): void {
  try {
    resolveOptions(options);
  } catch (error) {
    const { option } = error as InvalidOptionsError;
    const name = VARIABLE_NAMES.find((variable) => {
      const [path] = ENVIRONMENT_VARIABLES[variable];
      return option === path || option?.startsWith(`${path}.`);
    });
    if (name === undefined) {
      throw error;
    }
    const message = (error as Error).message.replace(/^.*?option "[^"]*"/, `environment variable ${name}`);
    throw new InvalidOptionsError(name, message, { cause: error });
  }
}
