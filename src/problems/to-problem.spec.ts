import { describe, expect, it } from '@jest/globals';
import { BedrockDiscoveryError, InvalidArgumentError, RegionUnknownError } from 'nestjs-bedrock-discovery';
import { ProblemError } from './problem.error.js';
import { toProblem } from './to-problem.js';

const problemOf = (error: unknown): ReturnType<typeof toProblem> => toProblem(error, 'GET', '/models?a=b');

describe('a problem document', () => {
  it('names the request, the kind of problem and what to do', () => {
    const error = new ProblemError('MODEL_NOT_FOUND', 'Look elsewhere.', {
      extensions: { unknownRegions: ['eu-west-1'] },
    });
    expect(problemOf(error).document).toEqual({
      type: '/problems/model-not-found',
      title: 'No known region lists this model',
      status: 404,
      detail: 'Look elsewhere.',
      instance: '/models?a=b',
      code: 'MODEL_NOT_FOUND',
      unknownRegions: ['eu-west-1'],
    });
  });

  it.each([
    ['soon while a region has yet to answer', undefined, '5'],
    ['soon after a failure that may pass', { kind: 'timeout', retryable: true }, '5'],
    ['later after one that somebody has to mend', { kind: 'access-denied', retryable: false }, '300'],
  ] as const)('says to ask again %s', (_, failure, seconds) => {
    const error = new RegionUnknownError(
      'eu-west-1',
      failure && { ...failure, message: 'No answer.', remedy: 'Mend it.', at: '2026-09-01T00:00:00.000Z' },
    );
    const { document, headers } = problemOf(error);
    expect(document).toMatchObject({ status: 503, code: 'REGION_UNKNOWN', region: 'eu-west-1' });
    expect(headers).toEqual({ 'Retry-After': seconds });
  });

  it('blames the request for an argument, and nobody for closing', () => {
    expect(problemOf(new InvalidArgumentError('No.')).document).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    const closing = problemOf(new BedrockDiscoveryError('SHUT_DOWN', 'The application is closing.'));
    expect(closing.document).toMatchObject({ status: 503, code: 'SHUT_DOWN' });
    expect(closing.headers).toEqual({ 'Retry-After': '5' });
  });

  it.each([
    new Error('password in a stack'),
    'a thrown text',
    undefined,
    Object.assign(new Error('secret'), { status: 400 }),
    Object.assign(new Error('secret'), { status: 500, expose: true }),
    new BedrockDiscoveryError('INVALID_OPTIONS', 'secret'),
  ])('keeps the inside of %p to itself', (error) => {
    const { document } = problemOf(error);
    expect(document).toMatchObject({ status: 500, code: 'INTERNAL_ERROR' });
    expect(document.detail).toBe('This should not happen. The log of the application says more.');
  });
});
