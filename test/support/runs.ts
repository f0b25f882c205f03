const FACTOR = Number(process.env['PROPERTY_RUNS_FACTOR'] ?? 1);

/**
 * How many cases of a property that takes long are tried: as many as `npm test` has time for, and as many times that as
 * the environment variable `PROPERTY_RUNS_FACTOR` says, at night for instance.
 */
export function runs(count: number): number {
  return Math.ceil(count * FACTOR);
}
