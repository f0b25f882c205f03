import pLimit, { type LimitFunction } from 'p-limit';
import type { Clock } from './clock.js';
import { raceSignal } from './deadline.js';

/** One region being asked, shared by everybody who waits for it. */
interface Flight {
  readonly landed: Promise<void>;
  readonly controller: AbortController;
  /** By the monotonic clock. */
  readonly startedAt: number;
  waiting: number;
  requests: number;
}

/** Asks one region; must not reject. `onRequest` counts each request sent. */
export type Fly = (region: string, signal: AbortSignal, onRequest: () => void) => Promise<void>;

/** One region has been asked, whoever waits for it. */
export interface Landing {
  readonly region: string;
  /** Regions asked and regions to ask since none was being asked. */
  readonly done: number;
  readonly total: number;
  /** It was ended before it had answered: nobody waited any more, or all were ended. */
  readonly aborted: boolean;
}

/** The regions being asked now. A region is asked once for all who want it, and no longer than somebody does. */
export class RegionFlights {
  readonly #flights = new Map<string, Flight>();
  readonly #limit: LimitFunction;
  #done = 0;
  #total = 0;

  /**
   * @param concurrency regions asked at the same time
   * @param onLanding called once for each region that was being asked, before those who wait for it go on
   */
  constructor(
    concurrency: number,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly onLanding: (landing: Landing) => void = () => undefined,
  ) {
    this.#limit = pLimit(concurrency);
  }

  has(region: string): boolean {
    return this.#flights.has(region);
  }

  /** How long a region has been asked for, in milliseconds; 0 if it is not being asked. */
  elapsedMs(region: string): number {
    const now = this.clock.monotonic();
    return now - (this.#flights.get(region)?.startedAt ?? now);
  }

  get size(): number {
    return this.#flights.size;
  }

  /**
   * Waits until all regions were asked, joining those that are being asked already.
   *
   * @param onLanded called for each region, not after `signal` has aborted
   * @returns the requests sent for them
   */
  async ask(
    regions: readonly string[],
    fly: Fly,
    onLanded: (region: string) => void,
    signal: AbortSignal,
  ): Promise<number> {
    const joined = regions.map((region) => {
      const flight = this.#flights.get(region) ?? this.#launch(region, fly);
      flight.waiting += 1;
      const landed = flight.landed.then(() => {
        if (!signal.aborted) {
          onLanded(region);
        }
      });
      return { region, flight, landed };
    });
    try {
      await raceSignal(Promise.all(joined.map(({ landed }) => landed)), signal);
    } finally {
      joined.forEach(({ region, flight }) => this.#leave(region, flight));
    }
    return joined.reduce((sum, { flight }) => sum + flight.requests, 0);
  }

  /** Ends all; resolves when none is left. */
  async abort(reason: Error): Promise<void> {
    const flights = [...this.#flights.values()];
    flights.forEach(({ controller }) => controller.abort(reason));
    await Promise.all(flights.map(({ landed }) => landed));
  }

  #launch(region: string, fly: Fly): Flight {
    const controller = new AbortController();
    const count = (): void => {
      flight.requests += 1;
    };
    const flight: Flight = {
      controller,
      startedAt: this.clock.monotonic(),
      waiting: 0,
      requests: 0,
      landed: this.#limit(() => fly(region, controller.signal, count)).finally(() => this.#land(region, flight)),
    };
    this.#flights.set(region, flight);
    if (this.#done === this.#total) {
      this.#done = 0;
      this.#total = 0;
    }
    this.#total += 1;
    return flight;
  }

  #land(region: string, flight: Flight): void {
    this.#forget(region, flight);
    this.#done += 1;
    const { aborted } = flight.controller.signal;
    this.onLanding({ region, done: this.#done, total: this.#total, aborted });
  }

  #leave(region: string, flight: Flight): void {
    flight.waiting -= 1;
    if (flight.waiting === 0) {
      this.#forget(region, flight);
      flight.controller.abort(new DOMException('Nobody is waiting any more.', 'AbortError'));
    }
  }

  /** Whoever asks for the region from now on starts a flight of their own. */
  #forget(region: string, flight: Flight): void {
    if (this.#flights.get(region) === flight) {
      this.#flights.delete(region);
    }
  }
}
