import type { QuotaLedger } from '../libs/bedrock-discovery/src/facts/quotas/quota-ledger.js';
import type { CircuitBreaker, CircuitState } from '../libs/bedrock-discovery/src/routing/circuit-breaker.js';
import type { RankedRoute } from '../libs/bedrock-discovery/src/routing/ranking.js';

/** The library's own classes: the package does not show them, and this is about what they come to together. */
const internals = async <M>(path: string): Promise<M> =>
  (await import(new URL(`../../libs/bedrock-discovery/dist/${path}`, import.meta.url).href)) as M;
const { QuotaLedger: Ledger } =
  await internals<typeof import('../libs/bedrock-discovery/src/facts/quotas/quota-ledger.js')>(
    'facts/quotas/quota-ledger.js',
  );
const { CircuitBreaker: Breaker } =
  await internals<typeof import('../libs/bedrock-discovery/src/routing/circuit-breaker.js')>(
    'routing/circuit-breaker.js',
  );
const { chooseRoute, compareRanks, withoutRoomLast } =
  await internals<typeof import('../libs/bedrock-discovery/src/routing/ranking.js')>('routing/ranking.js');

const MINUTE_MS = 60_000;
/** Any time of today. */
const EPOCH_MS = Date.UTC(2026, 7, 22);
const DURATION_MS = 12 * MINUTE_MS;
const QUOTAS = {
  equal: [300_000, 300_000, 300_000, 300_000],
  unequal: [600_000, 300_000, 200_000, 100_000],
} as const;
const LOADS = [0.5, 0.8, 0.95] as const;
const KINDS = ['unary', 'stream'] as const;
const CLIENTS = [1, 3] as const;
/** Per call, in tokens. */
const INPUT = [500, 1_500] as const;
const OUTPUT = [100, 900] as const;
const MAX_OUTPUT = 1_000;
const MEAN_TOKENS = (INPUT[0] + INPUT[1] + OUTPUT[0] + OUTPUT[1]) / 2;
/** To the first token, and for each. */
const FIRST_TOKEN_MS = [300, 500] as const;
const TOKEN_MS = 10;
const REFUSAL_MS = 50;
const [ROUND_MS, ROUNDS] = [500, 3];
const CIRCUIT_RANK: Readonly<Record<CircuitState, number>> = { closed: 0, failing: 1, open: 2 };

/** How a client chooses. */
const POLICIES = {
  /** Cooling alone, which the success of a call that had begun before the 429 ends. */
  'before quotas': { mode: 'off', sticky: false },
  /** Cooling alone, which only a call that begins later ends. */
  off: { mode: 'off', sticky: true },
  'P2C, peak EWMA': { mode: 'p2c', sticky: true },
  'learned, cooling not kept': { mode: 'learned', sticky: false },
  learned: { mode: 'learned', sticky: true },
  listed: { mode: 'listed', sticky: true },
} as const;

export type PolicyName = keyof typeof POLICIES;

interface Outcome {
  /** Share of calls that met a 429. */
  readonly throttled: number;
  /** To the first byte of the answer, in the mean, refused attempts included, in milliseconds. */
  readonly firstByteMs: number;
}

export interface QuotaRow {
  readonly kind: (typeof KINDS)[number];
  readonly load: number;
  readonly quotas: keyof typeof QUOTAS;
  readonly clients: number;
  readonly outcomes: Readonly<Record<PolicyName, Outcome>>;
}

/** Lets clients call four equally fast routes in virtual time, whose quotas are token buckets. */
export function studyQuotas(): QuotaRow[] {
  const rows: QuotaRow[] = [];
  for (const kind of KINDS) {
    for (const quotas of Object.keys(QUOTAS) as (keyof typeof QUOTAS)[]) {
      for (const clients of CLIENTS) {
        for (const load of LOADS) {
          const outcomes = Object.fromEntries(
            (Object.keys(POLICIES) as PolicyName[]).map((policy) => [
              policy,
              new Play(kind, load, QUOTAS[quotas], clients, policy).outcome(),
            ]),
          ) as Record<PolicyName, Outcome>;
          rows.push({ kind, load, quotas, clients, outcomes });
        }
      }
    }
  }
  return rows;
}

/** A bucket that a minute fills: the service's side. */
class Bucket {
  #level: number;
  #at = 0;

  constructor(private readonly limit: number) {
    this.#level = limit;
  }

  take(amount: number, now: number): boolean {
    this.#level = Math.min(this.limit, this.#level + (this.limit * (now - this.#at)) / MINUTE_MS);
    this.#at = now;
    if (amount > this.#level) {
      return false;
    }
    this.#level -= amount;
    return true;
  }

  giveBack(amount: number): void {
    this.#level = Math.min(this.limit, this.#level + amount);
  }
}

interface Client {
  readonly circuits: CircuitBreaker;
  readonly ledger: QuotaLedger;
  readonly peaks: Map<string, number>;
  turn: number;
}

interface Call {
  readonly client: Client;
  readonly startedAt: number;
  readonly input: number;
  readonly output: number;
  readonly firstTokenMs: number;
  readonly tried: Set<string>;
  round: number;
  met: boolean;
}

/** One client or several under one policy, until the time is over. */
class Play {
  readonly #events: { readonly at: number; readonly run: () => void }[] = [];
  readonly #random = mulberry(7);
  readonly #policy: (typeof POLICIES)[PolicyName];
  readonly #buckets: readonly Bucket[];
  readonly #clients: readonly Client[];
  #now = 0;
  #calls = 0;
  #throttled = 0;
  #answered = 0;
  #waitedMs = 0;

  constructor(
    private readonly kind: (typeof KINDS)[number],
    private readonly load: number,
    private readonly limits: readonly number[],
    clients: number,
    policy: PolicyName,
  ) {
    this.#policy = POLICIES[policy];
    this.#buckets = limits.map((limit) => new Bucket(limit));
    const clock = { now: (): number => EPOCH_MS + this.#now };
    this.#clients = Array.from({ length: clients }, () => ({
      circuits: new Breaker(clock),
      ledger: new Ledger(clock),
      peaks: new Map(),
      turn: 0,
    }));
  }

  outcome(): Outcome {
    this.#arrive();
    for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
      this.#now = next.at;
      next.run();
    }
    return { throttled: this.#throttled / this.#calls, firstByteMs: this.#waitedMs / this.#answered };
  }

  #after(delayMs: number, run: () => void): void {
    const at = this.#now + delayMs;
    let index = this.#events.length;
    while (index > 0 && (this.#events[index - 1]?.at ?? 0) > at) {
      index -= 1;
    }
    this.#events.splice(index, 0, { at, run });
  }

  #arrive(): void {
    const total = this.limits.reduce((sum, limit) => sum + limit, 0);
    const everyMs = MINUTE_MS / ((total * this.load) / MEAN_TOKENS);
    this.#after(-Math.log(1 - this.#random()) * everyMs, () => {
      if (this.#now < DURATION_MS) {
        this.#arrive();
        this.#calls += 1;
        const client = this.#clients[Math.floor(this.#random() * this.#clients.length)] as Client;
        this.#attempt({
          client,
          startedAt: this.#now,
          input: this.#between(INPUT),
          output: this.#between(OUTPUT),
          firstTokenMs: this.#between(FIRST_TOKEN_MS),
          tried: new Set(),
          round: 1,
          met: false,
        });
      }
    });
  }

  #between([least, most]: readonly [number, number]): number {
    return least + this.#random() * (most - least);
  }

  #attempt(call: Call): void {
    const { client, tried } = call;
    const key = this.#choose(call);
    if (key === undefined) {
      call.round += 1;
      tried.clear();
      if (call.round <= ROUNDS) {
        this.#after(ROUND_MS * call.round, () => this.#attempt(call));
      }
      return;
    }
    tried.add(key);
    const end = client.circuits.begin(key);
    const reservation = client.ledger.reserve(key, call.input + MAX_OUTPUT);
    const bucket = this.#buckets[Number(key)] as Bucket;
    const begunAt = this.#now;
    if (!bucket.take(call.input + MAX_OUTPUT, this.#now)) {
      this.#after(REFUSAL_MS, () => {
        end();
        reservation.settle([]);
        client.circuits.record(key, { kind: 'throttled' });
        client.ledger.throttled(key, 'tokensPerMinute');
        this.#throttled += call.met ? 0 : 1;
        call.met = true;
        this.#attempt(call);
      });
      return;
    }
    const wholeMs = call.firstTokenMs + call.output * TOKEN_MS;
    const firstByteMs = this.kind === 'unary' ? wholeMs : call.firstTokenMs;
    this.#after(firstByteMs, () => {
      this.#answered += 1;
      this.#waitedMs += this.#now - call.startedAt;
      client.circuits.record(key, { kind: 'ok', ...(this.#policy.sticky && { begunAt: EPOCH_MS + begunAt }) });
      const peak = client.peaks.get(key) ?? firstByteMs;
      client.peaks.set(key, firstByteMs > peak ? firstByteMs : peak + 0.1 * (firstByteMs - peak));
    });
    this.#after(wholeMs, () => {
      end();
      bucket.giveBack(MAX_OUTPUT - call.output);
      reservation.settle([call.input + call.output]);
    });
  }

  #choose(call: Call): string | undefined {
    const left = this.limits.map((_, index) => String(index)).filter((key) => !call.tried.has(key));
    return this.#policy.mode === 'p2c' ? this.#lessLoadedOfTwo(call, left) : this.#asTheLibrary(call, left);
  }

  #asTheLibrary({ client, input }: Call, keys: readonly string[]): string | undefined {
    const { mode } = this.#policy;
    const { circuits, ledger } = client;
    const roomOf = ({ region }: { readonly region: string }): number | undefined => {
      const listed = mode === 'listed' ? { tokensPerMinute: this.limits[Number(region)] ?? 0 } : {};
      return mode === 'off' ? undefined : ledger.roomFor(region, listed, input + MAX_OUTPUT)?.left;
    };
    const equal = { room: 0, access: 0, preferred: 0, outdated: 0, latency: 0, preference: 0 };
    const ranked = keys
      .map((key) => {
        const rank = { ...equal, health: CIRCUIT_RANK[circuits.stateOf(key)], place: Number(key) };
        return { key, route: { region: key }, rank } as RankedRoute;
      })
      .sort((a, b) => compareRanks(a.rank, b.rank));
    client.turn += 1;
    const chosen = chooseRoute(withoutRoomLast(ranked, roomOf), {
      inFlight: (key) => circuits.inFlight(key),
      roomOf,
      turn: client.turn,
      affinityKey: undefined,
      lastKey: undefined,
    });
    return chosen?.key;
  }

  #lessLoadedOfTwo({ client }: Call, keys: readonly string[]): string | undefined {
    const one = keys[Math.floor(this.#random() * keys.length)];
    const other = keys[Math.floor(this.#random() * keys.length)];
    const cost = (key: string): number => (client.peaks.get(key) ?? 0) * (client.circuits.inFlight(key) + 1);
    return one !== undefined && other !== undefined && cost(other) < cost(one) ? other : one;
  }
}

/** The same numbers for the same seed. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
