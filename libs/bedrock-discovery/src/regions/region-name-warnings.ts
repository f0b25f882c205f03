import { Injectable, Logger } from '@nestjs/common';
import { nearestRegion } from './nearest-region.js';

/** Names come from callers: what is remembered of them, and logged, has a bound. */
const MAX_TOLD = 100;

/** Warns of names that look like slips, of each once. They are taken as given all the same. */
@Injectable()
export class RegionNameWarnings {
  readonly #told = new Set<string>();

  /** @param context of the log, as of the class that the names were given to */
  check(names: Iterable<string>, context: string): void {
    for (const name of names) {
      const meant = this.#told.has(name) || this.#told.size >= MAX_TOLD ? undefined : nearestRegion(name);
      if (meant !== undefined) {
        this.#told.add(name);
        new Logger(context).warn(`No region is known by the name ${name}. Did you mean ${meant}?`);
      }
    }
  }
}
