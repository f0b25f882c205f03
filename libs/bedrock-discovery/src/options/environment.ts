import { InvalidOptionsError } from '../errors/errors.js';
import type { BedrockDiscoveryOptions } from './bedrock-discovery.options.js';
import { NAMED_OPTIONS, resolveOptions } from './resolve-options.js';

const PREFIX = 'BEDROCK_DISCOVERY_';

/** The name of each environment variable, with the option that it sets. Credentials have none: those of the AWS SDK apply. */
export const VARIABLES: ReadonlyMap<string, string> = new Map(
  NAMED_OPTIONS.filter(([, { read }]) => read !== undefined).map(([name]) => [variableOf(name), name]),
);

/** `scan.deadlineMs` is set by `BEDROCK_DISCOVERY_SCAN_DEADLINE_MS`. */
function variableOf(option: string): string {
  return `${PREFIX}${option.replaceAll(/[A-Z]/g, '_$&').replace('.', '_').toUpperCase()}`;
}

/**
 * Reads and validates the options that stand in environment variables; an empty variable counts as left out.
 *
 * @throws InvalidOptionsError naming the variable, also for one with this library's prefix that it does not know.
 */
export function optionsFromEnvironment(environment: NodeJS.ProcessEnv = process.env): BedrockDiscoveryOptions {
  const unknown = Object.keys(environment).find((name) => name.startsWith(PREFIX) && !VARIABLES.has(name));
  if (unknown !== undefined) {
    throw new InvalidOptionsError(
      unknown,
      `there is no environment variable ${unknown}. Accepted: ${[...VARIABLES.keys()].join(', ')}.`,
    );
  }
  const options: Record<string, unknown> = {};
  for (const [name, { read }] of NAMED_OPTIONS) {
    const text = environment[variableOf(name)]?.trim();
    if (read !== undefined && text !== undefined && text !== '') {
      assign(options, name.split('.'), read(text));
    }
  }
  validate(options);
  return options;
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
    const [variable] = [...VARIABLES].find(([, name]) => option === name || option?.startsWith(`${name}.`)) ?? [];
    if (variable === undefined) {
      throw error;
    }
    const message = (error as Error).message.replace(/^.*?option "[^"]*"/, `environment variable ${variable}`);
    throw new InvalidOptionsError(variable, message, { cause: error });
  }
}
