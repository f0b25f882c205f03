import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ProblemError } from '../problems/problem.error.js';
import { flag, oneOf, regionName, regionNames, text } from './parameter-readers.js';
import { readParameters } from './read-parameters.js';

const READERS = { name: text, streaming: flag, region: regionName, preferred: regionNames, sort: oneOf('age', 'size') };

function problemOf(given: unknown): ProblemError {
  try {
    readParameters(given, READERS);
  } catch (error) {
    return error as ProblemError;
  }
  throw new Error('It was accepted.');
}

describe('parameters', () => {
  it('are read by kind, from a query as from a body', () => {
    const values = {
      name: 'x',
      streaming: true,
      region: 'us-gov-west-1',
      preferred: ['eu-west-1', 'us-east-1'],
      sort: 'age',
    };
    expect(readParameters({ ...values, streaming: 'true', preferred: 'eu-west-1, us-east-1' }, READERS)).toEqual(
      values,
    );
    expect(readParameters(values, READERS)).toEqual(values);
    expect(readParameters({ streaming: 'false' }, READERS)).toEqual({ streaming: false });
    expect(readParameters({}, READERS)).toEqual({});
  });

  it('are refused all at once, with what is accepted', () => {
    const { code, detail, extensions } = problemOf({ sort: 'colour', age: 3 });
    expect(code).toBe('INVALID_REQUEST');
    expect(detail).toBe(
      "Sort must be one of age, size, got 'colour'; there is no parameter 'age'. Accepted: name, streaming, region, preferred, sort.",
    );
    expect(extensions).toMatchObject({
      errors: [{ parameter: 'sort' }, { parameter: 'age' }],
      accepted: { sort: 'one of age, size', streaming: 'true or false' },
    });
  });

  it('are quoted in part where they are long', () => {
    expect(problemOf({ region: 'x'.repeat(10_000) }).detail.length).toBeLessThan(300);
  });

  it('are either read as what they claim to be or refused with a problem, whatever arrives', () => {
    const key = fc.oneof(
      fc.constantFrom(...Object.keys(READERS)),
      fc.constantFrom('__proto__', 'toString'),
      fc.string(),
    );
    const region = fc.constantFrom('eu-west-1', 'us-gov-east-1', 'eu-west-', 'EU-WEST-1', '');
    const value = fc.oneof(
      fc.string(),
      region,
      fc.array(region),
      fc.constantFrom('true', false, 'age'),
      fc.jsonValue(),
    );
    const outcomes = new Set<string>();
    const property = fc.property(fc.dictionary(key, value, { maxKeys: 2 }), (given) => {
      try {
        const values = readParameters(given, READERS);
        expect(Object.keys(READERS)).toEqual(expect.arrayContaining(Object.keys(values)));
        expect(['boolean', 'undefined']).toContain(typeof values.streaming);
        for (const name of [values.region ?? 'eu-west-1', ...(values.preferred ?? [])]) {
          expect(name).toMatch(/^[a-z]{2}(-[a-z]+)+-\d$/);
        }
        outcomes.add('read');
      } catch (error) {
        expect(error).toBeInstanceOf(ProblemError);
        outcomes.add('refused');
      }
    });
    fc.assert(property);
    expect(outcomes.size).toBe(2);
  });
});
