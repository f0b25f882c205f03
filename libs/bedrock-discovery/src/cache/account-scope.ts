import { Inject, Injectable } from '@nestjs/common';
import { AwsClientFactory } from '../aws/clients/aws-client.factory.js';
import { networkOf } from '../aws/clients/client-endpoint.js';
import { askCaller } from '../aws/identity/caller.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { defaultRegionOf, type Partition, partitionOf } from '../regions/partitions.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { Reporter } from '../reporting/reporter.js';
import { ageOf, type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { withDeadline } from '../util/deadline.js';
import { TieredCache } from './tiered-cache.js';

const CREDENTIALS_TIMEOUT_MS = 3_000;
const ASK_AGAIN_MS = 5_000;

/**
 * Whose entries are read and written: an account of a partition, as it is seen through one endpoint. Taken from the `accountId`
 * option, else from the credentials (the SDK takes it from the ARN of a role that it assumed), else from what an earlier run
 * learnt for the same principal, else from the first listed profile ARN. Where there is a shared store, which a new process is
 * to find filled though its credentials are new, STS is asked before that, once.
 */
@Injectable()
export class AccountScope {
  readonly #logger: DiscoveryLogger;
  readonly #listeners: (() => void)[] = [];
  #partition: Promise<Partition> | undefined;
  #network: Promise<string> | undefined;
  #finding: Promise<void> | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;
  #principal: string | undefined;
  #account: string | undefined;
  #certain = false;
  #callerAsked = false;
  #foreignSeedReported = false;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    private readonly clients: AwsClientFactory,
    private readonly cache: TieredCache,
    private readonly reporter: Reporter,
  ) {
    this.#logger = reporter.logger(AccountScope.name);
  }

  /** Called whenever the owner turns out to be another, or known at last. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** What the keys of this owner start with; undefined while nobody knows whose entries these are. */
  async prefix(): Promise<string | undefined> {
    if (this.#account === undefined && !this.#hasJustFailed()) {
      this.#finding ??= this.#find().finally(() => (this.#finding = undefined));
      await this.#finding;
    }
    const owner = await this.#owner();
    const network = await this.network();
    // What was seen through an endpoint of one's own, such as a simulator, is no answer of AWS.
    return owner === undefined || network === 'aws' ? owner : `${owner}@${network}`;
  }

  /** As {@link prefix}, for what leaves this installation. */
  async ownerOfSnapshots(): Promise<string> {
    await this.prefix();
    return (await this.#owner()) ?? `${await this.partition()}/unknown`;
  }

  /** Twelve digits; undefined while nobody knows whose entries these are. */
  async account(): Promise<string | undefined> {
    await this.prefix();
    return this.#account;
  }

  /** The same, as far as it has been found out. */
  get knownAccount(): string | undefined {
    return this.#account ?? this.options.accountId;
  }

  /** Tells apart what is seen through different endpoints. */
  network(): Promise<string> {
    this.#network ??= networkOf(this.options);
    return this.#network;
  }

  /**
   * What the keys of the seed start with, if its entries may be served: while nobody knows the owner, if they belong to
   * it, or if they name none.
   */
  async seedPrefix(): Promise<string | undefined> {
    await this.prefix();
    const [owner, [key]] = [await this.#owner(), this.cache.seedKeys()];
    const seedOwner = key?.split('/').slice(0, 2).join('/');
    if (seedOwner === undefined || owner === undefined || owner === seedOwner || seedOwner.endsWith('/unknown')) {
      return seedOwner;
    }
    if (!this.#foreignSeedReported) {
      this.#foreignSeedReported = true;
      this.#logger.warn(
        'seed-refused',
        'cache.seed was exported for another account or partition; it is not served. Export it anew.',
      );
    }
    return undefined;
  }

  /** Non-reversible; undefined where credentials cannot be had. */
  async principal(): Promise<string | undefined> {
    if (this.#principal === undefined && this.#hasJustFailed()) {
      return undefined;
    }
    this.#principal = (await this.#bounded(() => this.clients.identity().principalHash())) ?? this.#principal;
    return this.#principal;
  }

  /** Takes the account from an ARN that AWS listed, unless a better source has named it. */
  async learn(account: string): Promise<void> {
    if (this.#certain || account === '') {
      return;
    }
    this.#certain = true;
    if (this.#account === account) {
      return;
    }
    const corrected = this.#account !== undefined;
    this.#own(account);
    this.#logger.debug(
      'account-learnt',
      corrected ? 'Another account owns what is listed.' : 'The account was learnt from a listed profile.',
    );
    this.#listeners.forEach((listener) => listener());
    const key = await this.#rememberedKey();
    if (key !== undefined) {
      await this.cache.set(key, { account });
    }
  }

  /** The partition that the identity reaches, by the regions named in options, environment or profile. */
  partition(): Promise<Partition> {
    this.#partition ??= this.#findPartition();
    return this.#partition;
  }

  async #owner(): Promise<string | undefined> {
    return this.#account && `${await this.partition()}/${this.#account}`;
  }

  async #findPartition(): Promise<Partition> {
    const [named] = this.options.regions === 'auto' ? this.options.preferredRegions : this.options.regions;
    if (named !== undefined) {
      return partitionOf(named);
    }
    try {
      // Names such as `fips-us-gov-west-1` are an older way to ask for FIPS endpoints.
      return partitionOf((await this.#configuredRegion()).replace(/^fips-|-fips$/, ''));
    } catch {
      return 'aws';
    }
  }

  /** As the SDK finds it, which is loaded only where files have to be read. */
  async #configuredRegion(): Promise<string> {
    const { awsProfile } = this.options;
    const ofEnvironment = process.env['AWS_REGION'];
    if (ofEnvironment) {
      return ofEnvironment;
    }
    const sdk = await import('@smithy/core/config');
    return sdk.loadConfig(sdk.NODE_REGION_CONFIG_OPTIONS, {
      ...sdk.NODE_REGION_CONFIG_FILE_OPTIONS,
      ...(awsProfile !== undefined && { profile: awsProfile }),
    })();
  }

  async #find(): Promise<void> {
    const stated = this.options.accountId ?? (await this.#bounded(() => this.clients.identity().accountId()));
    if (stated !== undefined) {
      this.#certain = true;
      this.#own(this.#account ?? stated);
      return;
    }
    const key = await this.#rememberedKey();
    const remembered = key === undefined ? undefined : await this.cache.get<{ account?: unknown }>(key);
    const account = remembered?.account;
    if (typeof account === 'string' && /^\d{12}$/.test(account)) {
      this.#own(this.#account ?? account);
    } else if (this.options.cache.sharedStore !== undefined && !this.#callerAsked) {
      this.#callerAsked = true;
      await this.#askCaller();
    }
  }

  /** Temporary credentials are new in each process: without an account what others have scanned is not found. */
  async #askCaller(): Promise<void> {
    const identity = this.clients.identity();
    const region = defaultRegionOf(await this.partition());
    // The chain behind a bearer token is somebody else.
    const account =
      identity.kind === 'bearer'
        ? undefined
        : await this.#bounded(async (signal) => (await askCaller(this.clients, region, signal))?.account);
    if (account !== undefined) {
      await this.learn(account);
    } else if (this.#account === undefined) {
      this.#logger.warn(
        'account-unknown',
        'cache.sharedStore is not used until a profile is listed, since nobody knows the account of these credentials. ' +
          'Set accountId, or install @aws-sdk/client-sts and let it be reached.',
      );
    }
  }

  #own(account: string): void {
    this.#account = account;
    this.reporter.accountId = account;
  }

  /** Credentials that cannot be had, or not soon, must not hold up what can go on without an owner. */
  async #bounded(ask: (signal: AbortSignal) => Promise<string | undefined>): Promise<string | undefined> {
    try {
      return await withDeadline(this.clock, CREDENTIALS_TIMEOUT_MS, ask);
    } catch {
      this.#failedAt = this.clock.now();
      return undefined;
    }
  }

  #hasJustFailed(): boolean {
    return ageOf(this.#failedAt, this.clock.now()) < ASK_AGAIN_MS;
  }

  async #rememberedKey(): Promise<string | undefined> {
    const principal = await this.principal();
    return principal && `account/${await this.network()}/${principal}`;
  }
}
