import { Inject, Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { DiscoveryLogger } from './discovery-logger.js';
import type { Carrier, DiagnosticEvent, PointChannel, TimedChannel, TimedEvent } from './event-channel.js';

/** Injection token of the `name` of this registration, empty if it has none. */
export const REGISTRATION_NAME = Symbol('nestjs-bedrock-discovery.registration-name');

/** What publishers say of an event; what all carry is added. */
type Said<E extends DiagnosticEvent> = Omit<E, keyof DiagnosticEvent>;
/** What is known of an event when it begins. */
type Begun<E extends TimedEvent> = Omit<E, keyof TimedEvent>;
/** What is known besides when it is over. */
type Ended<E extends TimedEvent> = Partial<Omit<E, keyof DiagnosticEvent | 'durationMs'>>;

/** Something that takes time. */
export interface Trace<E extends TimedEvent> {
  /** Begins it, and does the work as a part of it. To be called once. */
  run<T>(work: () => T): T;
  /** It is over. Returns the event, where there is one; the first call counts. */
  end(make: () => Ended<E>): E | undefined;
}

const NO_TRACE: Trace<never> = { run: (work) => work(), end: () => undefined };

let instances = 0;

/**
 * What a registration tells of itself: events on diagnostics channels, and lines of the log. Where nobody subscribes, events are
 * not even made.
 */
@Injectable()
export class Reporter {
  /** Once it is known. */
  accountId: string | undefined;
  readonly instance = (instances += 1);
  readonly #carriers = new Set<Carrier>();
  readonly #endings = new Set<() => void>();
  #isClosed = false;

  constructor(
    @Inject(REGISTRATION_NAME) readonly registration: string,
    @Inject(RESOLVED_OPTIONS) private readonly options: Pick<ResolvedOptions, 'logging'>,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
  ) {}

  /** @param context the service whose name stands before the lines */
  logger(context: string): DiscoveryLogger {
    const isStructured = this.options.logging === 'structured';
    return new DiscoveryLogger(context, { isStructured, registration: this.registration });
  }

  publish<E extends DiagnosticEvent>(to: PointChannel<E>, make: () => Said<NoInfer<E>>): void {
    if (to.hasSubscribers) {
      to.publish({ ...this.#origin(), ...make() } as E);
    }
  }

  /** @param isWanted whether the event is wanted though nobody subscribes */
  begin<E extends TimedEvent>(to: TimedChannel<E>, make: () => Begun<NoInfer<E>>, isWanted = false): Trace<E> {
    if (!isWanted && !to.hasSubscribers) {
      return NO_TRACE;
    }
    const event = { ...this.#origin(), ...make() } as unknown as E;
    const begunAt = this.clock.monotonic();
    let isOver = false;
    return {
      run: (work) => to.start(event, this.#carried(event, work)),
      end: (makeRest) => {
        if (!isOver) {
          isOver = true;
          Object.freeze(
            Object.assign(event, this.#origin(), makeRest(), { durationMs: this.clock.monotonic() - begunAt }),
          );
          to.complete(event);
        }
        return event;
      },
    };
  }

  /** What is traced is done in the surroundings of a carrier, until the returned function is called. */
  carryBy(carrier: Carrier): () => void {
    this.#carriers.add(carrier);
    return () => this.#carriers.delete(carrier);
  }

  /** Events of this registration alone, as they are complete. Ends with {@link close}. */
  observe<E extends DiagnosticEvent>(channel: { subscribe(listener: (event: E) => void): () => void }): Observable<E> {
    return new Observable((subscriber) => {
      if (this.#isClosed) {
        subscriber.complete();
        return undefined;
      }
      const end = (): void => subscriber.complete();
      this.#endings.add(end);
      const unsubscribe = channel.subscribe((event) => {
        if (event.instance === this.instance) {
          subscriber.next(event);
        }
      });
      return () => {
        unsubscribe();
        this.#endings.delete(end);
      };
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#carriers.clear();
    this.#endings.forEach((end) => end());
  }

  #carried<T>(event: TimedEvent, work: () => T): () => T {
    return [...this.#carriers].reduce<() => T>((inner, carrier) => () => carrier(event, inner), work);
  }

  #origin(): DiagnosticEvent {
    const { registration, instance, accountId } = this;
    return { registration, instance, ...(accountId !== undefined && { accountId }) };
  }
}
