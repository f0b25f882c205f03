import * as z from 'zod';
import type { AwsClientFactory } from '../../aws/clients/aws-client.factory.js';
import type { CatalogReader } from '../../catalog/catalog-reader.js';
import { type RegionFailure, MalformedResponseError } from '../../errors/errors.js';
import type { InventoryContext } from '../../inventory/inventory-context.js';
import { readPages } from '../../inventory/listing.js';
import type { RegionCall } from '../../inventory/region-client.js';
import { isRegionName } from '../../regions/partitions.js';
import { ageOf, isFuture } from '../../util/clock.js';
import type { DiscoveryLogger } from '../../reporting/discovery-logger.js';
import { isRecord, isText } from '../../util/guards.js';
import { SingleFlight } from '../../util/single-flight.js';
import { KeptRecord } from '../kept-record.js';
import { type ListedLimits, type ListedModels, type ListedQuota, matchQuotas } from './quota-names.js';
import { QUOTA_SCOPES, type QuotaSubject, scopeOf } from './quota.types.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Service Quotas takes ten requests a second of an account. */
const PARALLEL = 4;
const PAGE_SIZE = 100;

const OPERATION = 'servicequotas:ListServiceQuotas';
export const SDK = '@aws-sdk/client-service-quotas';

/** What a region listed. */
interface RegionQuotas {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly models: ListedModels;
}

/** Why a region is not asked for a while. */
interface Refusal {
  readonly until: number;
  readonly failure: RegionFailure;
}

/** What a model is listed with in a region. */
export interface Listed {
  readonly limits: ListedLimits;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const AMOUNT = z.number().gte(0).optional();
const LIMITS = z.object({
  tokensPerMinute: AMOUNT,
  requestsPerMinute: AMOUNT,
  tokensPerDay: AMOUNT,
  zero: z.object({ code: z.string(), adjustable: z.boolean() }).optional(),
});
const REGION = z.object({
  at: z.number(),
  models: z.record(z.string(), z.partialRecord(z.enum(QUOTA_SCOPES), LIMITS)),
});

/** What Service Quotas lists in each region, asked once a day at most and kept between runs. */
export class QuotaLister {
  readonly #logger: DiscoveryLogger;
  readonly #listed = new Map<string, RegionQuotas>();
  readonly #refused = new Map<string, Refusal>();
  readonly #flights: SingleFlight<void>;
  readonly #kept: KeptRecord;
  #isMissing = false;
  #isClosing = false;

  /** @param onListed called with the region whose answer came or came back, and with what it listed before */
  constructor(
    private readonly context: InventoryContext,
    private readonly catalog: CatalogReader,
    private readonly clients: AwsClientFactory,
    private readonly onListed: (region: string, models: ListedModels, former: ListedModels | undefined) => void,
  ) {
    this.#logger = context.reporter.logger('BedrockDiscovery');
    this.#flights = new SingleFlight(PARALLEL, context.clock);
    this.#kept = new KeptRecord(context, 'quotas', {
      store: () => storedOf(this.#listed),
      adopt: (stored) => this.#adopt(stored),
      clear: () => this.#listed.clear(),
    });
  }

  /** The SDK's client is not installed: nothing can be asked. */
  get isMissing(): boolean {
    return this.#isMissing;
  }

  /** By region, when it was listed. */
  get regions(): ReadonlyMap<string, RegionQuotas> {
    return this.#listed;
  }

  /** By region, why nothing is listed. */
  get failures(): readonly RegionFailure[] {
    return [...this.#refused.values()].map(({ failure }) => failure);
  }

  /** What is listed for a route, unless it is too old to be served at all. */
  of(subject: QuotaSubject): Listed | undefined {
    const kept = this.#listed.get(subject.region);
    const listed = kept !== undefined && this.#mayServe(kept.at) ? kept : undefined;
    const scope = listed && scopeOf(subject);
    const limits = scope && listed?.models.get(subject.modelId)?.[scope];
    return listed === undefined || limits === undefined ? undefined : { limits, at: listed.at };
  }

  /**
   * Asks the regions of which nothing is known that is recent enough.
   *
   * @param isUrgent whether what a region listed an hour ago is not recent enough
   * @returns what is waited for by whoever wants the answers of regions that never answered; undefined where all have
   */
  ask(regions: Iterable<string>, isUrgent: (region: string) => boolean): Promise<void> | undefined {
    const due =
      this.#isMissing || this.#isClosing ? [] : [...regions].filter((region) => this.#isDue(region, isUrgent));
    const asked = due.map((region) => ({ region, landed: this.#join(region) }));
    const unknown = asked.filter(({ region }) => !this.#listed.has(region));
    return unknown.length === 0 ? undefined : Promise.all(unknown.map(({ landed }) => landed)).then(() => undefined);
  }

  open(): Promise<void> {
    return this.#kept.open();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#flights.abort(new DOMException('The application is closing.', 'AbortError'));
    await this.#kept.close();
  }

  #mayServe(at: number): boolean {
    return ageOf(at, this.context.clock.now()) < this.context.options.cache.diskTtlMs;
  }

  #isDue(region: string, isUrgent: (region: string) => boolean): boolean {
    const now = this.context.clock.now();
    if ((this.#refused.get(region)?.until ?? 0) > now) {
      return false;
    }
    const listed = this.#listed.get(region);
    return listed === undefined || ageOf(listed.at, now) >= (isUrgent(region) ? HOUR_MS : DAY_MS);
  }

  /** Nobody leaves: what was asked is of use to whoever comes next. */
  #join(region: string): Promise<void> {
    return this.#flights.join(region, (signal) => this.#ask(region, signal)).landed;
  }

  async #ask(region: string, signal: AbortSignal): Promise<void> {
    const sdk = await import('@aws-sdk/client-service-quotas').catch(() => undefined);
    if (sdk === undefined) {
      this.#warnOfMissing();
      return;
    }
    const outcome = await this.context.scanner.run({
      region,
      operation: OPERATION,
      signal,
      // Another service than the one whose latency is of interest.
      timed: false,
      background: true,
      run: (call) => this.#list(call, sdk),
    });
    if (signal.aborted) {
      return;
    }
    const now = this.context.clock.now();
    if (outcome.ok) {
      const { current } = this.catalog;
      const models = current.modelIds.map((modelId) => current.describe(modelId));
      this.#refused.delete(region);
      this.#take(region, { at: now, models: matchQuotas(outcome.value, models) });
      this.#kept.saveSoon();
    } else {
      const { failure } = outcome;
      this.#logger.debug(
        'quotas-unknown',
        `The quotas of ${region} cannot be listed (${failure.kind}): ${failure.message}`,
        { region, kind: failure.kind },
      );
      this.#refused.set(region, { until: now + (failure.retryable ? HOUR_MS : DAY_MS), failure });
    }
  }

  async #list(
    call: RegionCall,
    { ServiceQuotasClient, ListServiceQuotasCommand }: typeof import('@aws-sdk/client-service-quotas'),
  ): Promise<readonly ListedQuota[]> {
    const client = this.clients.getClient(ServiceQuotasClient, { region: call.region, config: { maxAttempts: 1 } });
    const pages = await readPages(async (NextToken) => {
      const input = { ServiceCode: 'bedrock', MaxResults: PAGE_SIZE, NextToken };
      const { Quotas, NextToken: nextToken } = await call.send((_bedrock, options) =>
        client.send(options.prepare(new ListServiceQuotasCommand(input)), options),
      );
      if (!Array.isArray(Quotas)) {
        throw new MalformedResponseError('The answer has no Quotas.');
      }
      return { quotas: Quotas.flatMap(quotaIn), nextToken };
    });
    return pages.flatMap(({ quotas }) => quotas);
  }

  #take(region: string, quotas: RegionQuotas): void {
    const former = this.#listed.get(region)?.models;
    this.#listed.set(region, quotas);
    this.onListed(region, quotas.models, former);
  }

  #adopt(stored: unknown): void {
    const now = this.context.clock.now();
    for (const [region, value] of isRecord(stored) ? Object.entries(stored) : []) {
      const { data } = REGION.safeParse(value);
      const isNewer = data !== undefined && data.at > (this.#listed.get(region)?.at ?? 0) && !isFuture(data.at, now);
      if (isNewer && isRegionName(region) && this.#mayServe(data.at)) {
        this.#take(region, { at: data.at, models: new Map(Object.entries(data.models)) });
      }
    }
  }

  #warnOfMissing(): void {
    if (!this.#isMissing) {
      this.#isMissing = true;
      this.#logger.warn(
        'package-missing',
        `quotas.mode is 'listed', but ${SDK} is not installed: quotas are only learned.`,
        { package: SDK },
      );
    }
  }
}

function storedOf(listed: ReadonlyMap<string, RegionQuotas>): object {
  return Object.fromEntries(
    [...listed].map(([region, { at, models }]) => [region, { at, models: Object.fromEntries(models) }]),
  );
}

/** What is not understood of the answer is not known. */
function quotaIn(quota: unknown): ListedQuota[] {
  const { QuotaName: name, Value: value, QuotaCode: code, Adjustable: adjustable } = isRecord(quota) ? quota : {};
  const isAmount = typeof value === 'number' && Number.isFinite(value) && value >= 0;
  return isText(name) && isAmount
    ? [{ name, value, code: isText(code) ? code : '', adjustable: adjustable === true }]
    : [];
}
