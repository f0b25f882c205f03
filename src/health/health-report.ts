import type { RegionFailure, RegionStatus } from 'nestjs-bedrock-discovery';

/** What is known from one operation. */
export interface OperationHealth {
  /** Regions by the outcome of the last attempt. */
  readonly regions: Readonly<Record<RegionStatus['status'], number>>;
  /** Regions whose data can be served, old data included. */
  readonly known: number;
  /** Regions among them whose data is older than it should be. */
  readonly stale: number;
  /** Age of the newest and the oldest data served, in milliseconds. */
  readonly newestAgeMs?: number;
  readonly oldestAgeMs?: number;
}

export interface HealthReport {
  /** `degraded`: some regions failed, were not understood to the full or have not answered yet; what is known is served. */
  readonly status: 'ok' | 'degraded';
  readonly models: OperationHealth;
  readonly profiles: OperationHealth;
}

function operationHealth(statuses: readonly RegionStatus[]): OperationHealth {
  const count = (wanted: RegionStatus['status']): number => statuses.filter(({ status }) => status === wanted).length;
  const known = statuses.filter(({ scannedAt }) => scannedAt !== undefined);
  const ages = known.flatMap(({ ageMs }) => (ageMs === undefined ? [] : [ageMs]));
  return {
    regions: { ok: count('ok'), partial: count('partial'), failed: count('failed'), pending: count('pending') },
    known: known.length,
    stale: known.filter(({ stale }) => stale).length,
    ...(ages.length > 0 && { newestAgeMs: Math.min(...ages), oldestAgeMs: Math.max(...ages) }),
  };
}

export function healthReport(models: readonly RegionStatus[], profiles: readonly RegionStatus[]): HealthReport {
  const isWell = (statuses: readonly RegionStatus[]): boolean =>
    statuses.length > 0 && statuses.every(({ status }) => status === 'ok');
  return {
    status: isWell(models) && isWell(profiles) ? 'ok' : 'degraded',
    models: operationHealth(models),
    profiles: operationHealth(profiles),
  };
}

/** By region; of two failures that of the models. */
export function failuresByRegion(...statuses: readonly RegionStatus[]): Record<string, RegionFailure> {
  const failures: Record<string, RegionFailure> = {};
  for (const { region, failure } of statuses) {
    if (failure !== undefined) {
      failures[region] ??= failure;
    }
  }
  return failures;
}

/** Each cause once, with what to do about it. */
export function summarize(failures: Readonly<Record<string, RegionFailure>>): string {
  const byKind = new Map<string, RegionFailure[]>();
  for (const failure of Object.values(failures)) {
    byKind.set(failure.kind, [...(byKind.get(failure.kind) ?? []), failure]);
  }
  return [...byKind]
    .map(
      ([kind, [first, ...others]]) => `${kind} in ${others.length + 1} region(s): ${first?.message} ${first?.remedy}`,
    )
    .join(' ');
}
