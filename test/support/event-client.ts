import { type ErrorEvent, EventSource } from 'eventsource';
import { afterThisTest } from './cleanup.js';
import { until } from './until.js';

export interface ReceivedEvent {
  readonly type: string;
  /** What a client would go on after. */
  readonly lastEventId: string;
  readonly data: unknown;
}

const TYPES = ['hello', 'change', 'scan-progress', 'region'];

/** A client as browsers have one; it ends with the current test. */
export class EventClient {
  readonly events: ReceivedEvent[] = [];
  /** Statuses of connections that were refused, and undefined for those that ended. */
  readonly errors: (number | undefined)[] = [];
  readonly #source: EventSource;

  /** @param lastEventId as of a client that comes back */
  constructor(url: string, lastEventId?: string) {
    this.#source = new EventSource(url, {
      fetch: (target, init) => {
        const headers = new Headers(init.headers);
        if (lastEventId !== undefined) {
          headers.set('Last-Event-ID', lastEventId);
        }
        return fetch(target, { ...init, headers });
      },
    });
    for (const type of TYPES) {
      this.#source.addEventListener(type, ({ lastEventId: id, data }: MessageEvent) => {
        this.events.push({ type, lastEventId: id, data: JSON.parse(String(data)) });
      });
    }
    this.#source.addEventListener('error', (event: ErrorEvent) => this.errors.push(event.code));
    afterThisTest(() => this.close());
  }

  of<T>(type: string): T[] {
    return this.events.filter((event) => event.type === type).map(({ data }) => data as T);
  }

  get lastEventId(): string | undefined {
    return this.events.at(-1)?.lastEventId;
  }

  /** Resolves once the server has greeted. */
  async connected(): Promise<this> {
    await until(() => this.events.length > 0);
    return this;
  }

  close(): void {
    this.#source.close();
  }
}
