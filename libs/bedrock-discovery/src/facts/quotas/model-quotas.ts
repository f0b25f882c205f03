import { Injectable } from '@nestjs/common';
import { AwsClientFactory } from '../../aws/clients/aws-client.factory.js';
import type { TokenUsage } from '../../aws/transport/token-usage.js';
import { CatalogReader } from '../../catalog/catalog-reader.js';
import type { InvocationPath } from '../../catalog/invocation-paths.js';
import type { RegionFailure } from '../../errors/errors.js';
import { InventoryContext } from '../../inventory/inventory-context.js';
import type { DescribedFact, FactConstraints, ObservedCall, PathFact, Purpose } from '../path-fact.js';
import { QuotaLedger } from './quota-ledger.js';
import { QuotaLister } from './quota-lister.js';
import type { ListedLimits, ListedModels } from './quota-names.js';
import {
  type KnownQuota,
  MEASURE_WORDS,
  outputBurnOf,
  QUOTA_MEASURES,
  QUOTA_SCOPES,
  type QuotaLimits,
  quotaKeyOf,
  type QuotaScope,
  type QuotaSubject,
} from './quota.types.js';

const NOTHING: QuotaLimits = Object.freeze({});
/** In AWS's own words: what stands in between says that there are too many requests as well. */
const TOO_MANY_TOKENS = /too many tokens, please wait/i;
const TOO_MANY_REQUESTS = /too many requests, please wait/i;

/** A quota of 0, and how it is named to Service Quotas. */
export interface ZeroQuota {
  readonly modelId: string;
  readonly region: string;
  readonly scope: QuotaScope;
  readonly code: string;
  readonly adjustable: boolean;
}

/** What is left of the scarcest limit of a quota, as a share from 0 to 1. */
export interface QuotaHeadroom {
  readonly region: string;
  readonly modelId: string;
  readonly scope: QuotaScope;
  readonly left: number;
}

/** What the doctor is told. */
export interface QuotaReport {
  readonly mode: 'off' | 'learned' | 'listed';
  /** The SDK's client of Service Quotas is not installed. */
  readonly isMissing: boolean;
  /** Regions whose quotas are listed. */
  readonly listedRegions: readonly string[];
  readonly failures: readonly RegionFailure[];
  readonly zeros: readonly ZeroQuota[];
  /** Quotas of which calls have said that the day's is used up, with what this process has used of it. */
  readonly exhausted: readonly { readonly modelId: string; readonly region: string; readonly usedToday: number }[];
}

/** How much the account may use of models, as Service Quotas lists it or calls show it, and what is left of that. */
@Injectable()
export class ModelQuotas implements PathFact<'quotas'> {
  readonly name = 'quotas';
  readonly #mode: QuotaReport['mode'];
  readonly #ledger: QuotaLedger;
  readonly #lister: QuotaLister;
  readonly #raisedAt = new Map<string, number>();
  #listings: object = {};
  #basis: readonly unknown[] = [];
  #current: object = {};

  constructor(
    private readonly context: InventoryContext,
    catalog: CatalogReader,
    clients: AwsClientFactory,
  ) {
    this.#mode = context.options.quotas.mode;
    this.#ledger = new QuotaLedger(context.clock);
    this.#lister = new QuotaLister(context, catalog, clients, (region, models, former) =>
      this.#listed(region, models, former),
    );
  }

  /** Does not change with what is used: that shows a moment later. */
  get current(): object {
    const basis = [this.#listings, this.#ledger.current];
    if (basis.some((part, index) => part !== this.#basis[index])) {
      this.#basis = basis;
      this.#current = {};
    }
    return this.#current;
  }

  of(path: InvocationPath): KnownQuota | undefined {
    const key = this.#keyOf(path);
    const listed = this.#lister.of(path);
    if (key === undefined || (listed === undefined && !this.#ledger.knows(key))) {
      return undefined;
    }
    const learned = this.#ledger.learned(key);
    const restsUntil = this.#ledger.restsUntil(key);
    const room = this.#ledger.room(key, listed?.limits ?? NOTHING);
    if (room === undefined && restsUntil === undefined) {
      return undefined;
    }
    const limits = listed === undefined ? learned.limits : measuresOf(listed.limits);
    const at = listed?.at ?? learned.at;
    return Object.freeze({
      quota: Object.freeze({
        ...limits,
        source: listed === undefined ? 'learned' : 'listed',
        asOf: new Date(at).toISOString(),
        left: room === undefined || restsUntil !== undefined ? 0 : Math.max(0, Math.round(room.left * 100) / 100),
      }),
      room,
      restsUntil,
      raisedAt: this.#raisedAt.get(key) ?? 0,
    });
  }

  describe(known: KnownQuota | undefined): DescribedFact {
    if (known === undefined) {
      return {};
    }
    return { shown: { quota: known.quota }, reason: `Quota: ${wordsOf(known)}.` };
  }

  find(paths: readonly InvocationPath[], wanted: FactConstraints, purpose: Purpose): Promise<void> | undefined {
    if (this.#mode !== 'listed' || purpose === 'peek') {
      return undefined;
    }
    const callable = wanted.sourceRegions ?? wanted.residency;
    const open = paths.filter((path) => path.open && callable?.has(path.region) !== false);
    const regions = new Set(open.map(({ region }) => region));
    const resting = new Set(this.#ledger.resting.map(({ key }) => key.split(' ')[0]));
    return this.#lister.ask(regions, (region) => resting.has(region));
  }

  learn({ path, failure }: ObservedCall): void {
    const key = this.#keyOf(path);
    if (key === undefined || failure === undefined) {
      return;
    }
    if (failure.kind === 'quota-exhausted') {
      this.#ledger.exhausted(key);
    } else if (failure.kind === 'throttled' && TOO_MANY_TOKENS.test(failure.message)) {
      this.#ledger.throttled(key, 'tokensPerMinute');
    } else if (failure.kind === 'throttled' && TOO_MANY_REQUESTS.test(failure.message)) {
      this.#ledger.throttled(key, 'requestsPerMinute');
    }
  }

  /**
   * What would be left of a route's scarcest quota, as a share, if a call were made now: below 0 where it does not fit.
   *
   * @param tokens what it needs at most; undefined where the caller does not say
   * @returns undefined where no quota is known
   */
  roomOf(route: QuotaSubject, tokens: number | undefined): number | undefined {
    const key = this.#keyOf(route);
    if (key === undefined) {
      return undefined;
    }
    return this.#ledger.restsUntil(key) === undefined
      ? this.#ledger.roomFor(key, this.#lister.of(route)?.limits ?? NOTHING, tokens)?.left
      : -1;
  }

  /**
   * A call through a route begins.
   *
   * @returns to be called once when it is over, with the usage of each request that was executed; undefined where nobody knows
   */
  reserve(route: QuotaSubject, tokens: number | undefined): (usages: readonly (TokenUsage | undefined)[]) => void {
    const key = this.#keyOf(route);
    if (key === undefined) {
      return () => undefined;
    }
    const reservation = this.#ledger.reserve(key, tokens);
    const burn = outputBurnOf(route.modelId);
    return (usages) => reservation.settle(usages.map((usage) => usage && usage.input + usage.output * burn));
  }

  report(): QuotaReport {
    const zeros = [...this.#lister.regions].flatMap(([region, { models }]) =>
      [...models].flatMap(([modelId, scopes]) =>
        QUOTA_SCOPES.flatMap((scope): ZeroQuota[] => {
          const zero = scopes[scope]?.zero;
          return zero === undefined ? [] : [{ modelId, region, scope, ...zero }];
        }),
      ),
    );
    const exhausted = this.#ledger.resting.map(({ key, usedToday }) => {
      const [region = '', modelId = ''] = key.split(' ');
      return { region, modelId, usedToday };
    });
    const { isMissing, failures, regions } = this.#lister;
    return { mode: this.#mode, isMissing, failures, listedRegions: [...regions.keys()].sort(), zeros, exhausted };
  }

  /** What is left of the quotas that calls of this process have drawn from, where their limits are known. */
  headroom(): readonly QuotaHeadroom[] {
    return [...this.#ledger.keys].flatMap((key): QuotaHeadroom[] => {
      const [region = '', modelId = '', scope] = key.split(' ') as [string?, string?, QuotaScope?];
      const listed = scope && this.#lister.regions.get(region)?.models.get(modelId)?.[scope];
      const room = this.#ledger.room(key, listed ?? NOTHING);
      const isResting = this.#ledger.restsUntil(key) !== undefined;
      return scope === undefined || (room === undefined && !isResting)
        ? []
        : [{ region, modelId, scope, left: isResting ? 0 : Math.max(0, room?.left ?? 0) }];
    });
  }

  async open(): Promise<void> {
    if (this.#mode === 'listed') {
      await this.#lister.open();
    }
  }

  close(): Promise<void> {
    return this.#lister.close();
  }

  #keyOf(subject: QuotaSubject): string | undefined {
    return this.#mode === 'off' ? undefined : quotaKeyOf(subject);
  }

  #listed(region: string, models: ListedModels, former: ListedModels | undefined): void {
    this.#listings = {};
    for (const [modelId, scopes] of former === undefined ? [] : models) {
      for (const scope of QUOTA_SCOPES) {
        const [before, now] = [former?.get(modelId)?.[scope]?.tokensPerDay, scopes[scope]?.tokensPerDay];
        if (before !== undefined && now !== undefined && now > before) {
          const key = `${region} ${modelId} ${scope}`;
          this.#raisedAt.set(key, this.context.clock.now());
          this.#ledger.lifted(key);
        }
      }
    }
  }
}

function wordsOf({ quota, room, restsUntil }: KnownQuota): string {
  if (room === undefined || restsUntil !== undefined) {
    return `calls were told that the day's is used up; it begins anew at ${new Date(restsUntil ?? 0).toISOString()}`;
  }
  const amount = `${Math.round(room.limit).toLocaleString('en')} ${MEASURE_WORDS[room.measure]}`;
  const how = quota.source === 'listed' ? 'as Service Quotas lists it' : 'as calls were throttled at about that';
  return `about ${Math.round(quota.left * 100)} % of ${amount} left, ${how}`;
}

function measuresOf(limits: ListedLimits): QuotaLimits {
  return Object.fromEntries(
    QUOTA_MEASURES.flatMap((measure) => (limits[measure] === undefined ? [] : [[measure, limits[measure]]])),
  );
}
