import type { AccountClient } from '@aws-sdk/client-account';
import { Inject, Injectable } from '@nestjs/common';
import { AwsClientFactory } from '../aws/clients/aws-client.factory.js';
import { BodyAllowance, timed } from '../aws/transport/timing.js';
import { AccountScope } from '../cache/account-scope.js';
import { TieredCache } from '../cache/tiered-cache.js';
import { classifyFailure } from '../errors/classify-failure.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { BEDROCK_REGIONS, defaultRegionOf, isRegionName, REGIONS_WITHOUT_BEDROCK } from '../regions/partitions.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { Reporter } from '../reporting/reporter.js';
import { ageOf, type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { raceSignal, startDeadline } from '../util/deadline.js';
import { readPages } from './listing.js';

const DAY_MS = 86_400_000;
/** After a failure that may pass, such as a timeout. */
const RETRY_MS = 3_600_000;
const PAGE_SIZE = 50;
const ACCOUNT_PACKAGE = '@aws-sdk/client-account';

/** What the account itself answered. */
interface AccountRegions {
  readonly regions: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What to go by, until it is to be asked for anew. */
interface CurrentRegions {
  readonly regions: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly forMs: number;
}

/** Which regions to ask: those of the options, else those that the account has enabled, else all that have Bedrock. */
@Injectable()
export class RegionDirectory {
  readonly #logger: DiscoveryLogger;
  #current: CurrentRegions | undefined;
  #ofAccount: AccountRegions | undefined;
  #builtIn: readonly string[] | undefined;
  #asking: Promise<CurrentRegions> | undefined;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    private readonly clients: AwsClientFactory,
    private readonly cache: TieredCache,
    private readonly owner: AccountScope,
    reporter: Reporter,
  ) {
    this.#logger = reporter.logger(RegionDirectory.name);
    owner.onChange(() => void this.#keep());
  }

  /** What is known without asking. */
  get current(): readonly string[] | undefined {
    return this.options.regions === 'auto' ? (this.#current?.regions ?? this.#builtIn) : this.options.regions;
  }

  /** The regions for reading the cache: asks nobody. */
  async remembered(): Promise<readonly string[]> {
    if (this.options.regions === 'auto') {
      this.#current ??= (await this.#kept()) ?? (await this.#ofSeed());
    }
    this.#builtIn ??= BEDROCK_REGIONS[await this.owner.partition()];
    return this.current ?? this.#builtIn;
  }

  /** The regions to scan; asks the account once a day. Rejects only if `signal` aborts. */
  async regions(signal: AbortSignal): Promise<readonly string[]> {
    if (this.options.regions !== 'auto') {
      return this.options.regions;
    }
    await raceSignal(this.remembered(), signal);
    if (this.#current === undefined || ageOf(this.#current.at, this.clock.now()) >= this.#current.forMs) {
      this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
      this.#current = await raceSignal(this.#asking, signal);
    }
    return this.#current.regions;
  }

  async #ask(): Promise<CurrentRegions> {
    const deadline = startDeadline(this.clock, this.options.scan.regionTimeoutMs);
    const region = defaultRegionOf(await this.owner.partition());
    try {
      const account = await import('@aws-sdk/client-account');
      const client = this.clients.getClient(account.AccountClient, { region, config: { maxAttempts: 1 } });
      const enabled = await raceSignal(this.#list(client, account, deadline.signal), deadline.signal);
      const regions = enabled.filter((name) => isName(name) && !REGIONS_WITHOUT_BEDROCK.includes(name)).sort();
      if (regions.length === 0) {
        throw new Error('The account lists no region.');
      }
      this.#ofAccount = { regions: Object.freeze(regions), at: this.clock.now() };
      await this.#keep();
      return { ...this.#ofAccount, forMs: DAY_MS };
    } catch (error) {
      const now = this.clock.now();
      const failure = classifyFailure(error, {
        at: new Date(now).toISOString(),
        region,
        operation: 'account:ListRegions',
      });
      if (isMissingPackage(error)) {
        this.#logger.log(
          'package-missing',
          `Regions that the account has not opted in to are asked too: run npm install ${ACCOUNT_PACKAGE}, or set \`regions\`.`,
          { package: ACCOUNT_PACKAGE },
        );
      } else {
        this.#logger.debug(
          'account-regions-unknown',
          `The account's regions cannot be listed (${failure.kind}): all regions with Bedrock are asked.`,
          { kind: failure.kind },
        );
      }
      const forMs = failure.retryable ? RETRY_MS : DAY_MS;
      return { regions: await this.remembered(), at: now, forMs };
    } finally {
      deadline.end();
    }
  }

  async #list(
    client: AccountClient,
    { ListRegionsCommand }: typeof import('@aws-sdk/client-account'),
    signal: AbortSignal,
  ): Promise<string[]> {
    const allowance = new BodyAllowance();
    const pages = await readPages(async (NextToken) => {
      const input = {
        MaxResults: PAGE_SIZE,
        RegionOptStatusContains: ['ENABLED' as const, 'ENABLED_BY_DEFAULT' as const, 'ENABLING' as const],
        NextToken,
      };
      const command = timed(new ListRegionsCommand(input), { signal, allowance });
      const { Regions = [], NextToken: nextToken } = await client.send(command, { abortSignal: signal });
      return { names: Regions.map(({ RegionName }) => RegionName ?? ''), nextToken };
    });
    return pages.flatMap(({ names }) => names);
  }

  async #kept(): Promise<CurrentRegions | undefined> {
    const key = await this.#key();
    const entry = key === undefined ? undefined : await this.cache.getEntry<unknown>(key);
    if (entry === undefined || !Array.isArray(entry.value) || !entry.value.every(isName) || entry.value.length === 0) {
      return undefined;
    }
    return { regions: Object.freeze([...entry.value]), at: Date.parse(entry.storedAt), forMs: DAY_MS };
  }

  /** While a seed is fresh, its regions are those to go by: nothing is asked before it is to be refreshed. */
  async #ofSeed(): Promise<CurrentRegions | undefined> {
    const seed = await this.owner.seedPrefix();
    const keys = this.cache.seedKeys().filter((key) => seed !== undefined && key.startsWith(`${seed}/`));
    const regions = [...new Set(keys.map((key) => key.slice(key.lastIndexOf('/') + 1)))].filter(isName).sort();
    const at = Math.max(...keys.map((key) => Date.parse(this.cache.getSeedEntry(key)?.storedAt ?? '') || 0));
    return regions.length === 0
      ? undefined
      : { regions: Object.freeze(regions), at, forMs: this.options.cache.memoryTtlMs };
  }

  /** Once it is known whose regions these are. */
  async #keep(): Promise<void> {
    const key = await this.#key();
    if (key !== undefined && this.#ofAccount !== undefined) {
      await this.cache.setEntry(key, this.#ofAccount.regions, this.#ofAccount.at);
    }
  }

  async #key(): Promise<string | undefined> {
    const prefix = await this.owner.prefix();
    return prefix && `${prefix}/regions`;
  }
}

function isMissingPackage(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && isRegionName(value);
}
