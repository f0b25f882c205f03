import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import type { BedrockDiscoveryOptions } from '../options/bedrock-discovery.options.js';
import { resolveOptions } from '../options/resolve-options.js';
import {
  ENVIRONMENT_VARIABLES,
  VARIABLE_NAMES,
  VARIABLE_PREFIX,
  type VariableName,
  type VariableType,
} from './environment-variables.js';

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
