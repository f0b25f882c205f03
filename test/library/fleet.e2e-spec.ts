import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { BedrockSimulator, FaultOptions } from 'bedrock-simulator';
import type { BedrockDiscoveryOptions } from 'nestjs-bedrock-discovery';
import { afterThisTest } from '../support/cleanup.js';
import { FleetInstance } from '../support/fleet.js';
import { askEveryRegion } from '../support/listed.js';
import { askRedis, Cable, describeWithRedis, RedisServer } from '../support/redis-server.js';
import { startSimulator } from '../support/simulated-discovery.js';
import { until } from '../support/until.js';

/** Both for a longer run: as many processes, and as often each of what goes wrong. */
const INSTANCES = Number(process.env['FLEET_INSTANCES'] ?? 12);
const ROUNDS = Number(process.env['FLEET_ROUNDS'] ?? 1);

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'];
/** One ListFoundationModels and the pages of both profile types. */
const ONE_SCAN = 3 * REGIONS.length;
const CHANGING = 'us-east-1';
/** A scan takes long enough for something to happen meanwhile. */
const SLOW = { operation: 'ListFoundationModels', region: CHANGING, kind: 'slow-body', delayMs: 1_500 } as const;
/** No machine is too busy for it. */
const REGION_TIMEOUT_MS = 15_000;
/** What the library adds to it for the lease. */
const LEASE_RESERVE_MS = 2_000;

/** For machines that are busy with other things. */
const PATIENCE_MS = 240_000;
/** Until one costs a scan again, with pauses that come to the five seconds in which Redis is believed again. */
const TOO_MANY_ROUNDS = 10;
const PAUSE_MS = 500;

const SETTINGS: BedrockDiscoveryOptions = {
  regions: REGIONS,
  scan: { onBootstrap: 'off', regionTimeoutMs: REGION_TIMEOUT_MS, deadlineMs: 60_000 },
  access: { mode: 'off' },
  retention: { mode: 'off' },
};

/** Instances on the same Redis, and what there is to know, which is another thing from time to time. */
class Fleet {
  #instances: FleetInstance[] = [];
  readonly #gone: FleetInstance[] = [];
  readonly #known = new Map<string, readonly string[]>();
  #options = SETTINGS;
  #started = 0;
  #version = 0;
  #tickedAt = 0;

  private constructor(
    readonly simulator: BedrockSimulator,
    readonly server: RedisServer,
    /** Half of the instances are on the one, half on the other. */
    readonly wires: readonly Cable[],
  ) {}

  static async start(): Promise<Fleet> {
    const server = await RedisServer.start();
    const wires = [await Cable.to(server.port), await Cable.to(server.port)];
    const fleet = new Fleet(await startSimulator(), server, wires);
    afterThisTest(() => Promise.all([...fleet.#instances, ...fleet.#gone].map((instance) => instance.end('SIGKILL'))));
    await fleet.#learn();
    fleet.#instances = await Promise.all(Array.from({ length: INSTANCES }, () => fleet.#startOne()));
    return fleet;
  }

  get instances(): readonly FleetInstance[] {
    return this.#instances;
  }

  /** All at the same moment: one asks AWS, and all others nobody. */
  async open(options: BedrockDiscoveryOptions): Promise<void> {
    this.#options = { ...SETTINGS, ...options };
    await Promise.all(this.#instances.map((instance) => this.#open(instance)));
  }

  /** What a round of ticks costs, by the end of which everybody has to know what is listed now. */
  async round(meanwhile: () => Promise<unknown> = () => Promise.resolve()): Promise<number> {
    this.change();
    this.simulator.requests.reset();
    const time = (this.#tickedAt = await later());
    const known = this.#instances.map((instance) => instance.tick(time));
    await meanwhile();
    await Promise.all(known);
    // What has landed is answered with once the scan is over.
    await until(() => this.#instances.every(({ sightings }) => versionsIn(sightings).at(-1) === this.#version));
    return this.simulator.requests.count();
  }

  /** Whose requests have come since the round began. */
  async scanning(): Promise<FleetInstance> {
    const asked = () => this.simulator.requests.list().at(-1)?.accessKeyId;
    await until(() => asked() !== undefined);
    return this.#instances.find(({ accessKeyId }) => accessKeyId === asked()) as FleetInstance;
  }

  async close(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.close()));
  }

  /** Resolves once all others know nothing that is older: than the last tick, unless it is said. */
  async allBut(absent: FleetInstance | undefined, time = this.#tickedAt): Promise<void> {
    const others = this.#instances.filter((instance) => instance !== absent);
    await Promise.all(others.map((instance) => instance.knownSince(time)));
  }

  /** One is gone. */
  lose(instance: FleetInstance): void {
    this.#gone.push(instance);
    this.#instances = this.#instances.filter((each) => each !== instance);
  }

  /** Others take the place of those that are gone, and have to ask nobody. */
  async replaceLost(): Promise<void> {
    while (this.#instances.length < INSTANCES) {
      const instance = await this.#startOne();
      this.simulator.requests.reset();
      await this.#open(instance);
      expect(this.simulator.requests.count()).toBe(0);
      this.#instances = [...this.#instances, instance];
    }
  }

  /** The time of the lease that somebody has is over, who does not give it back; nobody waits for it to pass. */
  async outlast(): Promise<void> {
    const [lease] = await leasesOf(this.server.url);
    const leftMs = Number(await askRedis(this.server.url, 'PTTL', lease ?? ''));
    expect([leftMs > 0, leftMs <= REGION_TIMEOUT_MS + LEASE_RESERVE_MS]).toEqual([true, true]);
    await askRedis(this.server.url, 'PEXPIRE', lease ?? '', '1');
  }

  /** One that is to do something else, while no other does anything. */
  async take(): Promise<FleetInstance> {
    await this.close();
    const [instance = await this.#startOne()] = this.#instances;
    this.lose(instance);
    this.simulator.requests.reset();
    return instance;
  }

  /** Redis is as it was. */
  async mend(): Promise<void> {
    this.simulator.clearFaults();
    this.server.resume();
    this.wires.forEach((cable) => {
      cable.slow(0);
      cable.mend();
    });
    await askRedis(this.server.url, 'CONFIG', 'SET', 'maxmemory', '0');
    await Promise.all(
      (await leasesOf(this.server.url)).map((lease) => askRedis(this.server.url, 'PEXPIRE', lease, '1')),
    );
  }

  /** A region lists another model in the place of one that it listed. */
  change(): void {
    this.simulator.addModel({ modelId: modelOf(this.#version + 1), regions: [CHANGING] });
    if (this.#version > 0) {
      this.simulator.removeModel(modelOf(this.#version), CHANGING);
    }
    this.#version += 1;
  }

  /** Whatever anybody has answered was what is listed, or was before, and nobody went back to what was before. */
  assertNobodyWasWrong(): void {
    for (const { sightings, errors } of [...this.#instances, ...this.#gone]) {
      expect(errors).toEqual([]);
      for (const { region, ids } of sightings.filter((sighting) => sighting.ids.length > 0)) {
        expect(ids.filter((id) => !isChanging(id))).toEqual(this.#known.get(region));
        expect(ids.filter(isChanging).length).toBe(region === CHANGING ? 1 : 0);
      }
      const versions = versionsIn(sightings);
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
    }
  }

  async assertNobodyWaited(): Promise<void> {
    const states = await Promise.all(this.#instances.map((instance) => instance.state()));
    expect(states.map(({ waited }) => waited)).toEqual(states.map(() => 0));
  }

  #open(instance: FleetInstance): Promise<unknown> {
    const cable = this.wires[Number(instance.accessKeyId.slice(-3)) % this.wires.length];
    return instance.open(this.#options, cable?.url ?? '');
  }

  #startOne(): Promise<FleetInstance> {
    return FleetInstance.start(this.simulator, (this.#started += 1));
  }

  async #learn(): Promise<void> {
    const { models, profiles } = await askEveryRegion(this.simulator);
    for (const region of REGIONS) {
      const ids = [
        ...(models.get(region) ?? []).map(({ modelId }) => modelId ?? ''),
        ...(profiles.get(region) ?? []).map(({ inferenceProfileId }) => inferenceProfileId ?? ''),
      ];
      this.#known.set(region, ids.sort());
    }
    this.change();
    this.simulator.requests.reset();
  }
}

const leasesOf = async (url: string) => (await askRedis(url, 'KEYS', '*/lease')) as readonly string[];
const modelOf = (version: number): string => `maker.change-${version}-v1:0`;
const isChanging = (id: string): boolean => id.startsWith('maker.change-');

/** What was seen of the region that changes, in its order. */
function versionsIn(sightings: FleetInstance['sightings']): number[] {
  const changing = sightings.filter(({ region }) => region === CHANGING).flatMap(({ ids }) => ids.filter(isChanging));
  return changing.map((id) => Number(/\d+/.exec(id)?.[0]));
}

/** Any answer that comes from now on is later. */
async function later(): Promise<number> {
  const time = Date.now();
  await until(() => Date.now() > time);
  return time;
}

const CRON = { mode: 'cron', cron: '0 0 1 1 *', jitter: 0 } as const;

/** What may befall a fleet in the middle of a round, and how many scans that explains. */
const MISFORTUNES: Readonly<Record<string, { scans: number; befall: (fleet: Fleet) => Promise<unknown> }>> = {
  'nothing at all': { scans: 1, befall: () => Promise.resolve() },
  // What it had asked, and the scan of whoever comes after it.
  'whoever has the lease is killed': {
    scans: 2,
    befall: async (fleet) => {
      const holder = await fleet.scanning();
      fleet.lose(holder);
      await holder.end('SIGKILL');
      await fleet.outlast();
    },
  },
  // As before; and whoever goes on notices that it was stopped, and asks anew.
  'whoever has the lease is stopped, and goes on later': {
    scans: 3,
    befall: async (fleet) => {
      const holder = await fleet.scanning();
      holder.signal('SIGSTOP');
      await fleet.outlast();
      await fleet.allBut(holder);
      holder.signal('SIGCONT');
    },
  },
  'Redis is started anew in the middle of a scan': {
    scans: INSTANCES,
    befall: async (fleet) => {
      await fleet.scanning();
      await fleet.server.end();
      await fleet.server.begin();
    },
  },
  'Redis stops answering': {
    scans: INSTANCES,
    befall: async (fleet) => {
      await fleet.scanning();
      fleet.server.pause();
    },
  },
  'Redis takes two seconds for everything': {
    scans: INSTANCES,
    befall: async ({ wires }) => wires.forEach((wire) => wire.slow(2_000)),
  },
  'Redis is full': {
    scans: INSTANCES,
    befall: ({ server }) => askRedis(server.url, 'CONFIG', 'SET', 'maxmemory', '1'),
  },
  'Redis is flushed': {
    scans: 2,
    befall: async (fleet) => {
      await fleet.scanning();
      await askRedis(fleet.server.url, 'FLUSHALL');
    },
  },
  'half of them are cut off from Redis': {
    // Those that took the place of others may be on the same wire.
    scans: 2 + Math.ceil(INSTANCES / 2),
    befall: async ({ wires }) => wires[0]?.cut(),
  },
};

describeWithRedis.ofOurOwn(`${INSTANCES} instances in processes of their own`, () => {
  let fleet: Fleet;
  beforeAll(async () => (fleet = await Fleet.start()), PATIENCE_MS);

  const cost = (scans: number): number => scans * ONE_SCAN;

  it(
    'scan once for each tick whatever happens, are never wrong, and answer at once',
    async () => {
      await fleet.open({ refresh: CRON });
      expect(fleet.simulator.requests.count()).toBe(cost(1));
      const misfortunes = Array.from({ length: ROUNDS }, () => Object.entries(MISFORTUNES)).flat();
      for (const [name, { scans, befall }] of misfortunes) {
        const mend = scans > 1 ? fleet.simulator.addFault(SLOW) : () => undefined;
        const spent = await fleet.round(async () => {
          await befall(fleet);
          mend();
        });
        expect({ name, spent: Math.max(spent, cost(scans)) }).toEqual({ name, spent: cost(scans) });
        await fleet.mend();
        await fleet.replaceLost();
        let rounds = 1;
        while ((await fleet.round()) > cost(1)) {
          expect({ name, rounds: (rounds += 1) }).not.toEqual({ name, rounds: TOO_MANY_ROUNDS });
          await setTimeout(PAUSE_MS);
        }
      }
      fleet.assertNobodyWasWrong();
      await fleet.assertNobodyWaited();
      await fleet.close();
    },
    ROUNDS * PATIENCE_MS,
  );

  it(
    'scan no more often than what is known grows old where queries have it refreshed',
    async () => {
      const memoryTtlMs = 2_000;
      await askRedis(fleet.server.url, 'FLUSHALL');
      fleet.simulator.requests.reset();
      const startedAt = Date.now();
      await fleet.open({ refresh: { mode: 'on-read' }, cache: { memoryTtlMs } });
      for (let n = 1; n <= 2 + ROUNDS; n += 1) {
        fleet.change();
        await fleet.allBut(undefined, Date.now());
        if (n === 2) {
          const killed = fleet.instances[0] as FleetInstance;
          fleet.lose(killed);
          await killed.end('SIGKILL');
        }
      }
      const intervals = Math.floor((Date.now() - startedAt) / memoryTtlMs) + 1;
      // Whoever was killed may have had the lease.
      expect(fleet.simulator.requests.count()).toBeLessThanOrEqual(cost(intervals + 1));
      fleet.assertNobodyWasWrong();
      await fleet.assertNobodyWaited();
    },
    ROUNDS * PATIENCE_MS,
  );

  describe('of which one is told to end', () => {
    // Whoever waited for what hangs would wait beyond the time that a test has.
    const patient = { ...SETTINGS, scan: { ...SETTINGS.scan, regionTimeoutMs: 3_600_000, deadlineMs: 3_600_000 } };
    const hanging = { operation: 'ListFoundationModels', region: CHANGING, kind: 'hang' } as const;
    /** Whoever is told to end before it knows anything may still tell that it knows nothing. */
    const begin = (instance: FleetInstance, url: string) =>
      instance.open({ ...patient, refresh: CRON }, url).catch(() => undefined);
    const have = (fault: FaultOptions) => {
      const mend = fleet.simulator.addFault(fault);
      afterThisTest(mend);
      return mend;
    };
    /** With a Redis that the others do not use. */
    const takeTwo = async () =>
      [fleet.simulator, await RedisServer.start(), await fleet.take(), await fleet.take()] as const;

    it('in the middle of a scan does so at once, gives the lease back, and leaves what it has learnt, whole', async () => {
      const [simulator, { url }, one, other] = await takeTwo();
      const mend = have(hanging);
      const opening = begin(one, url);
      await until(() => simulator.requests.count() === ONE_SCAN);
      expect(await leasesOf(url)).toHaveLength(1);
      expect(await one.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
      await opening;
      expect(await leasesOf(url)).toEqual([]);
      mend();
      simulator.requests.reset();
      await other.open({ ...patient, refresh: CRON }, url);
      await other.knownSince(0);
      expect(simulator.requests.list().map(({ region, operation }) => [region, operation])).toEqual([
        [CHANGING, 'ListFoundationModels'],
      ]);
      const { statuses } = await other.state();
      expect(statuses.map(({ status }) => status)).toEqual(statuses.map(() => 'ok'));
    });

    it('while it waits for the scan of another does so at once, and leaves the lease to whom it belongs', async () => {
      const [simulator, { url }, one, other] = await takeTwo();
      have(hanging);
      const opening = [begin(one, url)];
      await until(() => simulator.requests.count() === ONE_SCAN);
      opening.push(begin(other, url));
      const attempts = async () =>
        Number(/cmdstat_set:calls=(\d+)/.exec(String(await askRedis(url, 'INFO', 'commandstats')))?.[1]);
      await until(async () => (await attempts()) > 1);
      expect(await other.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
      expect(await leasesOf(url)).toHaveLength(1);
      expect(simulator.requests.count()).toBe(ONE_SCAN);
      await one.end('SIGTERM');
      await Promise.all(opening);
      expect(await leasesOf(url)).toEqual([]);
    });

    it('in the middle of a stream that would go on does so at once', async () => {
      const [, { url }, one] = await takeTwo();
      await one.open({ ...patient, refresh: CRON }, url);
      have({ operation: 'ConverseStream', kind: 'stream-hang', afterEvents: 1 });
      expect(await one.stream('amazon.nova-lite-v1:0')).toEqual(['messageStart']);
      expect(await one.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
      expect(await leasesOf(url)).toEqual([]);
    });
  });
});
