import pLimit, { type LimitFunction } from 'p-limit';
import type { Clock } from './clock.js';

/** A piece of work under way, shared by everybody who waits for it. */
interface Work<V> {
  readonly landed: Promise<V>;
  readonly controller: AbortController;
  /** By the monotonic clock. */
  readonly startedAt: number;
  waiting: number;
}

/** One caller's share in a piece of work. */
export interface Flight<V> {
  /** What the work came to, for all who share it. */
  readonly landed: Promise<V>;
  /** To be called once by everybody who joined: the work is ended when nobody is left. */
  readonly leave: () => void;
}

/** Work that is done once for all who want it at the same time, and no longer than somebody does; by key. */
export class SingleFlight<V> {
  readonly #flights = new Map<string, Work<V>>();
  readonly #limit: LimitFunction;

  /** @param concurrency pieces of work done at the same time; others wait for their turn */
  constructor(
    concurrency: number,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {
    this.#limit = pLimit(concurrency);
  }

  has(key: string): boolean {
    return this.#flights.has(key);
  }

  get size(): number {
    return this.#flights.size;
  }

  /** How long the work has been under way, in milliseconds; 0 if it is not. */
  elapsedMs(key: string): number {
    const now = this.clock.monotonic();
    return now - (this.#flights.get(key)?.startedAt ?? now);
  }

  /**
   * Joins the work under way, or begins it.
   *
   * @param begin must not reject; called when it is its turn
   */
  join(key: string, begin: (signal: AbortSignal) => Promise<V>): Flight<V> {
    const work = this.#flights.get(key) ?? this.#launch(key, begin);
    work.waiting += 1;
    return { landed: work.landed, leave: () => this.#leave(key, work) };
  }

  /** Ends all; resolves when nothing is left. */
  async abort(reason: Error): Promise<void> {
    const works = [...this.#flights.values()];
    works.forEach(({ controller }) => controller.abort(reason));
    await Promise.all(works.map(({ landed }) => landed));
  }

  #launch(key: string, begin: (signal: AbortSignal) => Promise<V>): Work<V> {
    const controller = new AbortController();
    const work: Work<V> = {
      controller,
      startedAt: this.clock.monotonic(),
      waiting: 0,
      landed: this.#limit(() => begin(controller.signal)).finally(() => this.#forget(key, work)),
    };
    this.#flights.set(key, work);
    return work;
  }

  #leave(key: string, work: Work<V>): void {
    work.waiting -= 1;
    if (work.waiting === 0 && this.#flights.get(key) === work) {
      this.#forget(key, work);
      work.controller.abort(new DOMException('Nobody is waiting any more.', 'AbortError'));
    }
  }

  /** Whoever wants it from now on begins anew. */
  #forget(key: string, work: Work<V>): void {
    if (this.#flights.get(key) === work) {
      this.#flights.delete(key);
    }
  }
}
