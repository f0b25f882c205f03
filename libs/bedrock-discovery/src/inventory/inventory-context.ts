import { Inject, Injectable } from '@nestjs/common';
import { AccountScope } from '../cache/account-scope.js';
import { KeptValues } from '../cache/kept-values.js';
import { TieredCache } from '../cache/tiered-cache.js';
import { type FailureKind, isCredentialFailure, isDenial } from '../errors/failure-texts.js';
import { LatencyStore } from '../latency/latency-store.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { RegionNameWarnings } from '../regions/region-name-warnings.js';
import { Reporter } from '../reporting/reporter.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { SharedParts } from '../util/sharing.js';
import { RegionClient } from './region-client.js';
import { RegionDirectory } from './region-directory.js';
import { ScanLease } from './scan-lease.js';

/**
 * Remembers which regions accepted the identity when last asked: a wrong key and a region that is not opted in answer
 * alike, and only the other regions' answers tell which it is.
 */
@Injectable()
export class CredentialEvidence {
  readonly #accepted = new Set<string>();

  /** @param failure undefined for success */
  observe(operation: string, region: string, failure: FailureKind | undefined): void {
    const key = `${operation} ${region}`;
    // Only a caller with valid credentials is denied.
    if (failure === undefined || isDenial(failure)) {
      this.#accepted.add(key);
    } else if (isCredentialFailure(failure)) {
      this.#accepted.delete(key);
    }
  }

  /** Whether any region accepts the identity. */
  get accepted(): boolean {
    return this.#accepted.size > 0;
  }
}

/** What every inventory of regions works with. */
@Injectable()
export class InventoryContext {
  /** Of the answers to all listings that are read: much is the same from one region to the next, and in several listings. */
  readonly parts = new SharedParts();

  constructor(
    @Inject(RESOLVED_OPTIONS) readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) readonly clock: Clock = systemClock,
    readonly cache: TieredCache,
    readonly kept: KeptValues,
    readonly owner: AccountScope,
    readonly directory: RegionDirectory,
    readonly scanner: RegionClient,
    readonly latencies: LatencyStore,
    readonly evidence: CredentialEvidence,
    readonly regionNames: RegionNameWarnings,
    readonly reporter: Reporter,
    readonly lease: ScanLease,
  ) {}
}
