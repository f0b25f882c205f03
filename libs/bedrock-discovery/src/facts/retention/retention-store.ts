import * as z from 'zod';
import { type RegionFailure, restoreFailure } from '../../errors/errors.js';
import { closesRegion, isDenial } from '../../errors/failure-texts.js';
import type { InventoryContext } from '../../inventory/inventory-context.js';
import { ageOf } from '../../util/clock.js';
import { KeptEvidence } from '../kept-record.js';
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

const TEXT = z.string().min(1);
/** Milliseconds since the epoch. */
const AT = z.number().min(0);

/** AWS answered what the account has set in a region. */
const ANSWER = z.object({ region: TEXT, mode: z.enum(RETENTION_SETTINGS), at: AT });
/** A call of a model was refused in a region for the mode in force. */
const REFUSED = z.object({ modelId: TEXT, region: TEXT, mode: z.enum(RETENTION_MODES), at: AT });
/** A region did not let a principal, hashed, ask. */
const CLOSED = z.object({
  region: TEXT,
  principal: TEXT.optional(),
  at: AT,
  failure: z.preprocess(
    restoreFailure,
    z.custom<RegionFailure>((restored) => restored !== undefined),
  ),
});

type Answer = Readonly<z.infer<typeof ANSWER>>;
type Refused = Readonly<z.infer<typeof REFUSED>>;
type Closed = Readonly<z.infer<typeof CLOSED>>;

/** Asking has failed in a way that may pass. */
interface Failed {
  readonly at: number;
  readonly failure: RegionFailure;
  /** In a row. */
  readonly failures: number;
}

/** What follows from what calls have shown, as long as nothing changes. */
interface Drawn {
  readonly answers: object;
  readonly calls: object;
  /** Milliseconds since the epoch. */
  readonly validUntil: number;
  /** The latest refusal in each region, which has named the mode in force; those that are believed. */
  readonly shown: ReadonlyMap<string, Refused>;
  /** Models that refuse a mode somewhere. */
  readonly strict: ReadonlySet<string>;
}

/** What is known of one account's data retention, and of what models allow. Asks nobody. */
export class RetentionStore {
  readonly #ttlMs: number;
  readonly #answers: KeptEvidence<Answer>;
  readonly #calls: KeptEvidence<Refused>;
  readonly #closed: KeptEvidence<Closed>;
  readonly #failed = new Map<string, Failed>();
  /** Regions to be asked whatever is known of them. */
  readonly #wanted = new Set<string>();
  #drawn: Drawn | undefined;

  constructor(private readonly context: InventoryContext) {
    const { retention, cache } = context.options;
    this.#ttlMs = retention.ttlMs;
    this.#answers = new KeptEvidence(context, 'retention', {
      schema: ANSWER,
      keyOf: ({ region }) => region,
      keepMs: Math.max(retention.ttlMs, cache.diskTtlMs),
    });
    this.#calls = new KeptEvidence(context, 'retention-calls', { schema: REFUSED, keyOf, keepMs: EVIDENCE_TTL_MS });
    this.#closed = new KeptEvidence(context, 'retention-denied', {
      schema: CLOSED,
      keyOf: ({ region, principal }) => `${region} ${principal ?? ''}`,
      keepMs: DAY_MS,
    });
  }

  /** Another object whenever an answer may have changed, by time as well. */
  get current(): object {
    return this.#draw();
  }

  /** The models of which calls have shown that they refuse a mode somewhere. */
  get strictInCalls(): ReadonlySet<string> {
    return this.#draw().strict;
  }

  /** Whether any region lets itself be asked. */
  get wasAnswered(): boolean {
    return this.#answers.values().length > 0;
  }

  /** The mode in force in a region: what AWS has said, unless a call was refused for another one since. */
  inForce(region: string): RouteRetention | undefined {
    const shown = this.#draw().shown.get(region);
    const answer = this.#answerOf(region);
    const effective = answer && effectiveMode(answer.mode);
    if (shown !== undefined && shown.mode !== effective && shown.at >= (answer?.at ?? 0)) {
      return Object.freeze({ effective: shown.mode, source: 'call', at: new Date(shown.at).toISOString() });
    }
    return answer === undefined || effective === undefined
      ? undefined
      : Object.freeze({ mode: answer.mode, effective, source: 'account', at: new Date(answer.at).toISOString() });
  }

  /** The modes that calls have shown a model to refuse in a region. */
  refusedInCalls(modelId: string, region: string): readonly RefusedMode[] {
    const modes = this.strictInCalls.has(modelId) ? RETENTION_MODES : [];
    return modes.flatMap((mode) => {
      const refused = this.#calls.get(keyOf({ modelId, region, mode }));
      return refused === undefined
        ? []
        : [{ mode, known: `as a call on ${new Date(refused.at).toISOString().slice(0, 10)} has shown` }];
    });
  }

  /** Whether asking the region may tell something that is not known well enough. */
  isDue(region: string, principal: string | undefined): boolean {
    if (this.#wanted.has(region)) {
      return true;
    }
    const known = [this.#answerOf(region), this.#draw().shown.get(region)];
    if (known.some((each) => each !== undefined && this.#isYounger(each, this.#ttlMs))) {
      return false;
    }
    const failed = this.#failed.get(region);
    const restMs = Math.min(this.#ttlMs, RETRY_MS * 2 ** Math.min((failed?.failures ?? 1) - 1, 20));
    return (
      this.#closedFor(region, principal) === undefined && (failed === undefined || !this.#isYounger(failed, restMs))
    );
  }

  /** Why there is no fresh answer, if asking has failed. */
  failureOf(region: string, principal: string | undefined): RegionFailure | undefined {
    return (this.#closedFor(region, principal) ?? this.#failed.get(region))?.failure;
  }

  recordAnswer(region: string, mode: RetentionSetting): void {
    this.#failed.delete(region);
    this.#wanted.delete(region);
    this.#answers.set({ region, mode, at: this.#now() });
  }

  recordFailure(region: string, failure: RegionFailure, principal: string | undefined): void {
    const at = this.#now();
    this.#wanted.delete(region);
    if (closesRegion(failure.kind) || failure.kind === 'unsupported-operation') {
      this.#closed.set({ region, at, failure, ...(principal !== undefined && { principal }) });
    } else {
      this.#failed.set(region, { at, failure, failures: (this.#failed.get(region)?.failures ?? 0) + 1 });
    }
  }

  /** A call was refused for the mode in force. */
  recordRefusal(modelId: string, region: string, mode: RetentionMode): void {
    this.#calls.set({ modelId, region, mode, at: this.#now() });
  }

  /** Regions are due once more, whatever is known of them; that is believed until they have answered. */
  want(regions: readonly string[]): void {
    regions.forEach((region) => this.#wanted.add(region));
  }

  /** Brings back what an earlier run knew. Never rejects. */
  async open(): Promise<void> {
    await Promise.all([this.#answers, this.#calls, this.#closed].map((kept) => kept.open()));
  }

  async close(): Promise<void> {
    await Promise.all([this.#answers, this.#calls, this.#closed].map((kept) => kept.close()));
  }

  /** A principal that may not ask one region mostly may not ask any, which each denied question would tell anew. */
  #closedFor(region: string, principal: string | undefined): Closed | undefined {
    const closed = this.#closed
      .values()
      .filter((each) => each.principal === principal && this.#isYounger(each, DAY_MS));
    const answeredAt = Math.max(0, ...this.#answers.values().map(({ at }) => at));
    return (
      closed.find((each) => each.region === region && each.at > (this.#answers.get(region)?.at ?? 0)) ??
      closed.find((each) => isDenial(each.failure.kind) && each.at > answeredAt)
    );
  }

  #answerOf(region: string): Answer | undefined {
    const answer = this.#answers.get(region);
    // Its time may have turned out to lie ahead.
    return answer !== undefined && Number.isFinite(ageOf(answer.at, this.#now())) ? answer : undefined;
  }

  #draw(): Drawn {
    const { current: answers } = this.#answers;
    const { current: calls } = this.#calls;
    const former = this.#drawn;
    if (former?.answers === answers && former.calls === calls && this.#now() < former.validUntil) {
      return former;
    }
    const refused = this.#calls.values();
    const named = refused.filter((each) => this.#isYounger(each, this.#ttlMs)).sort((one, other) => one.at - other.at);
    this.#drawn = {
      answers,
      calls,
      validUntil: Math.min(...named.map(({ at }) => at + this.#ttlMs)),
      shown: new Map(named.map((each) => [each.region, each])),
      strict: new Set(refused.map(({ modelId }) => modelId)),
    };
    return this.#drawn;
  }

  #isYounger({ at }: { readonly at: number }, limitMs: number): boolean {
    return ageOf(at, this.#now()) < limitMs;
  }

  #now(): number {
    return this.context.clock.now();
  }
}

function keyOf({ modelId, region, mode }: Pick<Refused, 'modelId' | 'region' | 'mode'>): string {
  return `${modelId} ${region} ${mode}`;
}
