const FACTOR = Number(process.env['PROPERTIES_FACTOR'] ?? 1);

/**
 * How many cases of a property that takes long are tried: as many as `npm test` has time for, and some times that by
 * `npm run properties -- --factor 10`, which sets the environment variable.
 */
export function runs(count: number): number {
  return Math.ceil(count * FACTOR);
}
