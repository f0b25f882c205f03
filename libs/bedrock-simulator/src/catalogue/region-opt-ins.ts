import { refuse } from '../settings/checks.js';
import type { Catalogue } from './catalogue.js';

/** How the account API names what an account did about a region. */
export type RegionOptStatus = 'ENABLED' | 'DISABLED' | 'ENABLED_BY_DEFAULT';

/** Which of the opt-in regions the accounts played here have opted in to. */
export class RegionOptIns {
  readonly #enabled = new Set<string>();

  constructor(
    private readonly catalogue: Catalogue,
    optIn: 'all' | readonly string[],
    private readonly onChange: () => void,
  ) {
    if (optIn !== 'all' && !Array.isArray(optIn)) {
      refuse('optIn', "'all' or a list of regions", optIn);
    }
    for (const region of optIn === 'all' ? catalogue.optInRegions : (optIn as readonly string[])) {
      this.optIn(region);
    }
  }

  optIn(region: string): void {
    this.#enabled.add(this.#checked(region));
    this.onChange();
  }

  optOut(region: string): void {
    this.#enabled.delete(this.#checked(region));
    this.onChange();
  }

  status(region: string): RegionOptStatus {
    if (this.catalogue.enabledByDefault.includes(region)) {
      return 'ENABLED_BY_DEFAULT';
    }
    return this.#enabled.has(region) ? 'ENABLED' : 'DISABLED';
  }

  #checked(region: string): string {
    const { optInRegions } = this.catalogue;
    return optInRegions.includes(region) ? region : refuse('optIn', `one of ${optInRegions.join(', ')}`, region);
  }
}
