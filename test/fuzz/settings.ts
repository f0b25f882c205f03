import fc from 'fast-check';

// `npm run fuzz -- --cases 200000 --seed 7 --path 12:3` sets these; without a seed each such run has another.
const { FUZZ_CASES = '5000', FUZZ_SEED, FUZZ_PATH } = process.env;

const SUITE_CASES = 5_000;
const HOUR_MS = 3_600_000;

/** For a whole file, however many cases there are. */
export const PATIENCE_MS = Number(FUZZ_CASES) > SUITE_CASES ? 6 * HOUR_MS : 300_000;

/** How many of the cases of the suite a property has; in a longer run it has as large a share. */
export function share(ofSuite: number): number {
  return Math.max(1, Math.round((Number(FUZZ_CASES) * ofSuite) / SUITE_CASES));
}

/** What a property runs with. A failure is printed with its seed and path, which bring it back. */
export function settings(numRuns: number): fc.Parameters<unknown> {
  return {
    numRuns,
    ...(FUZZ_SEED !== undefined && { seed: Number(FUZZ_SEED) }),
    ...(FUZZ_PATH !== undefined && { path: FUZZ_PATH }),
  };
}
