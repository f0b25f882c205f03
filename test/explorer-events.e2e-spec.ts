import { describe, expect, it, jest } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import type { BedrockDiscoveryOptions, DiscoveryChange, DiscoveryProgress } from 'nestjs-bedrock-discovery';
import { defer, finalize, Subject } from 'rxjs';
import type { ListAnswer } from 'explorer-web';
import { EventStream } from '../src/events/event-stream.js';
import { OpenStreams } from '../src/events/open-streams.js';
import type { Hello } from '../src/events/event.types.js';
import type { ProblemDocument } from '../src/problems/to-problem.js';
import type { RegionOverview } from '../src/regions/region-overviews.js';
import { afterThisTest } from './support/cleanup.js';
import { EventClient } from './support/event-client.js';
import { type Explorer, startExplorer } from './support/explorer.js';
import { openConnection } from './support/open-connection.js';
import { until } from './support/until.js';

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'];

async function startOver(
  discovery: BedrockDiscoveryOptions = {},
  prepare?: (simulator: BedrockSimulator) => void,
): Promise<Explorer> {
  const explorer = await startExplorer({ regions: REGIONS, ...discovery }, prepare);
  afterThisTest(() => explorer.close());
  return explorer;
}

/** What is known before anybody listens is no change. */
async function startSettled(): Promise<Explorer> {
  const explorer = await startOver();
  await explorer.request('POST', '/refresh?force=false');
  return explorer;
}

/** Makes changes one by one, each noticed by a refresh of its own. */
async function change(explorer: Explorer, ...modelIds: string[]): Promise<void> {
  for (const modelId of modelIds) {
    explorer.simulator.addModel({ modelId, regions: ['eu-west-1'] });
    await explorer.request('POST', '/refresh?regions=eu-west-1');
  }
}

const listen = (explorer: Explorer, query = '', lastEventId?: string): Promise<EventClient> =>
  new EventClient(`${explorer.url}/events${query}`, lastEventId).connected();
const modelsOf = (client: EventClient): (string | undefined)[] =>
  client.of<DiscoveryChange>('change').map(({ modelId }) => modelId);

describe('GET /events', () => {
  it('is a stream that nobody keeps, and that says when to come back', async () => {
    const explorer = await startSettled();
    const leaving = new AbortController();
    const { headers, body } = await fetch(`${explorer.url}/events`, { signal: leaving.signal });
    expect(headers.get('content-type')).toBe('text/event-stream');
    expect(headers.get('cache-control')).toContain('no-store');
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('\n\n')) {
      text += (await reader?.read())?.value ?? '';
    }
    expect(text).toMatch(/^event: hello\nid: \d{13}-\d{5}\nretry: 3000\ndata: \{.*\}$/m);
    leaving.abort();
    await reader?.cancel().catch(() => undefined);
  });

  it('begins with what is known', async () => {
    const client = await listen(await startSettled());
    expect(client.of<Hello>('hello')).toMatchObject([
      { status: 'ok', gap: false, models: { known: 3 }, profiles: { regions: { ok: 3 } } },
    ]);
  });

  it('tells changes as they are noticed, with their ids', async () => {
    const explorer = await startSettled();
    const client = await listen(explorer);
    await change(explorer, 'maker.one');
    await until(() => modelsOf(client).length > 0);
    const { items } = (await explorer.get<ListAnswer<DiscoveryChange>>('/changes')).body;
    expect(client.of('change')).toEqual(items);
    expect(client.events.filter(({ type }) => type === 'change').map(({ lastEventId }) => lastEventId)).toEqual(
      items.map(({ id }) => id),
    );
  });

  it('shows how far a scan is that somebody else has started, and what became of each region', async () => {
    const explorer = await startOver({ scan: { onBootstrap: 'off' } }, (simulator) => {
      simulator.addFault({ kind: 'access-denied', region: 'us-east-1', operation: 'ListInferenceProfiles' });
    });
    const client = await listen(explorer);
    expect(client.of<Hello>('hello')).toMatchObject([{ status: 'degraded', models: { known: 0 } }]);
    await explorer.request('POST', '/refresh');
    const steps = (operation: string): string[] =>
      client
        .of<DiscoveryProgress>('scan-progress')
        .filter((step) => step.operation === operation)
        .map(({ done, total }) => `${done}/${total}`);
    await until(() => steps('models').length === 3 && steps('profiles').length === 3);
    expect([steps('models'), steps('profiles')]).toEqual([
      ['1/3', '2/3', '3/3'],
      ['1/3', '2/3', '3/3'],
    ]);
    const latest = new Map(client.of<RegionOverview>('region').map((overview) => [overview.region, overview]));
    expect([...latest.keys()].sort()).toEqual(REGIONS);
    expect(latest.get('eu-west-1')).toMatchObject({
      models: { status: 'ok' },
      profiles: { status: 'ok' },
      latency: { latencyMs: expect.any(Number) },
    });
    expect(latest.get('us-east-1')).toMatchObject({
      models: { status: 'ok' },
      profiles: { status: 'failed', failure: { kind: 'access-denied' } },
    });
  });

  it('has 400 for what is neither a change nor a time', async () => {
    const explorer = await startOver();
    const refused = await explorer.get<ProblemDocument>('/events?since=yesterday');
    expect(refused).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(refused.headers.get('content-type')).toMatch(/problem\+json/);
    const headers = { 'Last-Event-ID': '17' };
    const { status, body } = await explorer.request<ProblemDocument>('GET', '/events', { headers });
    expect([status, body.detail]).toEqual([400, expect.stringMatching(/^Last-Event-ID must be the id of a change/)]);
  });
});

describe('a client that comes back', () => {
  it('gets each change that it missed, and none twice, wherever it was cut off', async () => {
    const explorer = await startSettled();
    const first = await listen(explorer);
    const cuts = [first.lastEventId];
    for (const modelId of ['maker.one', 'maker.two', 'maker.three']) {
      await change(explorer, modelId);
      await until(() => modelsOf(first).at(-1) === modelId);
      cuts.push(first.lastEventId);
    }
    first.close();
    await change(explorer, 'maker.four');
    const all = ['maker.one', 'maker.two', 'maker.three', 'maker.four'];
    for (const [seen, cut] of cuts.entries()) {
      const again = await listen(explorer, '', cut);
      await until(() => modelsOf(again).length === all.length - seen);
      expect(modelsOf(again)).toEqual(all.slice(seen));
      expect(again.of<Hello>('hello')).toMatchObject([{ gap: false }]);
    }
  });

  it('goes on with what happens next', async () => {
    const explorer = await startSettled();
    await change(explorer, 'maker.one', 'maker.two');
    const { items } = (await explorer.get<ListAnswer<DiscoveryChange>>('/changes')).body;
    const client = await listen(explorer, '', items[0]?.id);
    await change(explorer, 'maker.three');
    await until(() => modelsOf(client).length === 2);
    expect(modelsOf(client)).toEqual(['maker.two', 'maker.three']);
  });

  it('goes on after its last event rather than after what its URL says', async () => {
    const explorer = await startSettled();
    await change(explorer, 'maker.one', 'maker.two');
    const { items } = (await explorer.get<ListAnswer<DiscoveryChange>>('/changes')).body;
    const before = await listen(explorer, '?since=2020-01-01T00:00:00Z');
    await until(() => modelsOf(before).length === 2);
    const client = await listen(explorer, '?since=2020-01-01T00:00:00Z', items[0]?.id);
    await until(() => modelsOf(client).length > 0);
    expect(modelsOf(client)).toEqual(['maker.two']);
  });

  it('is told that it has missed what nobody remembers', async () => {
    const client = await listen(await startSettled(), '', '1700000000000-00000');
    expect(client.of<Hello>('hello')).toMatchObject([{ gap: true }]);
  });
});

describe('the end of a stream of events', () => {
  it('comes for all clients when the application closes, which waits for none', async () => {
    const explorer = await startSettled();
    const clients = [await listen(explorer), await listen(explorer)];
    await explorer.close();
    await until(() => clients.every(({ errors }) => errors.length > 0));
    expect(clients.map(({ errors }) => errors)).toEqual([[undefined], [undefined]]);
    await expect(fetch(`${explorer.url}/events`)).rejects.toThrow('fetch failed');
  });

  it('is clean: a client has read a whole stream', async () => {
    const explorer = await startSettled();
    const { body } = await fetch(`${explorer.url}/events`);
    const reader = body?.getReader();
    await reader?.read();
    const rest = (async () => {
      for (;;) {
        const { done = true } = (await reader?.read()) ?? {};
        if (done) {
          return 'ended';
        }
      }
    })();
    await explorer.close();
    expect(await rest).toBe('ended');
  });

  it('does not wait for a client that has stopped to read', async () => {
    const explorer = await startSettled();
    const events$ = new Subject<{ data: string }>();
    jest.spyOn(explorer.app.get(EventStream), 'after').mockReturnValue(events$);
    const added = jest.spyOn(explorer.app.get(OpenStreams), 'add');
    const socket = await openConnection(explorer.url);
    socket.pause();
    socket.write(`GET /events HTTP/1.1\r\nHost: ${new URL(explorer.url).host}\r\n\r\n`);
    await until(() => events$.observed);
    const response = added.mock.calls[0]?.[0];
    // Until the buffers of the system are full, which a client that reads would soon empty again.
    let turnsFull = 0;
    await until(() => {
      const full = response?.writableNeedDrain === true;
      turnsFull = full ? turnsFull + 1 : 0;
      if (!full) {
        events$.next({ data: 'x'.repeat(50_000) });
      }
      return turnsFull > 100;
    });
    expect(response?.destroyed).toBe(false);
    events$.complete();
    await explorer.close();
    await until(() => response?.destroyed === true);
    expect(response?.writableFinished).toBe(false);
  });

  it('comes for a client that does not read before much waits for it, and for no other', async () => {
    const explorer = await startSettled();
    const events$ = new Subject<{ data: string }>();
    jest.spyOn(explorer.app.get(EventStream), 'after').mockReturnValue(events$);
    const added = jest.spyOn(explorer.app.get(OpenStreams), 'add');
    const socket = await openConnection(explorer.url);
    socket.pause();
    socket.write(`GET /events HTTP/1.1\r\nHost: ${new URL(explorer.url).host}\r\n\r\n`);
    await until(() => events$.observed);
    const reading = await openConnection(explorer.url);
    reading.resume();
    reading.write(`GET /events HTTP/1.1\r\nHost: ${new URL(explorer.url).host}\r\n\r\n`);
    await until(() => added.mock.calls.length === 2);
    const [silent, other] = added.mock.calls.map(([response]) => response);
    const PIECE = 'x'.repeat(50_000);
    let unread = 0;
    // As fast as the other client reads.
    await until(() => {
      if (other?.writableNeedDrain !== true && silent?.destroyed !== true) {
        events$.next({ data: PIECE });
        unread += silent?.writableNeedDrain === true ? PIECE.length : -unread;
      }
      return silent?.destroyed === true;
    });
    expect(unread).toBeLessThan(2 * 1024 * 1024);
    expect(other?.destroyed).toBe(false);
    await until(() => reading.bytesRead > 0);
  });

  it('leaves no listener behind when a client goes away', async () => {
    const explorer = await startSettled();
    const stream = explorer.app.get(EventStream);
    const after = stream.after.bind(stream);
    let open = 0;
    jest.spyOn(stream, 'after').mockImplementation((since) =>
      defer(() => {
        open += 1;
        return after(since).pipe(finalize(() => (open -= 1)));
      }),
    );
    const [staying, leaving] = [await listen(explorer), await listen(explorer)];
    expect(open).toBe(2);
    leaving.close();
    await until(() => open === 1);
    await change(explorer, 'maker.one');
    await until(() => modelsOf(staying).length === 1);
    expect(modelsOf(leaving)).toEqual([]);
  });
});
