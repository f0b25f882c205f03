import type { Clock } from '../../util/clock.js';
import { LruMap } from '../../util/lru-map.js';
import { QUOTA_MEASURES, type QuotaLimits, type QuotaMeasure, type Room } from './quota.types.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SLICE_MS = 5_000;
/** Of a minute and the slice that has begun: rather more than less than a minute. */
const SLICES = MINUTE_MS / SLICE_MS + 1;
/** Quotas whose use is remembered. */
const MAX_ACCOUNTS = 10_000;
/** After so long without being throttled, twice as much is thought to go through. */
const DOUBLING_MS = 10 * MINUTE_MS;
/** What was learned is then of no use any more. */
const FORGET_MS = 6 * DOUBLING_MS;
/** Throttled once more, less goes through than was thought. */
const BACK_OFF = 0.85;
/** Weight of what a call took against what calls took before. */
const SMOOTHING = 0.2;

/** What went through in a part of a minute. */
interface Slice {
  readonly number: number;
  tokens: number;
  requests: number;
}

/** At how much calls were throttled. */
interface Learned {
  readonly limit: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

interface Account {
  readonly slices: Slice[];
  readonly learned: { [M in QuotaMeasure]?: Learned };
  day: number;
  usedToday: number;
  /** What a call takes, in the mean. */
  meanTokens: number | undefined;
  /** A day's quota is used up: until then, in milliseconds since the epoch. */
  restsUntil: number;
  /** When that was learned. */
  exhaustedAt: number;
}

/** What a call holds of a quota until it is over. */
export interface Reservation {
  /**
   * To be called once.
   *
   * @param used tokens of each request that was executed, as the quota counts them; undefined where nobody knows
   */
  settle(used: readonly (number | undefined)[]): void;
}

const WHOLE_MINUTE = ['tokensPerMinute', 'requestsPerMinute'] as const;

/**
 * What this process has sent through each quota, and what it was throttled at. No window is documented: within any minute no
 * more than the limit is let through, which holds for every kind of window.
 */
export class QuotaLedger {
  readonly #accounts = new LruMap<string, Account>(MAX_ACCOUNTS);
  #current: object = {};

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  /** Another object whenever something was learned. */
  get current(): object {
    return this.#current;
  }

  /** Quotas that calls have gone through. */
  get keys(): Iterable<string> {
    return this.#accounts.keys();
  }

  /** Whether a call has gone through it. */
  knows(key: string): boolean {
    return this.#accounts.has(key);
  }

  /**
   * Takes what a call needs at most.
   *
   * @param tokens undefined where the caller does not say: what calls took before
   */
  reserve(key: string, tokens: number | undefined): Reservation {
    const account = this.#account(key);
    const slice = this.#slice(account);
    const reserved = tokens ?? account.meanTokens ?? 0;
    this.#add(account, slice, reserved, 1);
    let isSettled = false;
    return {
      settle: (used) => {
        if (!isSettled) {
          isSettled = true;
          used.forEach((each) => noteCost(account, each));
          const total = used.reduce<number>((sum, each) => sum + (each ?? reserved), 0);
          this.#settle(account, slice, total - reserved, used.length - 1);
        }
      },
    };
  }

  /**
   * What would be left if a call were made now.
   *
   * @param listed what is known besides what was learned
   * @param tokens what it needs at most; undefined where nobody says
   * @returns undefined where no limit is known
   */
  roomFor(key: string, listed: QuotaLimits, tokens: number | undefined): Room | undefined {
    const account = this.#accounts.get(key);
    return this.#scarcest(account, listed, { tokens: tokens ?? account?.meanTokens ?? 0, requests: 1 });
  }

  /** What is left now. */
  room(key: string, listed: QuotaLimits): Room | undefined {
    return this.#scarcest(this.#accounts.get(key), listed, { tokens: 0, requests: 0 });
  }

  /** At how much calls were throttled lately; more with time. */
  learned(key: string): { readonly limits: QuotaLimits; readonly at: number } {
    const account = this.#accounts.get(key);
    const known = WHOLE_MINUTE.flatMap((measure) => {
      const limit = this.#learnedOf(account, measure);
      return limit === undefined ? [] : [[measure, Math.round(limit)] as const];
    });
    const times = WHOLE_MINUTE.map((measure) => account?.learned[measure]?.at ?? 0);
    return { limits: Object.fromEntries(known), at: Math.max(...times, account?.exhaustedAt ?? 0) };
  }

  /** A call was refused: what went through in the minute before is about what goes through. */
  throttled(key: string, measure: 'tokensPerMinute' | 'requestsPerMinute'): void {
    const account = this.#account(key);
    const now = this.clock.now();
    const used = this.#used(account)[measure === 'tokensPerMinute' ? 'tokens' : 'requests'];
    if (used <= 0) {
      return;
    }
    const former = this.#learnedOf(account, measure) ?? Number.POSITIVE_INFINITY;
    // Calls that were under way together are refused together.
    const isOfSameMoment = now - (account.learned[measure]?.at ?? 0) < SLICE_MS;
    account.learned[measure] = { limit: Math.min(used, isOfSameMoment ? former : former * BACK_OFF), at: now };
    this.#current = {};
  }

  /** Nothing is left of the day's quota: it begins anew at midnight in UTC. */
  exhausted(key: string): void {
    const account = this.#account(key);
    account.exhaustedAt = this.clock.now();
    account.restsUntil = (Math.floor(account.exhaustedAt / DAY_MS) + 1) * DAY_MS;
    this.#current = {};
  }

  /** The day's quota is another by now. */
  lifted(key: string): void {
    const account = this.#accounts.get(key);
    if (account !== undefined) {
      account.restsUntil = 0;
      this.#current = {};
    }
  }

  /** Until when a day's quota is used up; undefined where it is not. */
  restsUntil(key: string): number | undefined {
    const until = this.#accounts.get(key)?.restsUntil ?? 0;
    return until > this.clock.now() ? until : undefined;
  }

  /** Quotas of which a day is used up, with what this process has used of it. */
  get resting(): readonly { readonly key: string; readonly usedToday: number }[] {
    const now = this.clock.now();
    return [...this.#accounts]
      .filter(([, { restsUntil }]) => restsUntil > now)
      .map(([key, account]) => ({ key, usedToday: this.#usedToday(account) }));
  }

  #scarcest(
    account: Account | undefined,
    listed: QuotaLimits,
    need: { readonly tokens: number; readonly requests: number },
  ): Room | undefined {
    const used = account === undefined ? { tokens: 0, requests: 0 } : this.#used(account);
    const taken: Readonly<Record<QuotaMeasure, number>> = {
      tokensPerMinute: used.tokens + need.tokens,
      requestsPerMinute: used.requests + need.requests,
      tokensPerDay: (account === undefined ? 0 : this.#usedToday(account)) + need.tokens,
    };
    let scarcest: Room | undefined;
    for (const measure of QUOTA_MEASURES) {
      const limit = Math.min(listed[measure] ?? Infinity, this.#learnedOf(account, measure) ?? Infinity);
      const left = limit === 0 ? -1 : (limit - taken[measure]) / limit;
      if (Number.isFinite(limit) && (scarcest === undefined || left < scarcest.left)) {
        scarcest = { measure, limit, left };
      }
    }
    return scarcest;
  }

  #learnedOf(account: Account | undefined, measure: QuotaMeasure): number | undefined {
    const learned = account?.learned[measure];
    if (learned === undefined) {
      return undefined;
    }
    const ageMs = Math.max(0, this.clock.now() - learned.at);
    return ageMs < FORGET_MS ? learned.limit * 2 ** (ageMs / DOUBLING_MS) : undefined;
  }

  #account(key: string): Account {
    return this.#accounts.getOrCreate(key, () => ({
      slices: [],
      learned: {},
      day: 0,
      usedToday: 0,
      meanTokens: undefined,
      restsUntil: 0,
      exhaustedAt: 0,
    }));
  }

  #slice({ slices }: Account): Slice {
    const number = Math.floor(this.clock.now() / SLICE_MS);
    const last = slices.at(-1);
    if (last?.number === number) {
      return last;
    }
    const slice = { number, tokens: 0, requests: 0 };
    slices.push(slice);
    return slice;
  }

  #used({ slices }: Account): { readonly tokens: number; readonly requests: number } {
    const now = Math.floor(this.clock.now() / SLICE_MS);
    // The clock may have been set back.
    const isOver = ({ number }: Slice): boolean => number <= now - SLICES || number > now;
    while (slices[0] !== undefined && isOver(slices[0])) {
      slices.shift();
    }
    return slices.reduce(
      (sum, { tokens, requests }) => ({ tokens: sum.tokens + tokens, requests: sum.requests + requests }),
      { tokens: 0, requests: 0 },
    );
  }

  #usedToday(account: Account): number {
    const today = Math.floor(this.clock.now() / DAY_MS);
    if (account.day !== today) {
      account.day = today;
      account.usedToday = 0;
    }
    return account.usedToday;
  }

  #add(account: Account, slice: Slice, tokens: number, requests: number): void {
    account.usedToday = Math.max(0, this.#usedToday(account) + tokens);
    slice.tokens += tokens;
    slice.requests += requests;
  }

  /** What was not used counts as if it had never been taken; what was used besides counts from now on, once its slice is over. */
  #settle(account: Account, slice: Slice, tokens: number, requests: number): void {
    const isOver = slice.number <= Math.floor(this.clock.now() / SLICE_MS) - SLICES;
    this.#add(account, isOver && tokens > 0 ? this.#slice(account) : slice, tokens, requests);
  }
}

function noteCost(account: Account, tokens: number | undefined): void {
  if (tokens !== undefined) {
    const former = account.meanTokens ?? tokens;
    account.meanTokens = former + SMOOTHING * (tokens - former);
  }
}
