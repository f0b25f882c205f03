import { BedrockClient } from '@aws-sdk/client-bedrock';
import { describe, expect, it, jest } from '@jest/globals';
import type { BedrockSimulator, FaultKind } from 'bedrock-simulator';
import { ImpatientClock } from '../support/clocks.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';

const REGIONS = ['eu-west-1', 'eu-west-3', 'us-east-1'];
const REQUESTS = 3 * REGIONS.length;

type Send = (command: { middlewareStack: { identify(): string[] } }, ...rest: unknown[]) => Promise<unknown>;

/** A process that has not asked anything yet. */
async function fresh(): Promise<Discovery & { simulator: BedrockSimulator }> {
  const simulator = await startSimulator();
  const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS, access: { mode: 'off' } }), {
    clock: new ImpatientClock(),
  });
  return Object.assign(discovery, { simulator });
}

/** A process that has scanned once, so that it knows how to ask. */
async function started(): ReturnType<typeof fresh> {
  const discovery = await fresh();
  await discovery.refresher.refresh();
  discovery.simulator.requests.reset();
  return discovery;
}

/** Those that the scans ask with. */
const clientsOf = ({ clients }: Discovery): BedrockClient[] =>
  REGIONS.map((region) => clients.getClient(BedrockClient, { region, config: { maxAttempts: 1 } }));

/** How many commands each of the clients sends from now on, and how many of them the SDK makes requests of. */
function watchSending(discovery: Discovery): { sent: number; made: number } {
  const seen = { sent: 0, made: 0 };
  for (const client of clientsOf(discovery)) {
    const send = client.send.bind(client) as Send;
    const watched: Send = async (command, ...rest) => {
      seen.sent += 1;
      const output = await send(command, ...rest);
      seen.made += command.middlewareStack.identify().length > 0 ? 1 : 0;
      return output;
    };
    jest.spyOn(client, 'send').mockImplementation(watched as never);
  }
  return seen;
}

describe('requests that were answered before', () => {
  it('are sent again without the SDK making them anew, and by the send of its clients', async () => {
    const discovery = await started();
    const seen = watchSending(discovery);
    const { models, profiles } = await discovery.refresher.refresh({ force: true });
    expect(seen).toEqual({ sent: REQUESTS, made: 0 });
    expect([models.requests + profiles.requests, discovery.simulator.requests.count()]).toEqual([REQUESTS, REQUESTS]);
  });

  it('come to what a region lists by now', async () => {
    const discovery = await started();
    discovery.simulator.addModel({ modelId: 'maker.brand-new-v1:0', regions: ['eu-west-3'] });
    const seen = watchSending(discovery);
    await discovery.refresher.refresh({ force: true });
    expect(seen.made).toBe(0);
    expect(await discovery.models.getModelRegions('maker.brand-new-v1:0')).toEqual(['eu-west-3']);
  });

  it('are made by the SDK again once clients were cleared', async () => {
    const discovery = await started();
    discovery.clients.clear();
    const seen = watchSending(discovery);
    await discovery.refresher.refresh({ force: true });
    expect(seen.made).toBe(REGIONS.length);
  });
});

describe('requests of a first scan', () => {
  const sentIn = ({ simulator }: { simulator: BedrockSimulator }): string[] =>
    simulator.requests
      .list()
      .map(({ method, path, region, accessKeyId }) => [method, path, region, accessKeyId].join(' '))
      .sort();

  it('are made by the SDK once for each region and once for each list, and are those that it makes', async () => {
    const [discovery, other] = [await fresh(), await fresh()];
    const seen = watchSending(discovery);
    await discovery.refresher.refresh();
    expect(seen).toEqual({ sent: REQUESTS, made: REGIONS.length + 2 });
    for (const { middlewareStack } of clientsOf(other)) {
      middlewareStack.add((next) => next, { step: 'build' });
    }
    await other.refresher.refresh();
    expect(sentIn(discovery)).toEqual(sentIn(other));
  });

  it('are made by the SDK where the client of a region does not ask as others do', async () => {
    const discovery = await fresh();
    const seen = watchSending(discovery);
    clientsOf(discovery)[1]?.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['x-ours'] = 'yes';
        return next(args);
      },
      { step: 'build' },
    );
    await discovery.refresher.refresh();
    expect(seen.made).toBe(REGIONS.length + 4);
  });

  it('are sent once where they are refused, and made by the SDK from then on', async () => {
    const discovery = await fresh();
    discovery.simulator.addFault({ kind: 'unrecognized-client', region: 'eu-west-3' });
    const first = await discovery.refresher.refresh();
    expect(first.models.requests + first.profiles.requests).toBe(REQUESTS);
    expect(discovery.simulator.requests.count()).toBe(REQUESTS);
    expect([first.models.regions[1]?.failure?.kind, first.profiles.regions[1]?.failure?.kind]).toEqual([
      'region-not-enabled',
      'region-not-enabled',
    ]);
    discovery.simulator.clearFaults();
    const seen = watchSending(discovery);
    await discovery.refresher.refresh({ force: true });
    expect(seen.made).toBe(3);
  });
});

describe('a tool that hooks into the clients that scans use', () => {
  it('sees every request by the middleware that it adds', async () => {
    const discovery = await started();
    let seen = 0;
    for (const { middlewareStack } of clientsOf(discovery)) {
      middlewareStack.add((next) => (args) => ((seen += 1), next(args)), { step: 'build' });
    }
    await discovery.refresher.refresh({ force: true });
    await discovery.refresher.refresh({ force: true });
    expect(seen).toBe(2 * REQUESTS);
  });

  it('sees every request where it replaces a method of the stack', async () => {
    const discovery = await started();
    const spies = clientsOf(discovery).map(({ middlewareStack }) => jest.spyOn(middlewareStack, 'concat'));
    await discovery.refresher.refresh({ force: true });
    expect(spies.map((spy) => spy.mock.calls.length)).toEqual(REGIONS.map(() => 3));
  });
});

describe('a request that is sent again and fails', () => {
  it.each<FaultKind>([
    'throttled',
    'service-unavailable',
    'reset',
    'truncated',
    // The SDK alone knows what to do about them, and asks at once.
    'unrecognized-client',
    'expired-token',
  ])('is sent once more after %s', async (kind) => {
    const { simulator, refresher } = await started();
    simulator.addFault({ kind, region: 'eu-west-1', operation: 'ListFoundationModels', times: 1 });
    const { models } = await refresher.refresh({ force: true });
    expect(models.regions.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
    const sent = simulator.requests.count({ operation: 'ListFoundationModels' });
    expect([models.requests, sent]).toEqual([REGIONS.length + 1, REGIONS.length + 1]);
  });

  it('is told of as the SDK tells of it', async () => {
    const { simulator, refresher } = await started();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-1' });
    const { models } = await refresher.refresh({ force: true });
    expect(models.regions[0]?.failure).toMatchObject({
      kind: 'access-denied',
      message: expect.stringContaining('not authorized'),
    });
  });
});

describe('a clock that differs in one region alone', () => {
  it('keeps no other from answering, from one scan to the next', async () => {
    const { simulator, models } = await started();
    simulator.addFault({ kind: 'clock-skew', region: 'eu-west-1', skewMs: 3_600_000 });
    for (let scan = 0; scan < 10; scan += 1) {
      const { regions } = await models.scanAllRegions({ force: true });
      expect(regions.slice(1).map(({ status }) => status)).toEqual(['ok', 'ok']);
    }
  });

  it('is learnt where all are off, though nothing is refused', async () => {
    const { simulator, models, clients } = await started();
    simulator.addFault({ kind: 'clock-skew', skewMs: 120_000 });
    await models.scanAllRegions({ force: true });
    expect(Math.round(clients.clockOffsetMs / 60_000)).toBe(2);
  });
});
