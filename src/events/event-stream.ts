import { Inject, Injectable, type MessageEvent } from '@nestjs/common';
import {
  BEDROCK_DISCOVERY_CLOCK,
  type Clock,
  type DiscoveryChange,
  DiscoveryRefresher,
  ModelDiscoveryService,
  ProfileDiscoveryService,
} from 'nestjs-bedrock-discovery';
import { Observable, type Subscriber } from 'rxjs';
import { healthReport } from '../health/health-report.js';
import { ExplorerEvents } from './explorer-events.js';
import type { ExplorerEvent, Hello } from './event.types.js';

/** When a client that was cut off should come back. */
const RETRY_MS = 3_000;
/** Proxies end connections on which nothing is sent, mostly after 30 or 60 seconds. */
const HEARTBEAT_MS = 20_000;
/** Before every change. */
const BEGINNING = '0000000000000-00000';

/**
 * The events of one client. Every event has the id of the last change before it, or its own where it is one, so that a
 * client that comes back with the last id it has seen gets each change that it has missed, and none twice.
 */
@Injectable()
export class EventStream {
  constructor(
    private readonly source: ExplorerEvents,
    private readonly refresher: DiscoveryRefresher,
    private readonly models: ModelDiscoveryService,
    private readonly profiles: ProfileDiscoveryService,
    @Inject(BEDROCK_DISCOVERY_CLOCK) private readonly clock: Clock,
  ) {}

  /** @param since id of the last change that the client knows, or a time; without it, changes from now on */
  after(since?: string): Observable<MessageEvent> {
    return new Observable((subscriber) => {
      this.#beat(subscriber);
      this.#send(subscriber, since).catch((error: unknown) => subscriber.error(error));
    });
  }

  async #send(subscriber: Subscriber<MessageEvent>, since: string | undefined): Promise<void> {
    let position = BEGINNING;
    const send = (event: ExplorerEvent | { type: 'hello'; data: Hello }): void => {
      if (event.type === 'change') {
        position = event.data.id;
      }
      subscriber.next({ type: event.type, id: position, data: event.data, ...(event.type === 'hello' && RETRY) });
    };
    // Listening begins before the past is read: what happens meanwhile waits.
    let waiting: ExplorerEvent[] | undefined = [];
    let ended = false;
    const listening = this.source.events$.subscribe({
      next: (event) => (waiting === undefined ? send(event) : waiting.push(event)),
      complete: () => {
        ended = true;
        if (waiting === undefined) {
          subscriber.complete();
        }
      },
    });
    subscriber.add(listening);

    const { missed, before, gap } = await this.#past(since, () => waiting ?? []);
    position = before?.id ?? BEGINNING;
    send({
      type: 'hello',
      data: { ...healthReport(this.models.getRegionStatuses(), this.profiles.getRegionStatuses()), gap },
    });
    missed.forEach((data) => send({ type: 'change', data }));
    waiting.forEach(send);
    waiting = undefined;
    if (ended) {
      subscriber.complete();
    }
  }

  /** What the client has missed, and the last change before that. */
  async #past(
    since: string | undefined,
    waiting: () => readonly ExplorerEvent[],
  ): Promise<{ missed: readonly DiscoveryChange[]; before?: DiscoveryChange; gap: boolean }> {
    const [all, later] = await Promise.all([
      this.refresher.getChanges(),
      since === undefined ? [] : this.refresher.getChanges({ since }),
    ]);
    const toCome = new Set(waiting().flatMap(({ type, data }) => (type === 'change' ? [data.id] : [])));
    const missed = later.filter(({ id }) => !toCome.has(id));
    const others = new Set([...toCome, ...missed.map(({ id }) => id)]);
    const isChange = since !== undefined && /^\d{13}-\d{5}$/.test(since) && since !== BEGINNING;
    return {
      missed,
      before: all.findLast(({ id }) => !others.has(id)),
      gap: isChange && !all.some(({ id }) => id === since),
    };
  }

  /** Comments, which clients pass over. */
  #beat(subscriber: Subscriber<MessageEvent>): void {
    let cancel: () => void = () => undefined;
    const schedule = (): void => {
      cancel = this.clock.schedule(() => {
        subscriber.next({ comment: 'still here' });
        schedule();
      }, HEARTBEAT_MS);
    };
    schedule();
    subscriber.add(() => cancel());
  }
}

const RETRY = { retry: RETRY_MS };
