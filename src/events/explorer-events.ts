import { Injectable } from '@nestjs/common';
import { DiscoveryRefresher, type RegionStatus } from 'nestjs-bedrock-discovery';
import { defer, map, merge, mergeMap, type Observable, share } from 'rxjs';
import { type RegionOverview, RegionOverviews } from '../regions/region-overviews.js';
import type { ExplorerEvent } from './event.types.js';

/** What happens, once for all who listen; nothing is looked at while nobody does. Ends when the library is closed. */
@Injectable()
export class ExplorerEvents {
  readonly events$: Observable<ExplorerEvent>;

  constructor(
    refresher: DiscoveryRefresher,
    private readonly overviews: RegionOverviews,
  ) {
    const changes$ = refresher.changes$.pipe(map((data): ExplorerEvent => ({ type: 'change', data })));
    const progress$ = defer(() => {
      const seen = this.#look();
      return refresher.progress$.pipe(
        mergeMap((data): ExplorerEvent[] => [{ type: 'scan-progress', data }, ...this.#changed(seen)]),
      );
    });
    this.events$ = merge(changes$, progress$).pipe(share());
  }

  /** What each region looks like now, but for what counts on by itself. */
  #look(): Map<string, string> {
    return new Map(this.overviews.all().map((overview) => [overview.region, lookOf(overview)]));
  }

  /** An answer of one region may show another in a different light: a refused token, for one, as one not enabled. */
  #changed(seen: Map<string, string>): ExplorerEvent[] {
    return this.overviews.all().flatMap((data): ExplorerEvent[] => {
      const look = lookOf(data);
      if (seen.get(data.region) === look) {
        return [];
      }
      seen.set(data.region, look);
      return [{ type: 'region', data }];
    });
  }
}

function lookOf({ models, profiles }: RegionOverview): string {
  return JSON.stringify([models, profiles].map(withoutAge));
}

function withoutAge(status: RegionStatus | undefined): unknown {
  return status && { ...status, ageMs: undefined };
}
