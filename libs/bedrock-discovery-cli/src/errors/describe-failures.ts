import { type FailureKind, REFUSAL_KINDS } from 'nestjs-bedrock-discovery/enumerations';
import type { RegionFailure } from 'nestjs-bedrock-discovery';
import { EXIT, type ExitCode } from '../exit-codes.js';

export function exitCodeOf({ kind }: RegionFailure): ExitCode {
  return REFUSAL_KINDS.includes(kind) ? EXIT.denied : EXIT.failed;
}

/** Failures of one kind, with the regions that have them; the most frequent kind first. */
export interface FailureGroup {
  readonly failure: RegionFailure;
  readonly regions: readonly string[];
}

export function groupFailures(failures: Iterable<readonly [region: string, failure: RegionFailure]>): FailureGroup[] {
  const groups = new Map<FailureKind, { failure: RegionFailure; regions: string[] }>();
  for (const [region, failure] of failures) {
    const group = groups.get(failure.kind) ?? { failure, regions: [] };
    group.regions.push(region);
    groups.set(failure.kind, group);
  }
  return [...groups.values()].sort((a, b) => b.regions.length - a.regions.length);
}
