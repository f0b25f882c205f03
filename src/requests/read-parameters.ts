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
  const errors: { parameter: string; detail: string }[] = [];
  for (const [parameter, value] of entries) {
    const reader = Object.hasOwn(readers, parameter) ? readers[parameter] : undefined;
    const read = reader?.read(value, isKnownRegion);
    if (reader === undefined) {
      errors.push({ parameter, detail: `there is no parameter ${quote(parameter)}` });
    } else if (read === undefined) {
      errors.push({ parameter, detail: `${parameter} must be ${reader.accepts}, got ${quote(value)}` });
    } else {
      values[parameter] = read;
    }
  }
  if (errors.length > 0) {
    throw invalid(errors.map(({ detail }) => detail).join('; '), readers, { errors });
  }
  return values as Values<R>;
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
  const sentence = `${problem.charAt(0).toUpperCase()}${problem.slice(1)}. ${advice}`;
  return new ProblemError('INVALID_REQUEST', sentence, { extensions: { ...extensions, accepted } });
}

function quote(value: unknown): string {
  const quoted = inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  return quoted.length > LONGEST_QUOTE ? `${quoted.slice(0, LONGEST_QUOTE)}…` : quoted;
}
