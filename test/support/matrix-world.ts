import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ACCOUNT_MODEL_KINDS, type BedrockSimulator, type FaultOptions } from 'bedrock-simulator';
import { type BedrockDiscoveryOptions, OPTIONAL_LISTINGS, type SharedStore } from 'nestjs-bedrock-discovery';
import { temporaryFolder } from './cleanup.js';
import { ImpatientClock } from './clocks.js';
import { MatrixApplication, Traffic } from './matrix-application.js';
import type { Place } from './matrix-failures.js';
import { optionsFor, startDiscovery, startSimulator } from './simulated-discovery.js';

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
const SHORT_PAGE = 1;

/** Listed there alone. */
export function modelOf(region: string): string {
  return `maker.only-in-${region}-v1:0`;
}

const NOW = Date.parse('2026-11-22T12:00:00Z');

/** A shared store that has never answered is waited for no longer. */
export const STORE_LIMIT_MS = 3_000;

/** What an application finds in its tiers when it starts. */
export const TIERS = ['cold', 'warm', 'stale', 'damaged', 'shared store away', 'shared store that hangs'] as const;
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

/** Whether somebody may still wait for what never comes. */
class Waiting {
  #untilMs = -Infinity;

  constructor(private readonly clock: ImpatientClock) {}

  get isOn(): boolean {
    return this.clock.monotonic() < this.#untilMs;
  }

  begin(limitMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, this.clock.monotonic() + limitMs);
  }

  end(): void {
    this.#untilMs = -Infinity;
  }
}

class StoreThatHangs implements SharedStore {
  constructor(private readonly waiting: Waiting) {}

  get(): Promise<never> {
    return this.#hang();
  }

  set(): Promise<never> {
    return this.#hang();
  }

  delete(): Promise<never> {
    return this.#hang();
  }

  #hang(): Promise<never> {
    this.waiting.begin(STORE_LIMIT_MS);
    return new Promise<never>(() => undefined);
  }
}

export interface MatrixOptions {
  readonly tiers: Tiers;
  readonly regions: readonly string[];
  /** For one request. A second one is made with a clock that was corrected. @default 2 */
  readonly maxAttempts?: number;
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

  async #start(
    { tiers, regions, maxAttempts = 2 }: MatrixOptions,
    directory: string,
    now: number,
  ): Promise<MatrixApplication> {
    const { simulator } = this;
    const clock = new ImpatientClock(now);
    const reroutes = new Map<string, string>();
    const [ofStore, ofCredentials] = [new Waiting(clock), new Waiting(clock)];
    const sharedStore = {
      'shared store away': new StoreThatIsAway(),
      'shared store that hangs': new StoreThatHangs(ofStore),
    }[tiers as string];
    let provider: (() => Promise<never>) | undefined;
    const failing = (provide: () => Promise<never>): Promise<never> => {
      // Who asks later waits for the same.
      ofCredentials.begin(Infinity);
      return provide().finally(() => ofCredentials.end());
    };
    const options: BedrockDiscoveryOptions = {
      ...optionsFor(simulator, {
        regions,
        listings: OPTIONAL_LISTINGS,
        endpoint: ({ region }) => reroutes.get(region) ?? simulator.endpoint,
        credentials: async () =>
          (provider && (await failing(provider))) ?? {
            ...simulator.credentials,
            expiration: new Date(clock.now() + HOUR_MS),
          },
        client: { maxAttempts },
        cache: { directory, ...(sharedStore && { sharedStore }) },
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
      provide: (credentials) => {
        provider = credentials;
        return () => {
          provider = undefined;
          ofCredentials.end();
        };
      },
    };
    return new MatrixApplication(
      simulator,
      discovery,
      clock,
      traffic,
      place,
      endWatch,
      () => ofStore.isOn || ofCredentials.isOn,
    );
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
