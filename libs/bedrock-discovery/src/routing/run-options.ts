import { z } from 'zod';
import { CONSTRAINT_SHAPE, validate } from './route-constraints.js';
import type { RouteConstraints } from './route.types.js';
import type { RunOptions } from './run.types.js';

/** Options of a run with their defaults, and the constraints on its routes apart. */
export interface ResolvedRunOptions {
  readonly constraints: RouteConstraints;
  readonly signal: AbortSignal | undefined;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly retriesAmbiguous: boolean;
  readonly acceptAgreements: boolean;
  readonly affinityKey: string | undefined;
}

const MAX_TIMER_MS = 2 ** 31 - 1;
/** Enough to get past several regions with several routes each; refused calls cost little. */
const DEFAULT_MAX_ATTEMPTS = 20;
const DEFAULT_TIMEOUT_MS = 300_000;

const ATTEMPTS = 'a whole number from 1 to 1000';
const TIMEOUT = `a number of milliseconds above 0 and at most ${MAX_TIMER_MS}`;

const runSchema = z.strictObject(
  {
    ...CONSTRAINT_SHAPE,
    signal: z.custom<AbortSignal>(isSignal, { error: 'an AbortSignal' }).optional(),
    maxAttempts: z.int({ error: ATTEMPTS }).min(1).max(1_000).optional(),
    timeoutMs: z.number({ error: TIMEOUT }).gt(0).lte(MAX_TIMER_MS).optional(),
    onAmbiguous: z.enum(['throw', 'retry'], { error: "one of 'throw', 'retry'" }).optional(),
    acceptAgreements: z.boolean({ error: 'true or false' }).optional(),
    affinityKey: z.string({ error: 'a text' }).min(1).optional(),
  },
  { error: 'an object' },
);

/** @throws InvalidArgumentError that says which option is wrong and what is accepted */
export function resolveRunOptions(given: RunOptions): ResolvedRunOptions {
  const { signal, maxAttempts, timeoutMs, onAmbiguous, acceptAgreements, affinityKey, ...constraints } = validate(
    runSchema,
    given,
  );
  return {
    constraints,
    signal,
    maxAttempts: maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
    timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS,
    retriesAmbiguous: onAmbiguous === 'retry',
    acceptAgreements: acceptAgreements ?? false,
    affinityKey,
  };
}

/** Of any realm. */
function isSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value;
}
