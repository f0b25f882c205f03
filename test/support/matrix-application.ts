import { tracingChannel } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BedrockSimulator } from 'bedrock-simulator';
import { InvocationRouter, type Route } from 'nestjs-bedrock-discovery';
import { LISTINGS } from '../../libs/bedrock-discovery/src/inventory/listing.js';
import type { RegionalInventory } from '../../libs/bedrock-discovery/src/inventory/regional-inventory.js';
import type { ImpatientClock } from './clocks.js';
import type { Failure, Place, Target } from './matrix-failures.js';
import type { Discovery } from './simulated-discovery.js';
import { until } from './until.js';

/** Longer than anything takes on a busy machine that does anything at all. */
const PATIENCE_MS = 120_000;
/** So long nothing happens before what is under way is taken to hang, in milliseconds. */
const QUIET_MS = 8;
const STEP_MS = 1_000;

/** What is under way, by what the library itself tells. */
export class Traffic {
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
    private readonly hangsElsewhere: () => boolean,
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
      quiet = changes === seen && !isOnDisk() ? quiet + 1 : 0;
      seen = changes;
      if (quiet > QUIET_MS && (this.#onlyHangs() || this.hangsElsewhere())) {
        this.clock.advance(STEP_MS);
        // What waits for credentials or a store may be under way for a region as well, and goes on by itself.
        quiet = this.#onlyHangs() ? quiet : 0;
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
    const handles = await handlesLeft();
    return [
      ...[...under].map(({ operation, region }) => `${operation} in ${region} is still under way`),
      ...(this.clock.pending > 0 ? [`${this.clock.pending} timers are left`] : []),
      ...handles,
    ];
  }

  #onlyHangs(): boolean {
    const under = [...this.traffic.under];
    return (
      (under.length > 0 || this.hangsElsewhere()) &&
      under.every((target) => this.#failing.some((fails) => fails(target)))
    );
  }
}

/** Whether something is read, written or closed, of which nothing is told. */
function isOnDisk(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq') || name === 'CloseReq');
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
