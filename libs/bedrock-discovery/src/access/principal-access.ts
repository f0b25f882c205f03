import * as z from 'zod';
import type { RegionFailure } from '../errors/errors.js';
import type { InventoryContext } from '../inventory/inventory-context.js';
import { isRegionName } from '../regions/partitions.js';
import { isFuture } from '../util/clock.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { raceSignal } from '../util/deadline.js';
import { DebouncedWrite } from '../util/debounced-write.js';
import { isRecord, isText, present } from '../util/guards.js';
import { AccessChecker, type CheckOptions } from './access-checker.js';
import { type AccessEvidence, ANSWER, DENIAL, latestSuccess, REFUSAL, SHOWN } from './access-evidence.js';
import { type AccessRecord, AccessStore } from './access-store.js';
import { ACCESS_STATES, type AccessFlip } from './access.types.js';

const SAVE_DELAY_MS = 2_000;

/** One principal's access: what is known of it, what has it asked about, and where it is kept between runs. */
export class PrincipalAccess {
  readonly store: AccessStore;
  readonly #checker: AccessChecker;
  readonly #saving: DebouncedWrite;
  /** Where it is kept; undefined until it was read there. */
  #key: string | undefined;
  /** What the cache last was given or gave. */
  #stored: unknown;
  #opening: Promise<void> | undefined;
  #closing = false;

  constructor(
    private readonly context: InventoryContext,
    private readonly logger: DiscoveryLogger,
    onFlip: (flip: AccessFlip) => void,
  ) {
    const { clock, options } = context;
    const { access, cache, refresh } = options;
    const limits = { ttlMs: access.ttlMs, keepMs: Math.max(access.ttlMs, cache.diskTtlMs) };
    this.store = new AccessStore(clock, limits, access.mode !== 'off', onFlip);
    this.#checker = new AccessChecker(context, this.store, logger);
    this.#saving = new DebouncedWrite(clock, refresh.mode === 'on-read' ? 0 : SAVE_DELAY_MS, () => this.#save());
  }

  /** Asks AWS about a model unless something fresh is known, here or by another process. */
  async find(modelId: string, region: string, signal: AbortSignal): Promise<void> {
    const isDue = (): boolean => !this.#closing && this.store.isDue(modelId, region);
    if (isDue()) {
      await raceSignal(this.readAgain(), signal);
    }
    if (isDue()) {
      await this.check(modelId, region, { signal });
    }
  }

  /** Asks AWS; resolves with why there is no answer, if there is none. */
  async check(modelId: string, region: string, options: CheckOptions): Promise<RegionFailure | undefined> {
    const failure = await this.#checker.check(modelId, region, options);
    this.saveSoon();
    return failure;
  }

  /** Something was learnt. */
  saveSoon(): void {
    if (!this.#closing) {
      this.#saving.request();
    }
  }

  /** Others are to find what was learnt so far. */
  save(): Promise<void> {
    return this.#saving.flush();
  }

  /** Brings back what an earlier run knew, once it is known whose it is. Never rejects. */
  open(): Promise<void> {
    this.#opening ??= this.#attempt(() => this.#open()).finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  /** Takes over what other processes of the same principal have found out, so that not everyone asks. Never rejects. */
  async readAgain(): Promise<void> {
    const key = this.#key;
    if (key !== undefined) {
      await this.#attempt(() => this.#read(key, false));
    }
  }

  /** Ends the questions under way, and hands all that was learnt to the cache. */
  async close(reason: Error): Promise<void> {
    this.#closing = true;
    await this.#checker.abort(reason);
    await this.#opening;
    await this.#saving.flush();
  }

  async #open(): Promise<void> {
    const { owner } = this.context;
    const principal = await owner.principal();
    this.store.principal ??= principal;
    const prefix = this.store.principal === undefined ? undefined : await owner.prefix();
    const key = prefix && `${prefix}/access/${this.store.principal}`;
    if (key !== undefined && key !== this.#key) {
      await this.#read(key, true);
      this.#key = key;
    }
  }

  async #save(): Promise<void> {
    await this.open();
    const key = this.#key;
    if (key !== undefined) {
      const merge = (stored: unknown): object => {
        this.#adopt(stored, false);
        return storeAccess(this.store.current);
      };
      await this.#attempt(async () => (this.#stored = await this.context.cache.merge(key, merge)));
    }
  }

  async #read(key: string, first: boolean): Promise<void> {
    this.#adopt(await this.context.cache.get<unknown>(key, { anew: true }), first);
  }

  /** @param first whether it was known before all that was learnt here */
  #adopt(stored: unknown, first: boolean): void {
    if (stored === undefined || stored === this.#stored) {
      return;
    }
    this.#stored = stored;
    const { clock, options } = this.context;
    const record = restoreAccess(stored, clock.now(), options.access.mode === 'off');
    if (record === undefined) {
      this.logger.warn(
        'cache-entry-foreign',
        'What the cache holds about access is not what was stored there; it is ignored.',
      );
      return;
    }
    this.store.adopt(record, first);
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.debug('keeping-failed', `Keeping what is known of access failed: ${String(error)}`);
    }
  }
}

const TOLD = z.enum(ACCESS_STATES).exclude(['unknown']);

/** All that is known, as JSON: a copy, for what a cache was given is not changed any more. That asking failed may have passed. */
export function storeAccess({ evidence, refusals }: AccessRecord): object {
  const stored = ({ answer, denial, routes, told }: AccessEvidence): object =>
    present({ answer, denial, routes: routes && [...routes.values()], told });
  const models = objectOf(evidence, (ofRegion) => objectOf(ofRegion, stored));
  return { models, refusals: Object.fromEntries(refusals) };
}

function objectOf<T>(map: ReadonlyMap<string, T>, store: (value: T) => object): Record<string, object> {
  return Object.fromEntries([...map].map(([key, value]) => [key, store(value)]));
}

/**
 * Reads what a cache tier returned; a tier is trusted no more than a response. What is not as it was stored is left out.
 *
 * @param evidenceOnly leaves out what AWS answered
 * @returns undefined if it is not at all what was stored
 */
export function restoreAccess(value: unknown, now: number, evidenceOnly: boolean): AccessRecord | undefined {
  if (!isRecord(value) || !isRecord(value['models']) || !isRecord(value['refusals'])) {
    return undefined;
  }
  const read = <T extends { readonly at: number }>(schema: z.ZodType<T>, stored: unknown): T | undefined => {
    const { data } = schema.safeParse(stored);
    return data !== undefined && !isFuture(data.at, now) ? data : undefined;
  };
  const evidenceOf = (stored: unknown): AccessEvidence | undefined => {
    if (!isRecord(stored)) {
      return undefined;
    }
    const list: unknown[] = Array.isArray(stored['routes']) ? stored['routes'] : [];
    const facts = list.map((fact) => read(SHOWN, fact)).filter((fact) => fact !== undefined);
    const routes = new Map(facts.map((fact) => [fact.invocationId, fact]));
    const answer = evidenceOnly ? undefined : read(ANSWER, stored['answer']);
    const denial = read(DENIAL, stored['denial']);
    const told = TOLD.safeParse(stored['told']).data;
    const isNothing = answer === undefined && denial === undefined && routes.size === 0;
    return isNothing ? undefined : { answer, denial, routes, success: latestSuccess(routes), told };
  };
  const { models, refusals } = value;
  return {
    evidence: mapOf(models, isRegionName, (ofRegion) => mapOf(ofRegion, isText, evidenceOf)),
    refusals: mapOf(evidenceOnly ? {} : refusals, isRegionName, (stored) => read(REFUSAL, stored)),
  };
}

/** Entry by entry: what cannot be restored is left out. */
function mapOf<T>(
  value: unknown,
  isKey: (key: string) => boolean,
  restore: (stored: unknown) => T | undefined,
): Map<string, T> {
  const map = new Map<string, T>();
  for (const [key, stored] of isRecord(value) ? Object.entries(value) : []) {
    const restored = isKey(key) ? restore(stored) : undefined;
    if (restored !== undefined) {
      map.set(key, restored);
    }
  }
  return map;
}
