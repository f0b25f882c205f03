import type { RegionFailure } from 'nestjs-bedrock-discovery';

const SOON_SECONDS = 5;
/** Somebody has to change something first: a policy, an opt-in, credentials. */
const LATER_SECONDS = 300;

/** When asking again may help, as a header. No failure at all means that a scan is under way. */
export function retryAfter(failures: readonly RegionFailure[]): Record<string, string> {
  const soon = failures.length === 0 || failures.some(({ retryable }) => retryable);
  return { 'Retry-After': String(soon ? SOON_SECONDS : LATER_SECONDS) };
}
