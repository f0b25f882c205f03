import { Inject, Injectable } from '@nestjs/common';
import { AwsClientFactory } from '../aws/clients/aws-client.factory.js';
import { CatalogReader } from '../catalog/catalog-reader.js';
import { BedrockDiscoveryError, type RegionFailure } from '../errors/errors.js';
import { isDenial, isDenialOfModel } from '../errors/failure-texts.js';
import { InventoryContext } from '../inventory/inventory-context.js';
import { LISTINGS } from '../inventory/listing.js';
import type { RegionalInventory } from '../inventory/regional-inventory.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { raceSignal } from '../util/deadline.js';
import { ACCESS_EVENTS } from './access-events.js';
import { AccessPrefetcher } from './access-prefetcher.js';
import type { AccessFlip, AccessState, InvokedRoute, ModelAccess } from './access.types.js';
import { PrincipalAccess } from './principal-access.js';

/** Principals whose access is held at the same time: credentials that are renewed mostly are another principal's. */
const MAX_PRINCIPALS = 3;

/**
 * Knows the access of whoever the credentials in use are of, for all of the library. Each principal has a store of its own:
 * what a question or a call has shown is entered in the store of the one that it was made as.
 */
@Injectable()
export class AccessRegistry {
  readonly #logger: DiscoveryLogger;
  readonly #listeners: ((flip: AccessFlip) => void)[] = [];
  readonly #prefetcher: AccessPrefetcher;
  /** Of whoever the credentials in use are of, as last seen. */
  #present: PrincipalAccess;
  /** The present one last. */
  #held: readonly PrincipalAccess[];
  /** Those that are being saved for the last time. */
  #leaving: Promise<unknown> = Promise.resolve();
  #following: Promise<PrincipalAccess> | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly context: InventoryContext,
    @Inject(LISTINGS) listings: readonly RegionalInventory[],
    catalog: CatalogReader,
    private readonly clients: AwsClientFactory,
  ) {
    this.#logger = context.reporter.logger('ModelAccessService');
    this.#present = this.#create();
    this.#held = [this.#present];
    this.#prefetcher = new AccessPrefetcher(
      () => this.#present,
      () => catalog.current.openModels(),
      context,
      this.#logger,
    );
    context.owner.onChange(() => this.#held.forEach((access) => access.saveSoon()));
    for (const inventory of listings) {
      inventory.onScanned(() => {
        // Nobody may have called for it: not followed up where refreshing is left to the user.
        if (context.options.refresh.mode !== 'off') {
          this.refreshed();
        }
      });
    }
  }

  /** What is known now: another object whenever an answer of {@link stateOf} may have changed, by time as well. */
  get current(): object {
    return this.#present.store.current;
  }

  /** The state of one way to invoke a model. */
  stateOf(route: InvokedRoute): AccessState {
    return this.#present.store.stateOf(route);
  }

  /** As {@link describe}, for one way to invoke the model. */
  explain(route: InvokedRoute): ModelAccess {
    return this.#present.store.explain(route);
  }

  /**
   * What is known of access to a model as such. Never asks.
   *
   * @param askedAs the id that it was asked for by
   */
  describe(modelId: string, region: string, askedAs = modelId): ModelAccess {
    return this.#present.store.describe(modelId, region, askedAs);
  }

  /**
   * As {@link describe}, but asks AWS if nothing fresh is known, and if it may be asked.
   *
   * @throws the reason of `signal` when that ends this caller's wait
   */
  async find(modelId: string, region: string, signal: AbortSignal, askedAs = modelId): Promise<ModelAccess> {
    const access = this.isClosing ? this.#present : await raceSignal(this.#follow(), signal);
    await access.find(modelId, region, signal);
    return access.store.describe(modelId, region, askedAs);
  }

  /** A real call succeeded: the strongest evidence. */
  recordSuccess(route: InvokedRoute): void {
    const access = this.#inUse();
    if (access.store.recordSuccess(route)) {
      access.saveSoon();
    }
  }

  /**
   * A real call was denied: in that way, or in every way if the denial speaks of the model itself. Whatever else made it fail
   * says nothing about access.
   */
  recordDenial(route: InvokedRoute, failure: RegionFailure): void {
    const ofModel = isDenialOfModel(failure.kind);
    if (ofModel || isDenial(failure.kind)) {
      const access = this.#inUse();
      access.store.recordDenial(route, failure, ofModel);
      access.saveSoon();
    }
  }

  /** Called when what was known of access turns out to be otherwise. */
  onFlipped(listener: (flip: AccessFlip) => void): void {
    this.#listeners.push(listener);
  }

  /** Brings back what an earlier run knew for this principal. Never rejects. */
  async load(): Promise<void> {
    await this.#follow();
  }

  /** After a refresh that was called for: in `access.mode: 'eager'` what is due is found out in the background. */
  refreshed(): void {
    if (this.context.options.access.mode === 'eager' && !this.isClosing) {
      void this.#follow().then(() => this.#prefetcher.prefetch());
    }
  }

  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /** Stops what is under way and hands all that was learnt to the cache. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const reason = new BedrockDiscoveryError('SHUT_DOWN', 'The application is closing.');
    await Promise.all([this.#prefetcher.stop(reason), ...this.#held.map((access) => access.close(reason))]);
    await Promise.all([this.#following, this.#leaving]);
  }

  /** Sees whose the credentials are, and what an earlier run knew of that principal. Never rejects. */
  #follow(): Promise<PrincipalAccess> {
    this.#following ??= this.#turnToOwner().finally(() => (this.#following = undefined));
    return this.#following;
  }

  async #turnToOwner(): Promise<PrincipalAccess> {
    const access = this.#turnTo(await this.context.owner.principal());
    await access.open();
    return access;
  }

  /** Of whom a call was made as: the credentials may have been renewed since somebody last asked. */
  #inUse(): PrincipalAccess {
    return this.#turnTo(this.clients.identity().principal);
  }

  /** What is known of another is not served. What was learnt before anybody knew for whom is that of the first. */
  #turnTo(principal: string | undefined): PrincipalAccess {
    if (!this.#present.store.isOf(principal) && !this.isClosing) {
      const reason = new BedrockDiscoveryError('ABORTED', 'The credentials are of another principal by now.');
      this.#present = this.#held.find(({ store }) => store.principal === principal) ?? this.#create();
      const held = [...this.#held.filter((access) => access !== this.#present), this.#present];
      this.#held = held.slice(-MAX_PRINCIPALS);
      const left = held.slice(0, -MAX_PRINCIPALS).map((access) => access.close(reason));
      this.#leaving = Promise.all([this.#leaving, ...left]);
    }
    this.#present.store.principal ??= principal;
    return this.#present;
  }

  #create(): PrincipalAccess {
    const created: PrincipalAccess = new PrincipalAccess(this.context, this.#logger, (flip) => {
      if (created === this.#present) {
        this.#listeners.forEach((listener) => listener(flip));
        this.context.reporter.publish(ACCESS_EVENTS, () => flip);
      }
    });
    return created;
  }
}
