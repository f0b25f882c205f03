import { inspect } from 'node:util';
import { KNOWN_REGIONS } from 'nestjs-bedrock-discovery';
import { ProblemError } from '../problems/problem.error.js';
import type { ParameterReader, RegionTest } from './parameter-readers.js';

export type Readers = Readonly<Record<string, ParameterReader<unknown>>>;
type Values<R extends Readers> = { [K in keyof R]?: R[K] extends ParameterReader<infer T> ? T : never };

const LONGEST_QUOTE = 80;

/**
 * Reads the parameters of a query or a body.
 *
 * @param isKnownRegion default: whether the library knows it
 * @throws ProblemError INVALID_REQUEST that names every parameter which is unknown, repeated or not accepted
 */
export function readParameters<R extends Readers>(
  given: unknown,
  readers: R,
  isKnownRegion: RegionTest = (region) => KNOWN_REGIONS.has(region),
): Values<R> {
  const entries = Object.entries(asObject(given, readers));
  const values: Record<string, unknown> = {};
  const errors: ParameterError[] = [];
  for (const [parameter, value] of entries) {
    const name = nameOf(parameter, readers);
    const reader = name === undefined ? undefined : readers[name];
    const read = reader?.read(value, isKnownRegion);
    if (name === undefined || reader === undefined) {
      errors.push({ parameter, detail: `there is no parameter ${quote(parameter)}` });
    } else if (Object.hasOwn(values, name)) {
      errors.push({ parameter, detail: `${name} and ${reader.formerName} are the same: give one of them` });
    } else if (read === undefined) {
      errors.push(notAccepted(parameter, value, reader));
    } else {
      values[name] = read;
    }
  }
  if (errors.length > 0) {
    throw invalid(errors.map(({ detail }) => detail).join('; '), readers, { errors });
  }
  return values as Values<R>;
}

/** Those of the values that these readers have read. */
export function pick<R extends Readers>(values: Values<Readers>, readers: R): Values<R> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(readers, name))) as Values<R>;
}

interface ParameterError {
  readonly parameter: string;
  readonly detail: string;
  /** What was probably meant. */
  readonly nearest?: readonly string[];
}

/** By which it is read, whether it was given by that or by its former name. */
function nameOf(parameter: string, readers: Readers): string | undefined {
  return Object.hasOwn(readers, parameter)
    ? parameter
    : Object.keys(readers).find((name) => readers[name]?.formerName === parameter);
}

function notAccepted(parameter: string, value: unknown, reader: ParameterReader<unknown>): ParameterError {
  const nearest = reader.nearest?.(value) ?? [];
  const detail = `${parameter} must be ${reader.accepts}, got ${quote(value)}`;
  return nearest.length === 0
    ? { parameter, detail }
    : { parameter, detail: `${detail}: did you mean ${nearest.join(', ')}?`, nearest };
}

function asObject(given: unknown, readers: Readers): object {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid(`the parameters must be an object, got ${quote(given)}`, readers);
  }
  return given;
}

function invalid(problem: string, readers: Readers, extensions: Record<string, unknown> = {}): ProblemError {
  const names = Object.keys(readers);
  const accepted = Object.fromEntries(names.map((name) => [name, readers[name]?.accepts]));
  const advice = names.length === 0 ? 'This endpoint takes no parameters.' : `Accepted: ${names.join(', ')}.`;
  const end = problem.endsWith('?') ? '' : '.';
  const sentence = `${problem.charAt(0).toUpperCase()}${problem.slice(1)}${end} ${advice}`;
  return new ProblemError('INVALID_REQUEST', sentence, { extensions: { ...extensions, accepted } });
}

function quote(value: unknown): string {
  const quoted = inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  return quoted.length > LONGEST_QUOTE ? `${quoted.slice(0, LONGEST_QUOTE)}…` : quoted;
}
