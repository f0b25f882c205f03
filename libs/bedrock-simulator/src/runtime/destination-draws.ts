import { randomBits } from '../settings/random-share.js';

/** Where calls are served: drawn anew for each, and the same way for the same seed. */
export class DestinationDraws {
  readonly #draws = new Map<string, number>();

  constructor(private readonly seed: number) {}

  /** @returns one of the candidates, or the source region where there are none */
  next(region: string, invocationId: string, candidates: readonly string[]): string {
    const key = `${region}|${invocationId}`;
    const draw = this.#draws.get(key) ?? 0;
    this.#draws.set(key, draw + 1);
    return candidates[randomBits(this.seed, key, draw) % candidates.length] ?? region;
  }
}
