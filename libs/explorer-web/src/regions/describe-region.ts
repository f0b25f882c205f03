import type { RegionStatus } from 'nestjs-bedrock-discovery';
import { FAILURE_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import type { RegionOverview } from '../api/answers.types.js';

export interface RegionView {
  readonly tone: 'ok' | 'partial' | 'stale' | 'failed' | 'pending';
  /** The outcome in words. */
  readonly words: string;
  /** Of the older of both lists that are served, in milliseconds. */
  readonly ageMs?: number;
}

/** What a region answered, both operations taken together. */
export function describeRegion(overview: RegionOverview | undefined): RegionView {
  const operations = (
    [
      ['models', overview?.models],
      ['profiles', overview?.profiles],
    ] as const
  ).flatMap(([operation, status]) => (status === undefined ? [] : [{ operation, status }]));
  const ages = operations.flatMap(({ status }) => (status.ageMs === undefined ? [] : [status.ageMs]));
  const failures = operations.flatMap(({ operation, status: { failure } }) =>
    failure === undefined ? [] : [{ operation, kind: failure.kind }],
  );
  const known = operations.filter(({ status }) => status.scannedAt !== undefined);
  const [first] = failures;
  const common = ages.length > 0 ? { ageMs: Math.max(...ages) } : {};
  if (first !== undefined) {
    const what = FAILURE_WORDS[first.kind];
    const which = failures.length === operations.length ? what : `${first.operation} ${what}`;
    return known.length === operations.length
      ? { tone: 'stale', words: `${which}, old data`, ...common }
      : { tone: 'failed', words: which, ...common };
  }
  if (operations.length === 0 || operations.some(({ status }) => isPending(status))) {
    return { tone: 'pending', words: 'not answered yet', ...common };
  }
  if (operations.some(({ status }) => status.unreadable !== undefined)) {
    return { tone: 'partial', words: 'known in part', ...common };
  }
  return operations.some(({ status }) => status.stale)
    ? { tone: 'stale', words: 'old data', ...common }
    : { tone: 'ok', words: 'ok', ...common };
}

function isPending({ status, scannedAt }: RegionStatus): boolean {
  return status === 'pending' && scannedAt === undefined;
}
