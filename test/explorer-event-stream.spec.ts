import { describe, expect, it } from '@jest/globals';
import type { MessageEvent } from '@nestjs/common';
import fc from 'fast-check';
import type {
  DiscoveryChange,
  DiscoveryRefresher,
  ModelDiscoveryService,
  ProfileDiscoveryService,
} from 'nestjs-bedrock-discovery';
import { Subject } from 'rxjs';
import { ManualClock } from './support/clocks.js';
import { turn } from './support/until.js';
import { EventStream } from '../src/events/event-stream.js';
import type { ExplorerEvent } from '../src/events/event.types.js';
import type { ExplorerEvents } from '../src/events/explorer-events.js';

const change = (n: number): DiscoveryChange => ({
  id: `1755864000000-${String(n).padStart(5, '0')}`,
  at: '2025-08-22T12:00:00.000Z',
  type: 'model-appeared',
  modelId: `maker.${n}`,
});

/** A log that is read when the test says so. */
class SlowLog {
  readonly events$ = new Subject<ExplorerEvent>();
  readonly clock = new ManualClock();
  readonly stream: EventStream;
  readonly #changes: DiscoveryChange[] = [];
  readonly #read: (() => void)[] = [];

  constructor() {
    const getChanges = async ({ since = '' } = {}): Promise<readonly DiscoveryChange[]> => {
      await new Promise<void>((resolve) => this.#read.push(resolve));
      return this.#changes.filter(({ id }) => id > since);
    };
    const unknown = { getRegionStatuses: () => [] };
    this.stream = new EventStream(
      { events$: this.events$ } as unknown as ExplorerEvents,
      { getChanges } as unknown as DiscoveryRefresher,
      unknown as unknown as ModelDiscoveryService,
      unknown as unknown as ProfileDiscoveryService,
      this.clock,
    );
  }

  add(data: DiscoveryChange): void {
    this.#changes.push(data);
    this.events$.next({ type: 'change', data });
  }

  async read(): Promise<void> {
    this.#read.splice(0).forEach((resolve) => resolve());
    await turn();
  }
}

describe('the events of a client', () => {
  it('hold each change after its last once and in order, whenever the log is read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(5), fc.nat(5), fc.nat(5), fc.nat(5), async (seen, missed, meanwhile, later) => {
        const log = new SlowLog();
        let n = 0;
        const add = (count: number): void => {
          for (let i = 0; i < count; i += 1) {
            n += 1;
            log.add(change(n));
          }
        };
        add(seen + missed);
        const events: MessageEvent[] = [];
        const open = log.stream.after(change(seen).id).subscribe((event) => events.push(event));
        add(meanwhile);
        await log.read();
        add(later);
        open.unsubscribe();
        expect(events.map(({ type }) => type)).toEqual(['hello', ...Array<string>(n - seen).fill('change')]);
        const ids = events.slice(1).map(({ id }) => id);
        expect(ids).toEqual(Array.from({ length: n - seen }, (_, i) => change(seen + i + 1).id));
      }),
      { numRuns: 50 },
    );
  });

  it('have the id of the last change before them, so that a client that comes back goes on there', async () => {
    const log = new SlowLog();
    log.add(change(1));
    const ids: (string | undefined)[] = [];
    const open = log.stream.after().subscribe(({ id }) => ids.push(id));
    await log.read();
    const progress = { operation: 'models', done: 1, total: 1, region: 'eu-west-1', status: 'ok' } as const;
    log.events$.next({ type: 'scan-progress', data: progress });
    log.add(change(2));
    log.events$.next({ type: 'scan-progress', data: progress });
    open.unsubscribe();
    expect(ids).toEqual([change(1).id, change(1).id, change(2).id, change(2).id]);
  });

  it('are kept alive by comments, until the client goes away', async () => {
    const log = new SlowLog();
    const events: MessageEvent[] = [];
    const open = log.stream.after().subscribe((event) => events.push(event));
    await log.read();
    log.clock.advance(60_000);
    expect(events.filter(({ comment }) => comment !== undefined)).toHaveLength(3);
    open.unsubscribe();
    expect([log.clock.pending, log.events$.observed]).toEqual([0, false]);
  });

  it('leave nothing behind where the client goes away before the log was read', async () => {
    const log = new SlowLog();
    const events: MessageEvent[] = [];
    log.stream
      .after()
      .subscribe((event) => events.push(event))
      .unsubscribe();
    await log.read();
    expect([events.length, log.clock.pending, log.events$.observed]).toEqual([0, 0, false]);
  });

  it('end with the application, also where it ends before the log was read', async () => {
    const log = new SlowLog();
    const ended: string[] = [];
    log.stream.after().subscribe({ complete: () => ended.push('early') });
    log.events$.complete();
    await log.read();
    expect(ended).toEqual(['early']);
    expect(log.clock.pending).toBe(0);
  });
});
