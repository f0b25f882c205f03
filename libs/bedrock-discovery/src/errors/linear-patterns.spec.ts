import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { parseBedrockArn } from '../catalog/arn.js';
import { listProfiles } from '../catalog/profiles/profile-inventory.js';
import { missingPermissions } from '../doctor/region-findings.js';
import { AnswerMemory } from '../inventory/answer-memory.js';
import { judgeFailure } from '../routing/failure-verdict.js';
import {
  classifyFailure,
  isExpiredToken,
  isForeignAnswer,
  isTokenRefused,
  mayHaveExecuted,
} from './classify-failure.js';
import { retryAfterMsOf } from './symptom.js';
import { countSteps } from './count-steps.spec.helper.js';
import { redact, redactedCause } from './redact.js';

/** What is looked at of a text, and the sign that there was more. */
const LIMIT = 4_096 + 1;
const CONTEXT = { at: '2026-08-22T10:00:00.000Z', region: 'eu-west-1' };
const NAMES = [
  'AccessDeniedException',
  'UnrecognizedClientException',
  'CredentialsProviderError',
  'ThrottlingException',
  'ValidationException',
  'ResourceNotFoundException',
  'SyntaxError',
  'Unknown',
];
const STATUSES = [200, 400, 403, 404, 500, undefined];

interface Look {
  readonly pattern: RegExp;
  readonly length: number;
}

/** Every pattern that looks at anything meanwhile, whoever wrote it and however it is used, with how much it is shown. */
async function watch(act: () => unknown): Promise<Look[]> {
  const exec = jest.spyOn(RegExp.prototype, 'exec');
  try {
    await act();
    const { calls, contexts } = exec.mock;
    return contexts.map((pattern, index) => ({ pattern: pattern as RegExp, length: calls[index]?.[0].length ?? 0 }));
  } finally {
    exec.mockRestore();
  }
}

function errorOf(text: string, name: string, status: number | undefined, marks: object): Error {
  return Object.assign(new Error(text), {
    name,
    Message: text,
    __type: text,
    code: text,
    cause: new Error(text),
    $metadata: { httpStatusCode: status },
    $response: {
      statusCode: status,
      headers: { 'content-type': text, 'retry-after': text, date: text, ...marks },
    },
  });
}

/** All that reads what a server wrote reads this text, wherever it can stand. */
async function readEverywhere(text: string): Promise<void> {
  for (const name of [...NAMES, text]) {
    for (const status of STATUSES) {
      for (const marks of [{}, { 'x-amzn-requestid': 'a-1', 'x-amzn-errortype': text }]) {
        const error = errorOf(text, name, status, marks);
        for (const operation of ['ListFoundationModels', 'GetFoundationModelAvailability', 'InvokeModel']) {
          const failure = classifyFailure(error, { ...CONTEXT, operation });
          isTokenRefused(failure);
          const statuses = [{ region: 'eu-west-1', status: 'failed', failure, stale: false, count: 0 } as const];
          missingPermissions([{ id: 'models', operation, statuses }]);
        }
        judgeFailure(error, 'eu-west-1', 0);
        isExpiredToken(error);
        isForeignAnswer(error);
        mayHaveExecuted(error);
        retryAfterMsOf(error);
        redactedCause(error);
      }
    }
  }
  redact(text);
  classifyFailure(text, { ...CONTEXT, operation: 'InvokeModel' });
  classifyFailure(Object.assign(new Error(text), { name: 'TimeoutError', syscall: text }), {
    ...CONTEXT,
    operation: 'ListFoundationModels',
  });
  parseBedrockArn(text);
  const rejected = errorOf(text, 'ValidationException', 400, {});
  const refuse = (): Promise<never> => Promise.reject(rejected);
  const call = { region: 'eu-west-1', send: refuse, ask: refuse, memory: new AnswerMemory() };
  await listProfiles(call).catch(() => undefined);
}

const distinct = (looks: readonly Look[]): RegExp[] => [
  ...new Map(looks.map(({ pattern }) => [`${pattern}`, pattern])).values(),
];

/** Words of the patterns themselves lead furthest into them; beside them, what separates words. */
function piecesOf(patterns: readonly RegExp[]): string[] {
  const words = patterns.flatMap(({ source }) => source.match(/[A-Za-z][A-Za-z -]*/g) ?? []);
  return [...new Set([...words, ...'aA0 \n:/#@=,."\'-_+é', 'aA0', '  ', '://', 'arn:aws:bedrock:'])];
}

function isLinear(pattern: RegExp, before: string, pump: string, after: string): boolean {
  const steps = (length: number): number =>
    countSteps(pattern, before + pump.repeat(Math.ceil(length / pump.length)) + after).steps;
  const [once, twice] = [steps(300), steps(600)];
  return Number.isFinite(twice) && twice <= 2.5 * once + 1_000;
}

describe('patterns that look at what a server wrote', () => {
  let patterns: RegExp[];
  let pieces: string[];

  beforeAll(async () => {
    const read = async (): Promise<void> => {
      for (const text of [
        'You do not have access: see model expired session (arn:aws:iam::1:user/a)',
        'arn:aws:bedrock:eu-west-1::foundation-model/a',
        '#x:y',
      ]) {
        await readEverywhere(text);
      }
    };
    // The SDK is loaded by then, whose patterns are its own.
    await read();
    patterns = distinct(await watch(read));
    pieces = piecesOf(patterns);
  });

  it('are known here by being used', () => {
    const sources = patterns.map(({ source }) => source).join('\n');
    expect(patterns.length).toBeGreaterThan(35);
    for (const known of [
      'Bearer',
      'data retention mode',
      'on-demand throughput',
      'not authorized to perform',
      'bedrock:',
    ]) {
      expect(sources).toContain(known);
    }
  });

  it('take twice the steps for twice the text, whichever of their own words it repeats', () => {
    const others = patterns.flatMap((pattern) =>
      piecesOf([pattern])
        .flatMap((piece) => [piece, `${piece} `])
        .filter((pump) => !isLinear(pattern, pump, pump, '!'))
        .map((pump) => [pattern, pump]),
    );
    expect(others).toEqual([]);
  });

  it('take twice the steps for twice the text, whatever is repeated between whatever', () => {
    const piece = fc.constantFrom(...pieces);
    const text = fc.array(piece, { maxLength: 3 }).map((parts) => parts.join(''));
    const pump = fc.array(piece, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.constantFrom(...patterns), text, pump, text, (pattern, before, repeated, after) =>
        isLinear(pattern, before, repeated, after),
      ),
      { numRuns: 1_000 },
    );
  });

  it.each(['session ', 'A', 'x\n'])('are never shown more than 4 KB of it, however often it says %j', async (word) => {
    const looks = await watch(() => readEverywhere(word.repeat(50_000)));
    expect(looks.length).toBeGreaterThan(100);
    expect(looks.filter(({ length }) => length > LIMIT)).toEqual([]);
  });
});

describe('a count of steps', () => {
  it('finds patterns that are not linear', () => {
    expect(isLinear(/\b(?:session|token)\b.*\bexpired\b/i, '', 'session ', '')).toBe(false);
    expect(isLinear(/\s+$/, '', ' ', 'x')).toBe(false);
    expect(isLinear(/^(?:a+)+b/, '', 'a', '')).toBe(false);
    expect(isLinear(/a*a*b/, '', 'a', '')).toBe(false);
    expect(isLinear(/\bexpired\b/, '', 'session ', '')).toBe(true);
  });

  it('finds what the engine finds, so that it counts what the engine does', async () => {
    const patterns = distinct(await watch(() => readEverywhere('a model is not supported')));
    const pieces = piecesOf(patterns);
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.constantFrom(...patterns), text, (pattern, given) => {
        const found = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).exec(given);
        const { match } = countSteps(pattern, given);
        expect(match).toEqual(found === null ? undefined : [found.index, found.index + found[0].length]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a text that is cut', () => {
  it('ends before a word, since half a secret is no longer recognised as one', () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    for (let before = 4_040; before < 4_100; before += 1) {
      const text = redact(`${'x '.repeat(before / 2)}${'y'.repeat(before % 2)} ${secret} more`);
      expect(text).not.toContain(secret.slice(0, 8));
    }
  });
});
