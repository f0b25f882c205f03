import { type Channel, channel, type TracingChannel, tracingChannel } from 'node:diagnostics_channel';

const PREFIX = 'nestjs-bedrock-discovery:';

/**
 * What every event carries. Events are plain data without anything secret, frozen once they are complete.
 *
 * @publicApi
 */
export interface DiagnosticEvent {
  /** `name` of the registration that it is of; empty for the one without. */
  readonly registration: string;
  /** Tells all registrations of a process apart, also those of several applications. Counted from 1. */
  readonly instance: number;
  /** Account of the registration, twelve digits. Absent until it is known. */
  readonly accountId?: string;
}

/**
 * An event that takes time. It is published as it begins, and again once it is over: the same object, with more in it.
 *
 * @publicApi
 */
export interface TimedEvent extends DiagnosticEvent {
  /** In milliseconds. Absent until it is over. */
  readonly durationMs?: number;
  /**
   * What it failed with: a `FailureKind`, the `code` of an error of this library, or `_OTHER` for an error of somebody else.
   * Absent until it is over, and where it went well.
   */
  readonly errorType?: string;
}

/** Events of a point in time, on `node:diagnostics_channel`. */
export class PointChannel<E extends DiagnosticEvent> {
  /** Held, since Node forgets channels that nobody holds. */
  readonly #channel: Channel;

  constructor(name: string) {
    this.#channel = channel(PREFIX + name);
  }

  get hasSubscribers(): boolean {
    return this.#channel.hasSubscribers;
  }

  publish(event: E): void {
    this.#channel.publish(Object.freeze(event));
  }

  /** Calls with each event, until the returned function is called. */
  subscribe(listener: (event: E) => void): () => void {
    return subscribe(this.#channel, listener);
  }
}

/** Runs work in the surroundings that an event asks for, such as those of a span. */
export type Carrier = <T>(event: TimedEvent, work: () => T) => T;

/** Events that take time, on a `TracingChannel`: `start` and `end` of what is done at once, `asyncEnd` when all is over. */
export class TimedChannel<E extends TimedEvent> {
  readonly #channel: TracingChannel<unknown, object>;

  constructor(name: string) {
    this.#channel = tracingChannel(PREFIX + name);
  }

  get hasSubscribers(): boolean {
    const { start, end, asyncStart, asyncEnd, error } = this.#channel;
    return [start, end, asyncStart, asyncEnd, error].some(({ hasSubscribers }) => hasSubscribers);
  }

  /** Publishes the start, in the stores that are bound to it, and does the work in them. */
  start<T>(event: E, work: () => T): T {
    const { start, end } = this.#channel;
    return start.runStores(event, () => {
      try {
        return work();
      } finally {
        end.publish(event);
      }
    });
  }

  complete(event: E): void {
    const { error, asyncStart, asyncEnd } = this.#channel;
    if (event.errorType !== undefined) {
      error.publish(event);
    }
    asyncStart.publish(event);
    asyncEnd.publish(event);
  }

  /** Calls with each event as it begins, until the returned function is called. */
  subscribeStart(listener: (event: E) => void): () => void {
    return subscribe(this.#channel.start, listener);
  }

  /** Calls with each event once it is over, until the returned function is called. */
  subscribe(listener: (event: E) => void): () => void {
    return subscribe(this.#channel.asyncEnd, listener);
  }
}

function subscribe<E>(to: Channel, listener: (event: E) => void): () => void {
  const subscription = (message: unknown): void => listener(message as E);
  to.subscribe(subscription);
  return () => {
    to.unsubscribe(subscription);
  };
}
