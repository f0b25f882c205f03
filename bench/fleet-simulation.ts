import 'reflect-metadata';
import { LONGEST_PAUSE_MS, patienceFor, SHORTEST_PAUSE_MS } from '#library/inventory/scan-lease.js';
import { resolveOptions } from '#library/options/resolve-options.js';
import { NEWS_SPREAD_MS } from '#library/refresh/news-reader.js';

const OPTIONS = resolveOptions({});
const REGIONS = 31;
const [COLD, WARM] = [patienceFor(REGIONS, OPTIONS.scan, true), patienceFor(REGIONS, OPTIONS.scan, false)];
/** Of an hour. */
const JITTER_MS = OPTIONS.refresh.jitter * 3_600_000;

/** As measured between an instance and Redis, and AWS: `docs/scaling.md`. */
const SCAN_MS = 3_000;
export const SCAN_REQUESTS = 3 * REGIONS;
const BYTES = { content: 171_000, manifest: 4_100, written: 16_400 };
/** Commands that write what a scan has learnt, tell of it and give the lease back. */
const WRITING_COMMANDS = 13;

const LONGEST_MS = 900_000;

/** What a fleet has cost. */
export interface FleetRow {
  readonly scenario: string;
  readonly awsRequests: number;
  readonly awsPerSecond: number;
  readonly redisCommands: number;
  readonly redisPerSecond: number;
  readonly megabytes: number;
  readonly megabytesPerSecond: number;
  /** Until everybody knows what AWS lists, from when the last was to. */
  readonly freshAfterSeconds: number;
}

interface Scenario {
  readonly name: string;
  /** Within what time instances start, or their jobs fire. */
  readonly spreadMs: number;
  /** Whether instances have nothing yet. */
  readonly areNew: boolean;
  /** Whether Redis has what they look for. */
  readonly isKept: boolean;
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'all started at once, Redis empty', spreadMs: 0, areNew: true, isKept: false },
  { name: 'started within ten minutes, Redis empty', spreadMs: 600_000, areNew: true, isKept: false },
  { name: 'started within ten minutes, Redis has it', spreadMs: 600_000, areNew: true, isKept: true },
  { name: 'at the hour', spreadMs: JITTER_MS, areNew: false, isKept: false },
  { name: 'at the hour, without jitter', spreadMs: 0, areNew: false, isKept: false },
];

/** So many instances in virtual time, each of which goes the way that the library goes. No time is measured. */
export function simulateFleets(instances: number): FleetRow[] {
  return SCENARIOS.map((scenario) => new Fleet(scenario, instances, randomOf(scenario.name.length)).run());
}

/** Mulberry32: the same from one run to the next. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** By second. */
class Tally {
  readonly #bySecond = new Map<number, number>();

  add(atMs: number, amount: number): void {
    const second = Math.floor(atMs / 1_000);
    this.#bySecond.set(second, (this.#bySecond.get(second) ?? 0) + amount);
  }

  get total(): number {
    return [...this.#bySecond.values()].reduce((sum, each) => sum + each, 0);
  }

  get peak(): number {
    return Math.max(0, ...this.#bySecond.values());
  }
}

class Fleet {
  readonly #agenda = new Map<number, (() => void)[]>();
  readonly #fresh = new Set<number>();
  readonly #listening = new Set<number>();
  readonly #aws = new Tally();
  readonly #commands = new Tally();
  readonly #bytes = new Tally();
  #now = 0;
  #isKept: boolean;
  #leasedUntil = 0;
  #lastDueAt = 0;
  #lastFreshAt = 0;

  constructor(
    private readonly scenario: Scenario,
    private readonly instances: number,
    private readonly random: () => number,
  ) {
    this.#isKept = scenario.isKept;
  }

  run(): FleetRow {
    for (let instance = 0; instance < this.instances; instance += 1) {
      const dueAt = this.random() * this.scenario.spreadMs;
      this.#lastDueAt = Math.max(this.#lastDueAt, dueAt);
      if (!this.scenario.areNew) {
        this.#listening.add(instance);
      }
      this.#at(dueAt, () => this.#begin(instance));
    }
    for (; this.#now < LONGEST_MS && this.#agenda.size > 0; this.#now += 1) {
      // What is due at once is added to it meanwhile.
      for (const act of this.#agenda.get(this.#now) ?? []) {
        act();
      }
      this.#agenda.delete(this.#now);
    }
    if (this.#fresh.size < this.instances) {
      throw new Error(`${this.scenario.name}: not everybody knows what is listed.`);
    }
    return {
      scenario: this.scenario.name,
      awsRequests: this.#aws.total,
      awsPerSecond: this.#aws.peak,
      redisCommands: this.#commands.total,
      redisPerSecond: this.#commands.peak,
      megabytes: this.#bytes.total / 1e6,
      megabytesPerSecond: this.#bytes.peak / 1e6,
      freshAfterSeconds: Math.max(0, this.#lastFreshAt - this.#lastDueAt) / 1_000,
    };
  }

  #at(ms: number, act: () => void): void {
    const at = Math.max(Math.floor(ms), this.#now);
    const due = this.#agenda.get(at) ?? [];
    due.push(act);
    this.#agenda.set(at, due);
  }

  #begin(instance: number): void {
    this.#listening.add(instance);
    if (!this.#fresh.has(instance) && !this.#look(instance)) {
      const { waitMs } = this.scenario.areNew ? COLD : WARM;
      this.#takeTurn(instance, this.#now + waitMs, SHORTEST_PAUSE_MS);
    }
  }

  /** Whether what others know is enough. */
  #look(instance: number): boolean {
    this.#ask(1, this.#isKept || !this.scenario.areNew ? BYTES.manifest : 0);
    if (this.#isKept && !this.#fresh.has(instance)) {
      // One read for all that is not known yet.
      this.#ask(this.scenario.areNew ? 1 : 0, this.scenario.areNew ? BYTES.content : 0);
      this.#isFresh(instance);
    }
    return this.#isKept;
  }

  #takeTurn(instance: number, givingUpAt: number, pauseMs: number): void {
    this.#ask(1, 0);
    if (this.#leasedUntil <= this.#now) {
      this.#leasedUntil = this.#now + WARM.leaseMs;
      this.#scan(instance);
    } else if (this.#now >= givingUpAt) {
      this.#scan(instance);
    } else {
      const pausedMs = Math.min(pauseMs * (0.5 + this.random()), givingUpAt - this.#now);
      this.#at(this.#now + Math.max(1, pausedMs), () => {
        if (!this.#fresh.has(instance) && !this.#look(instance)) {
          this.#takeTurn(instance, givingUpAt, Math.min(2 * pauseMs, LONGEST_PAUSE_MS));
        }
      });
    }
  }

  #scan(instance: number): void {
    for (let request = 0; request < SCAN_REQUESTS; request += 1) {
      this.#aws.add(this.#now + (request / SCAN_REQUESTS) * SCAN_MS, 1);
    }
    this.#at(this.#now + SCAN_MS, () => {
      this.#isKept = true;
      this.#leasedUntil = 0;
      this.#ask(WRITING_COMMANDS, BYTES.written + (this.scenario.areNew ? BYTES.content : 0));
      this.#isFresh(instance);
      for (const other of this.#listening) {
        this.#at(this.#now + this.random() * NEWS_SPREAD_MS, () => this.#look(other));
      }
    });
  }

  #isFresh(instance: number): void {
    this.#fresh.add(instance);
    this.#lastFreshAt = this.#now;
  }

  #ask(commands: number, bytes: number): void {
    this.#commands.add(this.#now, commands);
    this.#bytes.add(this.#now, bytes);
  }
}
