import { Injectable, Logger } from '@nestjs/common';
import { parseReference } from '../catalog/arn.js';
import { CatalogReader } from '../catalog/catalog-reader.js';
import { ModelInventory } from '../catalog/models/model-inventory.js';
import { ProfileInventory } from '../catalog/profiles/profile-inventory.js';
import { AbortedError, BedrockDiscoveryError, InvalidArgumentError } from '../errors/errors.js';
import type { RegionFailure } from '../errors/failure.js';
import { isDenialOfModel } from '../errors/failure-texts.js';
import { InventoryContext } from '../inventory/inventory-context.js';
import { isRegionName } from '../regions/partitions.js';
import { raceSignal } from '../util/deadline.js';
import { CoalescedWrite } from '../util/debounced-write.js';
import { AccessAsker } from './access-checker.js';
import { restoreAccess, storeAccess } from './access-codec.js';
import { AccessFiller } from './access-prefetcher.js';
import { AccessBook } from './access-store.js';
import type { AccessFlip, AccessState, InvokedRoute, ModelAccess } from './access.types.js';

const SAVE_DELAY_MS = 2_000;

/**
 * Whether the account and principal may invoke a model in a region, by GetFoundationModelAvailability and by what real
 * calls have shown, which goes before it.
 *
 * Ids may be model ids, model ARNs, profile ids or profile ARNs. Answers are fresh for `access.ttlMs`, are kept between runs
 * for the principal they were given to, and are evidence: AWS has reported all in order and yet denied the call. That AWS
 * could not be asked makes a state `unknown`, never `denied`.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModelAvailability.html
 * @publicApi
 */
@Injectable()
export class ModelAccessService {
  readonly #logger = new Logger(ModelAccessService.name);
  readonly #listeners: ((flip: AccessFlip) => void)[] = [];
  readonly #book: AccessBook;
  readonly #asker: AccessAsker;
  readonly #filler: AccessFiller;
  readonly #saving: CoalescedWrite;
  /** Evidence since the principal was last looked at: it is that of whoever the principal is then. */
  #unattributed: (() => void)[] = [];
  #principal: string | undefined;
  #restoredKey: string | undefined;
  /** What the cache last was given or gave. */
  #stored: unknown;
  #following: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly context: InventoryContext,
    private readonly models: ModelInventory,
    private readonly profiles: ProfileInventory,
    private readonly catalog: CatalogReader,
  ) {
    const { clock, options } = context;
    const limits = { ttlMs: options.access.ttlMs, keepMs: Math.max(options.access.ttlMs, options.cache.diskTtlMs) };
    const asks = options.access.mode !== 'off';
    this.#book = new AccessBook(clock, limits, asks, (flip) => this.#listeners.forEach((listener) => listener(flip)));
    this.#asker = new AccessAsker(context, this.#book, this.#logger, () => this.#changed());
    const tasks = {
      due: () => this.catalog.current.openModels(),
      isDue: (modelId: string, region: string) => this.#book.isDue(modelId, region),
      ask: this.#asker.ask.bind(this.#asker),
    };
    this.#filler = new AccessFiller(tasks, clock, this.#logger);
    const delayMs = options.refresh.mode === 'on-read' ? 0 : SAVE_DELAY_MS;
    this.#saving = new CoalescedWrite(clock, delayMs, () => this.#save());
    context.owner.onChange(() => this.#changed());
    for (const inventory of [models, profiles]) {
      inventory.onScanned(() => this.#scanned());
    }
  }

  /**
   * Access to a model in a region. Asks AWS if nothing fresh is known; concurrent callers share the question. In
   * `access.mode: 'off'`, where the region refuses the question, and once the application closes, it answers from what is
   * known.
   *
   * @param modelId a model id, model ARN, profile id or profile ARN
   * @param region the source region: whose endpoint would be called
   * @param options.signal ends this caller's wait; others who wait for the same are not disturbed
   * @throws InvalidArgumentError for an empty id and for what is no name of a region; AbortedError when `signal` ends it.
   */
  async getAccess(modelId: string, region: string, options: { signal?: AbortSignal } = {}): Promise<ModelAccess> {
    const { signal = new AbortController().signal } = options;
    assertAskable(modelId, region, signal);
    try {
      const id = await raceSignal(this.#prepare(modelId), signal);
      if (this.#asks && this.#book.isDue(id, region)) {
        await raceSignal(this.#readAgain(), signal);
      }
      if (this.#asks && this.#book.isDue(id, region)) {
        await this.#asker.ask(id, region, { signal });
      }
      return this.#book.describe(id, region, parseReference(modelId).id);
    } catch (error) {
      throw signal.aborted ? new AbortedError(signal) : error;
    }
  }

  /** As {@link getAccess}, from what is known now. Never asks and never throws. */
  peekAccess(modelId: string, region: string): ModelAccess {
    return this.#book.describe(this.catalog.peekModelId(modelId), region, parseReference(modelId).id);
  }

  /** @internal The state of one way to invoke a model. */
  stateOf(modelId: string, region: string, invocationId: string): AccessState {
    return this.#book.stateOf(modelId, region, invocationId);
  }

  /** @internal As {@link peekAccess}, for one way to invoke the model. */
  explain(modelId: string, region: string, invocationId: string): ModelAccess {
    return this.#book.explain({ modelId, region, invocationId });
  }

  /** @internal A real call succeeded: the strongest evidence. */
  recordSuccess(route: InvokedRoute): void {
    this.#record(() => this.#book.recordSuccess(route));
  }

  /** @internal A real call was denied: in that way, or in every way if the denial speaks of the model itself. */
  recordDenial(route: InvokedRoute, failure: RegionFailure): void {
    this.#record(() => {
      this.#book.recordDenial(route, failure, isDenialOfModel(failure.kind));
      return true;
    });
  }

  /** @internal Changes whenever an answer of {@link stateOf} may have changed. */
  get version(): number {
    return this.#book.version;
  }

  /** @internal When an answer of {@link stateOf} may change by itself, milliseconds since the epoch. */
  get nextExpiryAt(): number {
    return this.#book.nextExpiryAt;
  }

  /** @internal Called when what was known of access turns out to be otherwise. */
  onFlipped(listener: (flip: AccessFlip) => void): void {
    this.#listeners.push(listener);
  }

  /** @internal Brings back what an earlier run knew for this principal. Never rejects. */
  load(): Promise<void> {
    return this.#restoredKey === undefined ? this.#follow() : Promise.resolve();
  }

  /** @internal After a refresh that was called for: in `access.mode: 'eager'` what is due is found out in the background. */
  refreshed(): void {
    if (this.context.options.access.mode === 'eager' && this.#closing === undefined) {
      void this.#follow()
        .then(() => this.#readAgain())
        .then(() => this.#filler.fill());
    }
  }

  /** @internal Stops what is under way and hands all that was learnt to the cache. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  get #asks(): boolean {
    return this.context.options.access.mode !== 'off' && this.#closing === undefined;
  }

  async #prepare(modelId: string): Promise<string> {
    if (this.#closing === undefined) {
      await this.#follow();
    }
    return this.#closing === undefined ? this.catalog.modelIdOf(modelId) : this.catalog.peekModelId(modelId);
  }

  /** A refresh that nobody called for may be followed up unless refreshing is left to the user. */
  #scanned(): void {
    if (this.context.options.refresh.mode !== 'off') {
      this.refreshed();
    }
  }

  #record(enter: () => boolean): void {
    if (enter()) {
      this.#unattributed.push(enter);
      this.#changed();
    }
  }

  #changed(): void {
    if (this.#closing === undefined) {
      this.#saving.request();
    }
  }

  async #close(): Promise<void> {
    const reason = new BedrockDiscoveryError('SHUT_DOWN', 'The application is closing.');
    await Promise.all([this.#filler.stop(reason), this.#asker.abort(reason)]);
    await this.#following;
    await this.#saving.flush();
  }

  async #save(): Promise<void> {
    await this.#follow();
    await this.#readAgain();
    const key = this.#restoredKey;
    try {
      if (key !== undefined) {
        this.#stored = storeAccess(this.#book.record);
        await this.context.cache.set(key, this.#stored);
      }
    } catch (error) {
      this.#logger.debug(`Keeping what is known of access failed: ${String(error)}`);
    }
  }

  /** Takes over what other processes of the same principal have found out, so that not everyone asks. Never rejects. */
  async #readAgain(): Promise<void> {
    const key = this.#restoredKey;
    if (key !== undefined) {
      await this.#read(key, false).catch((error: unknown) =>
        this.#logger.debug(`Reading what is known of access failed: ${String(error)}`),
      );
    }
  }

  /** Sees who the principal is now: what was known for another is not served. */
  #follow(): Promise<void> {
    this.#following ??= this.#followPrincipal()
      .catch((error: unknown) => this.#logger.debug(`Reading what is known of access failed: ${String(error)}`))
      .finally(() => (this.#following = undefined));
    return this.#following;
  }

  async #followPrincipal(): Promise<void> {
    const { owner } = this.context;
    const principal = await owner.principal();
    const evidence = this.#unattributed;
    this.#unattributed = [];
    if (principal === undefined) {
      return;
    }
    if (this.#principal !== undefined && this.#principal !== principal) {
      this.#book.clear();
      this.#restoredKey = undefined;
      evidence.forEach((enter) => enter());
    }
    this.#principal = principal;
    const prefix = await owner.prefix();
    const key = prefix && `${prefix}/access/${principal}`;
    if (key !== undefined && key !== this.#restoredKey) {
      await this.#read(key, true);
      this.#restoredKey = key;
    }
  }

  /** @param first whether it was known before all that was learnt here */
  async #read(key: string, first: boolean): Promise<void> {
    const { cache, clock, options } = this.context;
    const { epoch } = this.#book;
    const stored = await cache.get<unknown>(key);
    if (stored === undefined || stored === this.#stored || this.#book.epoch !== epoch) {
      return;
    }
    this.#stored = stored;
    const record = restoreAccess(stored, clock.now(), options.access.mode === 'off');
    if (record === undefined) {
      this.#logger.warn('What the cache holds about access is not what was stored there; it is ignored.');
      return;
    }
    this.#book.adopt(record, first);
  }
}

function assertAskable(modelId: string, region: string, signal: AbortSignal): void {
  if (typeof modelId !== 'string' || modelId === '') {
    throw new InvalidArgumentError('modelId must be the id or ARN of a model or inference profile.');
  }
  if (!isRegionName(region)) {
    throw new InvalidArgumentError(`region must be the name of a region such as eu-central-1, got '${region}'.`);
  }
  if (signal.aborted) {
    throw new AbortedError(signal);
  }
}
