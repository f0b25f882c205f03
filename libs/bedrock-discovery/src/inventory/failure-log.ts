import type { RegionFailure } from '../errors/errors.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import type { RegionStatus } from './scan.types.js';

/** Logs a region's failure once when it begins or changes its kind, all regions of a kind in one line. */
export class FailureLog {
  readonly #told = new Map<string, RegionFailure['kind']>();

  constructor(
    private readonly operation: string,
    private readonly logger: DiscoveryLogger,
  ) {}

  announce(statuses: readonly RegionStatus[]): void {
    const news = new Map<RegionFailure['kind'], { regions: string[]; failure: RegionFailure }>();
    for (const { region, failure } of statuses) {
      if (failure === undefined) {
        this.#told.delete(region);
      } else if (this.#told.get(region) !== failure.kind) {
        this.#told.set(region, failure.kind);
        const group = news.get(failure.kind) ?? { regions: [], failure };
        group.regions.push(region);
        news.set(failure.kind, group);
      }
    }
    for (const { regions, failure } of news.values()) {
      const all = regions.length === statuses.length && regions.length > 1;
      const where = all ? `all ${regions.length} regions` : regions.join(', ');
      const { kind, message, remedy } = failure;
      const line = `${this.operation} failed in ${where} (${kind}): ${message} ${remedy}`;
      const fields = { operation: this.operation, kind, regions, message, remedy };
      // Most accounts have most opt-in regions switched off; that is no trouble.
      if (kind === 'region-not-enabled') {
        this.logger.debug('regions-failed', line, fields);
      } else {
        this.logger.warn('regions-failed', line, fields);
      }
    }
  }
}
