const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** So much of something for a time, which fills up again. All times are in milliseconds since 1970. */
export interface Allowance {
  /** @returns whether there was enough; if not, nothing is taken */
  take(amount: number, nowMs: number): boolean;
  /** Gives back at a time to come what a call will not have used. */
  giveBack(amount: number, atMs: number): void;
}

/** A token bucket: it holds what a minute allows, and fills evenly. */
export class PerMinute implements Allowance {
  #level: number;
  #asOf = Number.NEGATIVE_INFINITY;
  readonly #returns = new Returns();

  constructor(private readonly limit: number) {
    this.#level = limit;
  }

  take(amount: number, nowMs: number): boolean {
    const elapsedMs = Math.min(Math.max(nowMs - this.#asOf, 0), MINUTE_MS);
    const filled = this.#level + (this.limit * elapsedMs) / MINUTE_MS + this.#returns.due(nowMs);
    this.#level = Math.min(this.limit, filled);
    this.#asOf = Math.max(this.#asOf, nowMs);
    if (amount > this.#level) {
      return false;
    }
    this.#level -= amount;
    return true;
  }

  giveBack(amount: number, atMs: number): void {
    this.#returns.add(amount, atMs);
  }
}

/** What a day allows, counted anew at midnight in UTC. */
export class PerDay implements Allowance {
  #used = 0;
  #day = Number.NEGATIVE_INFINITY;
  #returns = new Returns();

  constructor(private readonly limit: number) {}

  take(amount: number, nowMs: number): boolean {
    const day = Math.floor(nowMs / DAY_MS);
    if (day > this.#day) {
      this.#day = day;
      this.#used = 0;
      this.#returns = new Returns();
    }
    this.#used -= this.#returns.due(nowMs);
    if (this.#used + amount > this.limit) {
      return false;
    }
    this.#used += amount;
    return true;
  }

  giveBack(amount: number, atMs: number): void {
    this.#returns.add(amount, atMs);
  }
}

/** What will be given back. */
class Returns {
  #pending: { readonly amount: number; readonly atMs: number }[] = [];

  add(amount: number, atMs: number): void {
    this.#pending.push({ amount, atMs });
  }

  /** All whose time has come, which then is gone. */
  due(nowMs: number): number {
    const due = this.#pending.filter(({ atMs }) => atMs <= nowMs);
    this.#pending = this.#pending.filter(({ atMs }) => atMs > nowMs);
    return due.reduce((sum, { amount }) => sum + amount, 0);
  }
}
