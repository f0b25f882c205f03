import { Inject, Injectable } from '@nestjs/common';
import { BEDROCK_DISCOVERY_CLOCK, type Clock, DiscoveryRefresher } from 'nestjs-bedrock-discovery';
import { ProblemError } from '../problems/problem.error.js';
import { ACCESS_OPTIONS, type AccessOptions } from '../security/access.options.js';

const INTERVAL_MS = 30_000;

export type RefreshReport = Awaited<ReturnType<DiscoveryRefresher['refresh']>>;

export interface RefreshRequest {
  /** Default: all. */
  readonly regions?: readonly string[];
  readonly force: boolean;
}

interface Refresh extends RefreshRequest {
  /** Milliseconds of a clock that never goes backwards. */
  readonly at: number;
  readonly report: Promise<RefreshReport>;
  ended: boolean;
}

/**
 * Has AWS asked on behalf of clients, none of whom knows of the others: a refresh costs three requests a region, and one for each listing besides. Those who
 * want what is being asked for share it, and nothing is asked for again before the interval is over.
 */
@Injectable()
export class RefreshGate {
  readonly #intervalMs: number;
  /** Within the interval, or not ended yet; the latest last. */
  #recent: readonly Refresh[] = [];

  constructor(
    private readonly refresher: DiscoveryRefresher,
    @Inject(ACCESS_OPTIONS) { refreshIntervalMs = INTERVAL_MS }: AccessOptions,
    @Inject(BEDROCK_DISCOVERY_CLOCK) private readonly clock: Clock,
  ) {
    this.#intervalMs = refreshIntervalMs;
  }

  /**
   * Goes on to its end once it has begun, whoever still waits. Without `force` what was asked a moment ago counts as fresh,
   * so that its report is the answer.
   *
   * @throws ProblemError TOO_SOON where a region has been asked within the interval
   */
  async refresh(request: RefreshRequest): Promise<RefreshReport> {
    const now = this.clock.monotonic();
    this.#recent = this.#recent.filter(({ at, ended }) => !ended || now - at < this.#intervalMs);
    // One that passes over what is fresh does not stand for one that does not.
    const alike = this.#recent.filter(({ force }) => force || !request.force);
    const shared = alike.findLast((refresh) => covers(refresh, request) && !(refresh.ended && request.force));
    if (shared !== undefined) {
      return about(await shared.report, request);
    }
    const former = alike.findLast((refresh) => overlaps(refresh, request));
    if (former !== undefined) {
      throw tooSoon(now - former.at, this.#intervalMs);
    }
    return this.#begin(request, now).report;
  }

  #begin({ regions, force }: RefreshRequest, at: number): Refresh {
    const report = this.refresher.refresh({ force, ...(regions && { regions }) });
    const refresh: Refresh = { force, at, report, ended: false, ...(regions && { regions }) };
    this.#recent = [...this.#recent, refresh];
    report.then(
      () => (refresh.ended = true),
      () => (this.#recent = this.#recent.filter((each) => each !== refresh)),
    );
    return refresh;
  }
}

function covers({ regions }: Refresh, wanted: RefreshRequest): boolean {
  return regions === undefined || (wanted.regions?.every((region) => regions.includes(region)) ?? false);
}

/** Some regions stand in the way of those alone, all in the way of any. */
function overlaps({ regions }: Refresh, wanted: RefreshRequest): boolean {
  return regions === undefined || (wanted.regions?.some((region) => regions.includes(region)) ?? false);
}

/** Of a shared report, what was wanted. */
function about(reports: RefreshReport, { regions }: RefreshRequest): RefreshReport {
  const of = (report: RefreshReport['models']): RefreshReport['models'] =>
    regions === undefined
      ? report
      : { ...report, regions: report.regions.filter(({ region }) => regions.includes(region)) };
  return Object.fromEntries(Object.entries(reports).map(([listing, report]) => [listing, of(report)])) as RefreshReport;
}

function tooSoon(agoMs: number, intervalMs: number): ProblemError {
  const seconds = Math.max(1, Math.ceil((intervalMs - agoMs) / 1_000));
  const detail = `AWS was asked ${Math.floor(agoMs / 1_000)} s ago, and is not asked for the same more often than every ${intervalMs / 1_000} s. Ask again in ${seconds} s.`;
  return new ProblemError('TOO_SOON', detail, { headers: { 'Retry-After': String(seconds) } });
}
