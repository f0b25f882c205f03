import { Inject, Injectable } from '@nestjs/common';
import { AwsClientFactory } from '../aws/clients/aws-client.factory.js';
import type { AwsIdentity } from '../aws/identity/aws-identity.js';
import { askCaller, type Caller } from '../aws/identity/caller.js';
import { AccountScope } from '../cache/account-scope.js';
import { TieredCache } from '../cache/tiered-cache.js';
import { CatalogReader } from '../catalog/catalog-reader.js';
import { ProfileInventory } from '../catalog/profiles/profile-inventory.js';
import { classifyFailure } from '../errors/classify-failure.js';
import { AbortedError } from '../errors/errors.js';
import { RetentionModes, type SurveyedRegion } from '../facts/retention/retention-modes.js';
import { PriceBook } from '../facts/pricing/price-book.js';
import { ModelQuotas } from '../facts/quotas/model-quotas.js';
import { LISTINGS } from '../inventory/listing.js';
import { RegionDirectory } from '../inventory/region-directory.js';
import type { RegionalInventory } from '../inventory/regional-inventory.js';
import type { RegionStatus } from '../inventory/scan.types.js';
import { LatencyStore } from '../latency/latency-store.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { discoveryPolicy, invocationPolicy } from '../policy/iam-policies.js';
import { residencyDenyPolicy } from '../policy/residency-deny-policy.js';
import { DiscoveryRefresher } from '../refresh/discovery-refresher.js';
import { RefreshSchedule } from '../refresh/refresh-schedule.js';
import { regionsOf } from '../regions/geographies.js';
import { defaultRegionOf, type Partition, partitionOf } from '../regions/partitions.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { startDeadline, withDeadline } from '../util/deadline.js';
import { deepFreeze } from '../util/deep-freeze.js';
import { type DiagnosedPolicies, type DiagnoseOptions, type Diagnosis, worstOf } from './diagnosis.js';
import {
  cacheFindings,
  clockFindings,
  endpointChecks,
  type OptionalPackage,
  packageCheck,
  proxyFindings,
  refreshFindings,
} from './environment-findings.js';
import { identityFindings, type ResolvedCredentials } from './identity-findings.js';
import {
  clockOf,
  type Connection,
  connectionCheck,
  missingPackages,
  probeConnection,
  surveyEndpoints,
  UNKNOWN_VERSIONS,
  versionsOf,
} from './probes.js';
import { quotaChecks } from './quota-findings.js';
import {
  describeRegions,
  hasAnswered,
  missingPermissions,
  offerChecks,
  operationChecks,
  type OperationOutcome,
  permissionChecks,
  refusalOf,
} from './region-findings.js';
import { retentionFindings } from './retention-findings.js';

/** Regions are looked up before they are scanned, and each has the whole time. */
const STEPS_OF_A_SCAN = 2;

/**
 * Tells what keeps AWS from answering: whose credentials are used and why, clock, endpoints, proxy, cache, each region's
 * outcome and the permissions that lack, all with what to do about it.
 *
 * @publicApi
 */
@Injectable()
export class DiscoveryDoctor {
  /** @internal Nest makes it. */
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    private readonly clients: AwsClientFactory,
    private readonly cache: TieredCache,
    private readonly owner: AccountScope,
    private readonly directory: RegionDirectory,
    private readonly latencies: LatencyStore,
    @Inject(LISTINGS) private readonly listings: readonly RegionalInventory[],
    private readonly profiles: ProfileInventory,
    private readonly catalog: CatalogReader,
    private readonly retention: RetentionModes,
    private readonly prices: PriceBook,
    private readonly refresher: DiscoveryRefresher,
    private readonly schedule: RefreshSchedule,
    private readonly quotas: ModelQuotas,
  ) {}

  /**
   * Looks at everything, side by side: resolves the credentials, sends one request to one region, asks the regions that
   * never answered, writes to the cache folder. Each step takes `scan.regionTimeoutMs` at most. Whatever is wrong with
   * the environment is a finding and no error.
   *
   * @throws AbortedError when `signal` ends it; InvalidArgumentError for a `route` or `residency` that cannot be read.
   */
  async diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis> {
    const { signal } = options;
    assertWanted(signal);
    // What was asked for wrongly is told before anything is sent.
    this.#policies(options, 'aws');
    const partition = await this.#within<Partition, Partition>(() => this.owner.partition(), 'aws', signal);
    const region = await this.#regionToProbe(partition, signal);
    const identity = this.clients.identity();
    const [{ resolved, caller }, connection, endpoints, tiers, versions, missing] = await Promise.all([
      this.#askForCredentials(identity, region, signal),
      this.#probe(region, signal),
      this.#within(() => surveyEndpoints(this.options, region, process.env), [], signal),
      this.cache.inspect(),
      this.#within(() => versionsOf(this.clients, region), UNKNOWN_VERSIONS, signal),
      missingPackages(this.#usedPackages(options, identity)),
      this.#askRegions(options),
    ]);
    const surveyed = await this.#within(() => this.#surveyRetention(options), [], signal);
    const owner = await this.#within(() => this.owner.account(), undefined, signal);
    assertWanted(signal);

    const now = this.clock.now();
    const { accountId: option, cache, client, refresh, regions } = this.options;
    const outcomes = this.#outcomes();
    const account = { partition, option, caller, owner, refusal: refusalOf(outcomes) };
    const who = identityFindings(identity, resolved, account, now, process.env);
    const time = clockFindings(clockOf(connection, this.clients.clockOffsetMs));
    const proxy = proxyFindings(client.httpsAgent?.reveal(), process.env);
    const stated = 'credentials' in resolved ? resolved.credentials?.accountId : undefined;
    const kept = cacheFindings({ tiers, namespace: cache.namespace, owner, option, stated });
    const permissions = missingPermissions(outcomes);
    const retention = retentionFindings(surveyed, this.options.retention.mode !== 'off');
    const schedule = refreshFindings(refresh, this.schedule.nextRunAt);
    const checks = [
      ...who.checks,
      ...time.checks,
      ...endpointChecks(endpoints),
      ...proxy.checks,
      connectionCheck(connection),
      ...outcomes.flatMap((outcome) => operationChecks(outcome, regions !== 'auto')),
      ...permissionChecks(permissions, outcomes),
      ...retention.checks,
      ...offerChecks(this.prices.denial),
      ...quotaChecks(this.quotas.report()),
      ...kept.checks,
      ...schedule.checks,
      packageCheck(missing),
    ];
    return deepFreeze({
      at: new Date(now).toISOString(),
      status: worstOf(checks),
      checks,
      identity: who.identity,
      clock: time.clock,
      endpoints,
      proxy: proxy.proxy,
      cache: kept.cache,
      regions: describeRegions(outcomes, (name) => this.latencies.get(name)?.latencyMs),
      permissions,
      retention: retention.retention,
      policies: this.#policies(options, partition),
      refresh: schedule.refresh,
      versions,
    });
  }

  /** What is of use with these options, and for what was asked. */
  #usedPackages({ route }: DiagnoseOptions, identity: AwsIdentity): readonly OptionalPackage[] {
    const { regions, quotas } = this.options;
    return [
      ...(regions === 'auto' ? (['@aws-sdk/client-account'] as const) : []),
      ...(quotas.mode === 'listed' ? (['@aws-sdk/client-service-quotas'] as const) : []),
      ...(identity.kind === 'bearer' ? [] : (['@aws-sdk/client-sts'] as const)),
      ...(route === undefined ? [] : (['@aws-sdk/client-bedrock-runtime'] as const)),
    ];
  }

  #outcomes(): readonly OperationOutcome[] {
    return this.listings.map((inventory) => ({
      id: inventory.listing.name,
      operation: inventory.listing.operation,
      statuses: inventory.statuses(),
    }));
  }

  #statuses(): readonly RegionStatus[] {
    return this.listings.flatMap((inventory) => inventory.statuses());
  }

  #surveyRetention({ recheck = false }: DiagnoseOptions): Promise<readonly SurveyedRegion[]> {
    const catalog = this.catalog.current;
    return this.retention.survey(
      catalog.modelIds.flatMap((modelId) => catalog.pathsTo(modelId)),
      recheck,
    );
  }

  async #askForCredentials(
    identity: AwsIdentity,
    region: string,
    signal: AbortSignal | undefined,
  ): Promise<{ resolved: ResolvedCredentials; caller?: Caller }> {
    // The default chain behind a bearer token is not what Bedrock sees.
    if (identity.kind === 'bearer') {
      return { resolved: { credentials: undefined } };
    }
    const resolved = await this.#resolve(identity, region, signal);
    if (!('credentials' in resolved)) {
      return { resolved };
    }
    const caller = await this.#within((ending) => askCaller(this.clients, region, ending), undefined, signal);
    return { resolved, ...(caller && { caller }) };
  }

  async #probe(region: string, signal: AbortSignal | undefined): Promise<Connection> {
    // What ends it is a finding of its own, so that it is not raced.
    const deadline = startDeadline(this.clock, this.options.scan.regionTimeoutMs, { parent: signal });
    try {
      return await probeConnection(this.clients, this.clock, region, deadline.signal);
    } finally {
      deadline.end();
    }
  }

  async #resolve(identity: AwsIdentity, region: string, signal: AbortSignal | undefined): Promise<ResolvedCredentials> {
    try {
      const credentials = await this.#inTime((ending) => identity.resolve({ signal: ending }), signal);
      return { credentials, expiresInMs: identity.expiresInMs(credentials) };
    } catch (error) {
      const at = new Date(this.clock.now()).toISOString();
      return { failure: classifyFailure(error, { at, region, operation: 'credentials' }) };
    }
  }

  /** Preferred, else known to answer and fast, else any. */
  async #regionToProbe(partition: Partition, signal: AbortSignal | undefined): Promise<string> {
    const regions = await this.#within(() => this.directory.remembered(), this.directory.current ?? [], signal);
    const answering = new Set(this.#statuses().flatMap((status) => (hasAnswered(status) ? [status.region] : [])));
    const usual = defaultRegionOf(partition);
    const [region = usual] = [
      ...this.options.preferredRegions.filter((name) => regions.includes(name)),
      ...this.latencies.sortRegions(regions.filter((name) => answering.has(name))),
      ...regions.filter((name) => name === usual),
      ...regions,
    ];
    return region;
  }

  /** Those that never answered, so that there is something to tell, and on demand those that failed. */
  async #askRegions({ signal, recheck = false }: DiagnoseOptions): Promise<void> {
    const statuses = this.#statuses();
    const asked = statuses.filter(({ status }) => status === 'pending' || (recheck && status === 'failed'));
    if (asked.length === 0 && statuses.length > 0) {
      return;
    }
    const regions = [...new Set(asked.map(({ region }) => region))];
    const named = regions.length === 0 ? {} : { regions };
    const ask = (ending: AbortSignal): Promise<unknown> =>
      this.refresher.refresh({ ...named, force: recheck && regions.length > 0, signal: ending });
    await this.#within(ask, undefined, signal, STEPS_OF_A_SCAN * this.options.scan.regionTimeoutMs);
  }

  /** What fails or does not end in time comes to the fallback. */
  async #within<T, F>(
    work: (ending: AbortSignal) => Promise<T>,
    fallback: F,
    signal: AbortSignal | undefined,
    timeoutMs = this.options.scan.regionTimeoutMs,
  ): Promise<T | F> {
    return this.#inTime(work, signal, timeoutMs).catch(() => fallback);
  }

  #inTime<T>(
    work: (ending: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
    timeoutMs = this.options.scan.regionTimeoutMs,
  ): Promise<T> {
    return withDeadline(this.clock, timeoutMs, work, signal);
  }

  #policies({ route, residency }: DiagnoseOptions, partition: Partition): DiagnosedPolicies {
    const { regions, access, listings, pricing, retention, quotas } = this.options;
    const profiles = this.profiles.current?.profiles ?? [];
    const isReached = residency !== undefined && regionsOf(residency).some((name) => partitionOf(name) === partition);
    const reached = isReached ? { partition } : {};
    return {
      discovery: discoveryPolicy({
        ...(regions !== 'auto' && { regions }),
        access: access.mode !== 'off',
        listings,
        retention: retention.mode !== 'off',
        offers: pricing.offers !== 'off',
        quotas: quotas.mode === 'listed',
        bearerToken: this.clients.identity().kind === 'bearer',
      }),
      ...(route && { invocation: invocationPolicy(route) }),
      ...(residency !== undefined && { residency: residencyDenyPolicy(residency, { ...reached, profiles }) }),
    };
  }
}

function assertWanted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new AbortedError(signal);
  }
}
