import { tracingChannel } from 'node:diagnostics_channel';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ACCOUNT_MODEL_KINDS, type BedrockSimulator, type FaultOptions } from 'bedrock-simulator';
import {
  type BedrockDiscoveryOptions,
  InvocationRouter,
  OPTIONAL_LISTINGS,
  type Route,
  type SharedStore,
} from 'nestjs-bedrock-discovery';
import { LISTINGS } from '../../libs/bedrock-discovery/src/inventory/listing.js';
import type { RegionalInventory } from '../../libs/bedrock-discovery/src/inventory/regional-inventory.js';
import { temporaryFolder } from './cleanup.js';
import { ImpatientClock } from './clocks.js';
import type { Failure, Place, Target } from './matrix-failures.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from './simulated-discovery.js';
import { until } from './until.js';

export const HOUR_MS = 3_600_000;
/** Where things fail. The first is one that has to be opted in to; the others are made up, and list little. */
export const FAILING_REGIONS: readonly string[] = [
  'af-south-1',
  ...Array.from({ length: 17 }, (_, index) => `us-east-${index + 11}`),
];
/** Where nothing does, but for what fails everywhere. */
export const SOUND_REGION = 'us-west-11';
const REGIONS = [...FAILING_REGIONS, SOUND_REGION];
/** Listed in all of them. */
export const MODEL = 'maker.matrix-v1:0';
/** Pages are as long only where they are to be cut. */
export const SHORT_PAGE = 1;

/** Listed there alone. */
export function modelOf(region: string): string {
  return `maker.only-in-${region}-v1:0`;
}

const NOW = Date.parse('2026-11-22T12:00:00Z');

/** What an application finds in its tiers when it starts. */
export const TIERS = ['cold', 'warm', 'stale', 'damaged', 'shared store away'] as const;
export type Tiers = (typeof TIERS)[number];

/** A Bedrock with something of each kind that can be listed, in all regions of the matrix. */
async function startMatrixSimulator(): Promise<BedrockSimulator> {
  const additionalRegions = REGIONS.slice(1);
  const simulator = await startSimulator({ additionalRegions, pageSize: SHORT_PAGE });
  simulator.addModel({ modelId: MODEL, regions: REGIONS, responseStreamingSupported: true });
  simulator.setQuota({ modelId: MODEL, scope: 'on-demand', tokensPerMinute: 1_000_000 });
  simulator.setDataRetention('*', 'none');
  for (const region of REGIONS) {
    simulator.addModel({ modelId: modelOf(region), regions: [region] });
    ACCOUNT_MODEL_KINDS.flatMap((kind) => [1, 2].map((n) => ({ kind, name: `my-${kind}-${n}` }))).forEach((named) =>
      simulator.addAccountModel({ ...named, region, models: [modelOf(region)] }),
    );
    ['mine', 'yours'].forEach((name) => simulator.addApplicationProfile({ region, name, modelId: modelOf(region) }));
    simulator.addMantleModel({ id: modelOf(region), regions: [region] });
    simulator.setRateCard(modelOf(region), [
      { dimension: 'InputTokenCount', price: '2.5', description: 'Million Input Tokens Regional' },
      { dimension: 'OutputTokenCount', price: '12.5', description: 'Million Output Tokens Regional' },
    ]);
  }
  return simulator;
}

/** Longer than anything takes on a busy machine that does anything at all. */
const PATIENCE_MS = 30_000;
/** So long nothing happens before what is under way is taken to hang, in milliseconds. */
const QUIET_MS = 8;
const STEP_MS = 1_000;

/** What is under way, by what the library itself tells. */
class Traffic {
  readonly under = new Set<Target>();
  #changes = 0;
  readonly #channels = [
    ['region', (event: Target) => event],
    ['attempt', ({ route }: { route: Route }) => ({ operation: 'call', region: route.region })],
  ] as const;

  /** Anything that has begun or ended. */
  get changes(): number {
    return this.#changes;
  }

  /** @returns ends it */
  watch(): () => void {
    const stops = this.#channels.map(([name, targetOf]) => {
      const known = new WeakMap<object, Target>();
      const { start, asyncEnd } = tracingChannel(`nestjs-bedrock-discovery:${name}`);
      const begin = (event: unknown): void => {
        const target = targetOf(event as Target & { route: Route }) as Target;
        known.set(event as object, target);
        this.under.add(target);
        this.#changes += 1;
      };
      const end = (event: unknown): void => {
        this.under.delete(known.get(event as object) as Target);
        this.#changes += 1;
      };
      start.subscribe(begin);
      asyncEnd.subscribe(end);
      return () => {
        start.unsubscribe(begin);
        asyncEnd.unsubscribe(end);
      };
    });
    return () => stops.forEach((stop) => stop());
  }
}

class StoreThatIsAway implements SharedStore {
  get(): Promise<never> {
    return this.#fail();
  }

  set(): Promise<never> {
    return this.#fail();
  }

  delete(): Promise<never> {
    return this.#fail();
  }

  #fail(): Promise<never> {
    return Promise.reject(Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED' }));
  }
}

/** An application in a given state of its tiers, to which a failure can be done. */
export class MatrixApplication {
  readonly router: InvocationRouter;
  readonly inventories: readonly RegionalInventory[];
  readonly #ends: (() => void)[] = [];
  readonly #failing: ((target: Target) => boolean)[] = [];

  constructor(
    readonly simulator: BedrockSimulator,
    readonly discovery: Discovery,
    readonly clock: ImpatientClock,
    private readonly traffic: Traffic,
    private readonly place: Place,
    private readonly endWatch: () => void,
  ) {
    this.router = discovery.app.get(InvocationRouter);
    this.inventories = discovery.app.get<readonly RegionalInventory[]>(LISTINGS);
  }

  /** From now on, and beside what fails already. */
  begin(failure: Failure, targets: readonly Target[]): void {
    this.#failing.push(
      ({ operation, region }) =>
        failure.reach === 'everywhere' ||
        targets.some((each) => each.region === region && (failure.reach === 'region' || isSame(each, operation))),
    );
    this.#ends.push(failure.begin(this.place, targets));
  }

  heal(): void {
    this.#ends.splice(0).forEach((end) => end());
    this.#failing.length = 0;
  }

  /**
   * Lets time go on where nothing but what hangs is under way, until something has settled.
   *
   * @returns how long it took by the application's clock
   */
  async settle<T>(
    work: Promise<T>,
  ): Promise<{ readonly value?: T; readonly error?: unknown; readonly tookMs: number }> {
    const begunAt = this.clock.monotonic();
    let result: { value?: T; error?: unknown } | undefined;
    work.then(
      (value) => (result = { value }),
      (error: unknown) => (result = { error }),
    );
    const settled = work.catch(() => undefined);
    const givingUpAt = performance.now() + PATIENCE_MS;
    let [quiet, seen] = [0, -1];
    while (result === undefined) {
      await Promise.race([settled, sleep(1)]);
      const changes = this.traffic.changes + this.simulator.requests.count();
      quiet = changes === seen ? quiet + 1 : 0;
      seen = changes;
      if (quiet > QUIET_MS && this.#onlyHangs()) {
        this.clock.advance(STEP_MS);
      }
      if (performance.now() > givingUpAt) {
        throw new Error(`Nothing happens any more; under way: ${JSON.stringify([...this.traffic.under])}`);
      }
    }
    return { ...result, tookMs: this.clock.monotonic() - begunAt };
  }

  /** What is known of each listing in each region, by the names of both. */
  listed(): Map<string, string> {
    return new Map(
      this.inventories.flatMap((inventory) =>
        inventory
          .entries()
          .map(({ region, value }) => [`${inventory.listing.name} ${region}`, JSON.stringify(value)] as const),
      ),
    );
  }

  /** What nobody waits for is over as well; what hangs, at its time limit. */
  async idle(): Promise<void> {
    const { under } = this.traffic;
    if (under.size > 0) {
      await this.settle(until(async () => (await sleep(1), under.size === 0)));
    }
  }

  /** Time goes on, and nothing is under way while it does. */
  async pass(ms: number): Promise<void> {
    await this.idle();
    this.clock.advance(ms);
    await this.idle();
  }

  /** @returns what it has left behind */
  async close(): Promise<readonly string[]> {
    await this.settle(this.discovery.close());
    this.endWatch();
    const { under } = this.traffic;
    return [
      ...[...under].map(({ operation, region }) => `${operation} in ${region} is still under way`),
      ...(this.clock.pending > 0 ? [`${this.clock.pending} timers are left`] : []),
      ...(await handlesLeft()),
    ];
  }

  #onlyHangs(): boolean {
    const under = [...this.traffic.under];
    return under.length > 0 && under.every((target) => this.#failing.some((fails) => fails(target)));
  }
}

/** Sockets need some turns of the event loop to close. */
async function handlesLeft(): Promise<readonly string[]> {
  const left = (): string[] => process.getActiveResourcesInfo().filter((name) => /^(?:TCPSocket|FSReq)/.test(name));
  await until(() => left().length === 0).catch(() => undefined);
  return left().map((name) => `a ${name} is left open`);
}

/** An attempt does not say by which operation it calls. */
function isSame({ operation }: Target, seen: string): boolean {
  const wire = seen === 'bedrock-mantle:ListModels' ? 'ListMantleModels' : seen.replace(/^.*:/, '');
  return wire === operation || (seen === 'call' && operation.startsWith('Converse'));
}

export interface MatrixOptions {
  readonly tiers: Tiers;
  readonly regions: readonly string[];
}

/** Where applications of a matrix start, with what an earlier one has left to them. */
export class MatrixWorld {
  private constructor(
    readonly simulator: BedrockSimulator,
    private readonly kept: string,
  ) {}

  /** @param prime has all that can be kept found out, by an application that then ends */
  static async start(prime: (application: MatrixApplication) => Promise<void>): Promise<MatrixWorld> {
    const world = new MatrixWorld(await startMatrixSimulator(), await temporaryFolder());
    const application = await world.#start({ tiers: 'cold', regions: REGIONS }, world.kept, NOW);
    await prime(application);
    await application.close();
    world.simulator.setPageSize(1_000);
    return world;
  }

  async open(options: MatrixOptions): Promise<MatrixApplication> {
    const { tiers } = options;
    const folder = await temporaryFolder();
    if (['warm', 'stale', 'damaged'].includes(tiers)) {
      await cp(this.kept, folder, { recursive: true });
    }
    if (tiers === 'damaged') {
      await damageFiles(folder);
    }
    return this.#start(options, folder, NOW + (tiers === 'stale' ? 30 * HOUR_MS : 1_000));
  }

  async #start({ tiers, regions }: MatrixOptions, directory: string, now: number): Promise<MatrixApplication> {
    const { simulator } = this;
    const clock = new ImpatientClock(now);
    const reroutes = new Map<string, string>();
    let provider: (() => Promise<never>) | undefined;
    const options: BedrockDiscoveryOptions = {
      ...optionsFor(simulator, {
        regions,
        listings: OPTIONAL_LISTINGS,
        endpoint: ({ region }) => reroutes.get(region) ?? simulator.endpoint,
        credentials: async () =>
          provider?.() ?? { ...simulator.credentials, expiration: new Date(clock.now() + HOUR_MS) },
        // A request is repeated where a clock was corrected; how often besides is another matter.
        client: { maxAttempts: 2 },
        cache: { directory, ...(tiers === 'shared store away' && { sharedStore: new StoreThatIsAway() }) },
        quotas: { mode: 'listed' },
        pricing: { offers: 'lazy' },
      }),
      refresh: { mode: 'on-read' },
    };
    const traffic = new Traffic();
    const endWatch = traffic.watch();
    const discovery = await startDiscovery(options, { clock });
    const place: Place = {
      addFault: (fault: FaultOptions) => simulator.addFault(fault),
      reroute: (region, url) => {
        reroutes.set(region, url === 'TLS' ? simulator.endpoint.replace('http:', 'https:') : url);
        discovery.clients.clear();
        return () => {
          reroutes.delete(region);
          discovery.clients.clear();
        };
      },
      cutPages: () => {
        simulator.setPageSize(SHORT_PAGE);
        return () => simulator.setPageSize(1_000);
      },
      optOut: (region) => {
        simulator.optOut(region);
        return () => simulator.optIn(region);
      },
      provide: (failing) => {
        provider = failing;
        return () => (provider = undefined);
      },
    };
    return new MatrixApplication(simulator, discovery, clock, traffic, place, endWatch);
  }
}

/** Cuts some files off, and alters others in their middle. */
async function damageFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(
    files.map(async (file, index) => {
      const bytes = await readFile(file);
      const middle = Math.floor(bytes.length / 2);
      if (index % 2 === 0) {
        await writeFile(file, bytes.subarray(0, middle));
      } else {
        bytes[middle] = (bytes[middle] ?? 0) ^ 1;
        await writeFile(file, bytes);
      }
    }),
  );
}
