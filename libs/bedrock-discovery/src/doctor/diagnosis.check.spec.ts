import { describe, expect, it } from '@jest/globals';
import { check, type CheckStatus, inWords, worstOf } from './diagnosis.js';

describe('a check', () => {
  it('is cleaned of secrets that others wrote into it', () => {
    const { detail, remedy } = check('a', 'failed', 'A', 'key ASIAZ7EXAMPLEKEY1234', 'ask //user:word@host');
    expect(`${detail} ${remedy}`).toBe('key *** ask //***@host');
  });

  it.each<[CheckStatus[], CheckStatus]>([
    [['ok', 'warning', 'failed', 'unknown'], 'failed'],
    [['ok', 'warning', 'unknown'], 'warning'],
    [['ok', 'unknown'], 'ok'],
    [['unknown'], 'unknown'],
    [[], 'unknown'],
  ])('has the worst status of %j, which is %s', (statuses, worst) => {
    expect(worstOf(statuses.map((status) => check('a', status, 'A', 'a')))).toBe(worst);
  });

  it.each([
    [0, '0 s'],
    [-90_000, '90 s'],
    [3_600_000, '60 min'],
    [-7_200_000, '2 h'],
    [604_800_000, '7 d'],
  ])('tells a duration of %i ms as %s', (ms, words) => {
    expect(inWords(ms)).toBe(words);
  });
});
