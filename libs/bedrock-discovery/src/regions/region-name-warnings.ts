import { Injectable } from '@nestjs/common';
import { nearestRegion } from './nearest-region.js';

/** Names come from callers: what is remembered of them, and logged, has a bound. */
const MAX_TOLD = 100;

/** Where warnings go. */
interface Log {
  warn(event: string, text: string, fields: Readonly<Record<string, string>>): void;
}

/** Warns of names that look like slips, of each once. They are taken as given all the same. */
@Injectable()
export class RegionNameWarnings {
  readonly #told = new Set<string>();

  /** @param log of the class that the names were given to */
  check(names: Iterable<string>, log: Log): void {
    for (const name of names) {
      const meant = this.#told.has(name) || this.#told.size >= MAX_TOLD ? undefined : nearestRegion(name);
      if (meant !== undefined) {
        this.#told.add(name);
        const text = `No region is known by the name ${name}. Did you mean ${meant}?`;
        log.warn('region-name-unknown', text, { region: name, meant });
      }
    }
  }
}
