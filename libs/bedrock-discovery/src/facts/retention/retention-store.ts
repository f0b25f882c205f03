import { z } from 'zod';
import { type RegionFailure, restoreFailure } from '../../errors/errors.js';
import { closesRegion, isDenial } from '../../errors/failure-texts.js';
import { ageOf, type Clock, isFuture } from '../../util/clock.js';
import { isRecord } from '../../util/guards.js';
import { EVIDENCE_TTL_MS } from '../path-fact.js';
import {
  effectiveMode,
  type RefusedMode,
  RETENTION_MODES,
  RETENTION_SETTINGS,
  type RetentionMode,
  type RetentionSetting,
  type RouteRetention,
} from './retention.types.js';

const DAY_MS = 86_400_000;
const RETRY_MS = 30_000;

/** Milliseconds since the epoch. */
const AT = z.number().min(0);
const TEXT = z.string().min(1);
const MODE = z.enum(RETENTION_MODES);

/** AWS answered what the account has set in a region. */
const ANSWER = z.object({ region: TEXT, mode: z.enum(RETENTION_SETTINGS), at: AT }).readonly();
/** A refused call has named the mode in force in a region. */
const SHOWN = z.object({ region: TEXT, mode: MODE, at: AT }).readonly();
/** A call of a model was refused in a region for the mode in force. */
const REFUSED = z.object({ modelId: TEXT, region: TEXT, mode: MODE, at: AT }).readonly();
/** A region did not let a principal, hashed, ask. */
const CLOSED = z
  .object({
    region: TEXT,
    principal: TEXT.optional(),
    at: AT,
    failure: z.preprocess(
      restoreFailure,
      z.custom<RegionFailure>((restored) => restored !== undefined),
    ),
  })
  .readonly();

type Answer = z.infer<typeof ANSWER>;
type Shown = z.infer<typeof SHOWN>;
type Refused = z.infer<typeof REFUSED>;
type Closed = z.infer<typeof CLOSED>;

/** Asking has failed in a way that may pass. */
interface Failed {
  readonly at: number;
  readonly failure: RegionFailure;
  /** In a row. */
  readonly failures: number;
}

interface RetentionLimits {
  /** How long an answer is fresh, and what a call has shown of a region is believed. */
  readonly ttlMs: number;
  /** How long an answer is believed at all. */
  readonly keepMs: number;
}

/** What is known of one account's data retention, and of what models allow. Asks nobody. */
export class RetentionStore {
  readonly #answers = new Map<string, Answer>();
  readonly #shown = new Map<string, Shown>();
  readonly #refused = new Map<string, Refused>();
  readonly #closed = new Map<string, Closed>();
  readonly #failed = new Map<string, Failed>();
  /** Regions to be asked whatever is known of them. */
  readonly #wanted = new Set<string>();
  #strict: ReadonlySet<string> = new Set();
  #current: object = {};
  /** When something of it is not believed any more. */
  #validUntil = Number.POSITIVE_INFINITY;

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly limits: RetentionLimits,
  ) {}

  /** Another object whenever an answer may have changed, by time as well. */
  get current(): object {
    if (this.clock.now() >= this.#validUntil) {
      this.#changed();
    }
    return this.#current;
  }

  /** The mode in force in a region: of what AWS has said and what a call has shown, the later. */
  inForce(region: string): RouteRetention | undefined {
    const answer = this.#answers.get(region);
    const shown = this.#shown.get(region);
    if (shown !== undefined && this.#isYounger(shown, this.limits.ttlMs) && shown.at >= (answer?.at ?? 0)) {
      return Object.freeze({ effective: shown.mode, source: 'call', at: new Date(shown.at).toISOString() });
    }
    if (answer === undefined || !this.#isYounger(answer, this.limits.keepMs)) {
      return undefined;
    }
    const { mode, at } = answer;
    const effective = effectiveMode(mode);
    return Object.freeze({ mode, effective, source: 'account', at: new Date(at).toISOString() });
  }

  /** The modes that calls have shown a model to refuse in a region. */
  refusedInCalls(modelId: string, region: string): readonly RefusedMode[] {
    const modes = this.#strict.has(modelId) ? RETENTION_MODES : [];
    return modes.flatMap((mode) => {
      const refused = this.#refused.get(keyOf({ modelId, region, mode }));
      return refused !== undefined && this.#isYounger(refused, EVIDENCE_TTL_MS)
        ? [{ mode, known: `as a call on ${new Date(refused.at).toISOString().slice(0, 10)} has shown` }]
        : [];
    });
  }

  /** The models of which calls have shown that they refuse a mode somewhere. */
  get strictInCalls(): ReadonlySet<string> {
    return this.#strict;
  }

  /** Whether any region has ever let itself be asked. */
  get wasAnswered(): boolean {
    return this.#answers.size > 0;
  }

  /** Whether asking the region may tell something that is not known well enough. */
  isDue(region: string, principal: string | undefined): boolean {
    if (this.#wanted.has(region)) {
      return true;
    }
    const { ttlMs } = this.limits;
    const known = [this.#answers.get(region), this.#shown.get(region)];
    if (known.some((each) => each !== undefined && this.#isYounger(each, ttlMs))) {
      return false;
    }
    const failed = this.#failed.get(region);
    const restMs = failed && Math.min(ttlMs, RETRY_MS * 2 ** Math.min(failed.failures - 1, 20));
    return (
      this.#closedFor(region, principal) === undefined &&
      (failed === undefined || restMs === undefined || !this.#isYounger(failed, restMs))
    );
  }

  /** Why there is no fresh answer, if asking has failed. */
  failureOf(region: string, principal: string | undefined): RegionFailure | undefined {
    return (this.#closedFor(region, principal) ?? this.#failed.get(region))?.failure;
  }

  recordAnswer(region: string, mode: RetentionSetting): void {
    this.#answers.set(region, Object.freeze({ region, mode, at: this.clock.now() }));
    this.#closed.delete(region);
    this.#failed.delete(region);
    this.#wanted.delete(region);
    this.#changed();
  }

  recordFailure(region: string, failure: RegionFailure, principal: string | undefined): void {
    const at = this.clock.now();
    this.#wanted.delete(region);
    if (closesRegion(failure.kind) || failure.kind === 'unsupported-operation') {
      this.#closed.set(region, Object.freeze({ region, at, failure, ...(principal !== undefined && { principal }) }));
    } else {
      this.#failed.set(region, { at, failure, failures: (this.#failed.get(region)?.failures ?? 0) + 1 });
    }
    this.#changed();
  }

  /** A call was refused for the mode in force. */
  recordRefusal(modelId: string, region: string, mode: RetentionMode): void {
    const at = this.clock.now();
    const refused = Object.freeze({ modelId, region, mode, at });
    this.#refused.set(keyOf(refused), refused);
    if (this.inForce(region)?.effective !== mode) {
      this.#shown.set(region, Object.freeze({ region, mode, at }));
    }
    this.#changed();
  }

  /**
   * A call was answered: what was refused before is allowed by now, or another mode is in force.
   *
   * @returns whether that says something new
   */
  recordSuccess(modelId: string, region: string): boolean {
    if (!this.#strict.has(modelId)) {
      return false;
    }
    const modes = RETENTION_MODES.filter((mode) => this.#refused.delete(keyOf({ modelId, region, mode })));
    if (modes.length > 0) {
      this.#shown.delete(region);
      this.#changed();
    }
    return modes.length > 0;
  }

  /** Regions are due once more, whatever is known of them; that is believed until they have answered. */
  want(regions: readonly string[]): void {
    regions.forEach((region) => this.#wanted.add(region));
  }

  /** All that is worth keeping, as JSON. */
  store(): object {
    const [answers, shown, refused, closed] = [this.#answers, this.#shown, this.#refused, this.#closed].map((map) => [
      ...map.values(),
    ]);
    return { answers, shown, refused, closed };
  }

  /** Takes over what is valid of it, where it is later than what is known; a tier is trusted no more than a response. */
  adopt(stored: unknown): void {
    const { answers, shown, refused, closed } = isRecord(stored) ? stored : {};
    this.#take(ANSWER, answers, this.#answers, ({ region }) => region);
    this.#take(SHOWN, shown, this.#shown, ({ region }) => region);
    this.#take(REFUSED, refused, this.#refused, keyOf);
    this.#take(CLOSED, closed, this.#closed, ({ region }) => region);
    this.#changed();
  }

  clear(): void {
    [this.#answers, this.#shown, this.#refused, this.#closed, this.#failed].forEach((map) => map.clear());
    this.#changed();
  }

  /** A principal that may not ask one region mostly may not ask any, which each denied question would tell anew. */
  #closedFor(region: string, principal: string | undefined): Closed | undefined {
    const isOf = (closed: Closed): boolean => closed.principal === principal && this.#isYounger(closed, DAY_MS);
    const own = this.#closed.get(region);
    if (own !== undefined && isOf(own)) {
      return own;
    }
    const answeredAt = Math.max(0, ...[...this.#answers.values()].map(({ at }) => at));
    return [...this.#closed.values()].find(
      (closed) => isOf(closed) && isDenial(closed.failure.kind) && closed.at > answeredAt,
    );
  }

  #take<T extends { readonly at: number }>(
    schema: z.ZodType<T>,
    stored: unknown,
    known: Map<string, T>,
    keyOfItem: (item: T) => string,
  ): void {
    const now = this.clock.now();
    for (const each of Array.isArray(stored) ? (stored as unknown[]) : []) {
      const { data } = schema.safeParse(each);
      if (data !== undefined && !isFuture(data.at, now) && data.at > (known.get(keyOfItem(data))?.at ?? 0)) {
        known.set(keyOfItem(data), Object.freeze(data));
      }
    }
  }

  #isYounger({ at }: { readonly at: number }, limitMs: number): boolean {
    return ageOf(at, this.clock.now()) < limitMs;
  }

  #changed(): void {
    const { ttlMs, keepMs } = this.limits;
    this.#drop(this.#answers, keepMs);
    this.#drop(this.#shown, ttlMs);
    this.#drop(this.#refused, EVIDENCE_TTL_MS);
    this.#drop(this.#closed, DAY_MS);
    this.#strict = new Set([...this.#refused.values()].map(({ modelId }) => modelId));
    this.#validUntil = Math.min(
      ...[...this.#answers.values()].map(({ at }) => at + keepMs),
      ...[...this.#shown.values()].map(({ at }) => at + ttlMs),
      ...[...this.#refused.values()].map(({ at }) => at + EVIDENCE_TTL_MS),
    );
    this.#current = {};
  }

  #drop(map: Map<string, { readonly at: number }>, limitMs: number): void {
    for (const [key, each] of map) {
      if (!this.#isYounger(each, limitMs)) {
        map.delete(key);
      }
    }
  }
}

function keyOf({ modelId, region, mode }: Pick<Refused, 'modelId' | 'region' | 'mode'>): string {
  return `${modelId} ${region} ${mode}`;
}
