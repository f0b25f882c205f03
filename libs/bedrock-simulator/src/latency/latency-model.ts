import { checkNumber, refuse } from '../settings/checks.js';
import { randomShare } from '../settings/random-share.js';
import { REALISTIC_LATENCY_MS } from './realistic-latency.js';

/**
 * How long an answer is held back: `'realistic'` for plausible round trips from us-east-1, `'none'`, one number of
 * milliseconds for all regions, or a number per region, where `'*'` stands for all that are not named (otherwise 0).
 */
export type LatencySetting = 'realistic' | 'none' | number | Readonly<Record<string, number>>;

const ACCEPTED = `'realistic', 'none', a number of milliseconds, or an object { [region or '*']: milliseconds }`;

/** What each region's answers are held back by. */
export class LatencyModel {
  readonly #perRegion = new Map<string, number>();
  readonly #draws = new Map<string, number>();
  readonly #seed: number;
  #jitter = 0;

  constructor(regions: readonly string[], setting: LatencySetting, jitter: number, seed: number) {
    for (const region of regions) {
      this.#perRegion.set(region, 0);
    }
    this.#seed = seed;
    this.setJitter(jitter);
    this.#apply(setting);
  }

  /** @throws RangeError for a region that is not in the catalogue, or a negative time */
  set(region: string, latencyMs: number): void {
    checkNumber('latency', latencyMs, 0);
    if (region !== '*' && !this.#perRegion.has(region)) {
      refuse('latency', `for a region of the catalogue or '*'`, region);
    }
    for (const name of region === '*' ? [...this.#perRegion.keys()] : [region]) {
      this.#perRegion.set(name, latencyMs);
    }
  }

  /** @param share how far an answer may stray from its region's latency, 0 to 1 */
  setJitter(share: number): void {
    this.#jitter = checkNumber('jitter', share, 0, 1);
  }

  /** Milliseconds to hold the next answer of that region back. */
  next(region: string): number {
    const latencyMs = this.#perRegion.get(region) ?? 0;
    if (latencyMs === 0 || this.#jitter === 0) {
      return latencyMs;
    }
    const draw = this.#draws.get(region) ?? 0;
    this.#draws.set(region, draw + 1);
    return latencyMs * (1 + this.#jitter * (2 * randomShare(this.#seed, region, draw) - 1));
  }

  #apply(setting: LatencySetting): void {
    if (setting === 'none') {
      return;
    }
    if (setting === 'realistic') {
      return this.#apply(REALISTIC_LATENCY_MS);
    }
    if (typeof setting === 'number') {
      return this.set('*', setting);
    }
    if (typeof setting !== 'object' || setting === null) {
      return refuse('latency', ACCEPTED, setting);
    }
    const { '*': others, ...named } = setting;
    if (others !== undefined) {
      this.set('*', others);
    }
    for (const [region, latencyMs] of Object.entries(named)) {
      this.set(region, latencyMs);
    }
  }
}
