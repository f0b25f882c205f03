import { Inject, Injectable } from '@nestjs/common';
import { InventoryUnavailableError, ModelNotFoundError } from '../errors/errors.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { Reporter } from '../reporting/reporter.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { LruMap } from '../util/lru-map.js';
import type { AccountIndex } from './account/account-index.js';
import { AccountInventories } from './account/account-inventories.js';
import type { MantleIndex } from './account/mantle-index.js';
import { parseReference, withoutGeography } from './arn.js';
import { Catalog, type Subject } from './catalog.js';
import type { ModelIndex } from './models/model-index.js';
import { ModelInventory } from './models/model-inventory.js';
import type { ProfileIndex } from './profiles/profile-index.js';
import { ProfileInventory } from './profiles/profile-inventory.js';

/** Texts that were warned of and are remembered, so that each is warned of once. */
const MAX_WARNED = 1_000;
/** Of a text in a message. */
const MAX_QUOTE = 80;

/** The catalog of what is known now, and the one place where what a caller writes is turned into what it names. */
@Injectable()
export class CatalogReader {
  readonly #logger: DiscoveryLogger;
  readonly #warned = new LruMap<string, true>(MAX_WARNED);
  #catalog = new Catalog(undefined, undefined);

  constructor(
    private readonly models: ModelInventory,
    private readonly profiles: ProfileInventory,
    private readonly account: AccountInventories,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    reporter: Reporter,
  ) {
    this.#logger = reporter.logger('BedrockDiscovery');
  }

  /** Of what is known now, be it nothing. */
  get current(): Catalog {
    return this.#of(this.models.current, this.profiles.current);
  }

  /**
   * The catalog to answer from; one of its inventories may be unknown. What only the option `listings` asks for is waited for
   * until it was asked once, and never keeps the rest from being answered.
   *
   * @throws InventoryUnavailableError if neither is known, at most `scan.deadlineMs` after asking
   */
  ready(): Catalog | Promise<Catalog> {
    const [models, profiles] = [this.models.ready(), this.profiles.ready()];
    const others = this.account.all
      .map((inventory) => inventory.readyUnlessFailed())
      .filter((other) => other instanceof Promise);
    return models instanceof Promise || profiles instanceof Promise || others.length > 0
      ? this.#settled(models, profiles, others)
      : this.#of(models, profiles);
  }

  /**
   * What a text names; undefined for an id that no known region lists, which is warned of once.
   *
   * @throws InvalidArgumentError for what is no text; ModelNotFoundError for what names nothing that could be a model, or
   * several models
   */
  async find(text: string): Promise<Subject | undefined> {
    return this.subjectOf(text, await this.ready());
  }

  /**
   * The base id of the model that a text names; of what no known region lists, what its id says, also where nothing is known
   * at all.
   *
   * @throws as {@link find} does, but for InventoryUnavailableError
   */
  async modelIdOf(text: string): Promise<string> {
    const catalog = await Promise.resolve(this.ready()).catch((error: unknown) => {
      if (error instanceof InventoryUnavailableError) {
        return undefined;
      }
      throw error;
    });
    return (catalog && this.subjectOf(text, catalog)?.modelId) ?? idIn(text);
  }

  /** As {@link modelIdOf}, from what is known now; never rejects. */
  peekModelId(text: string): string {
    const reference = this.current.lookUp(text, this.clock.now());
    return reference.kind === 'subject' ? reference.modelId : idIn(text);
  }

  /** As {@link find}, in one catalog. */
  subjectOf(text: string, catalog: Catalog): Subject | undefined {
    const now = this.clock.now();
    const reference = catalog.lookUp(text, now);
    switch (reference.kind) {
      case 'subject':
        return reference;
      case 'family':
        throw new ModelNotFoundError(quotable(text), reference.modelIds, true, []);
      case 'unlisted':
        this.#warnOfUnlisted(reference.id, catalog, now);
        return undefined;
      case 'nothing': {
        const unknown = this.models.statuses().filter(({ scannedAt }) => scannedAt === undefined);
        const regions = unknown.map(({ region }) => region);
        throw new ModelNotFoundError(quotable(text), catalog.nearest(text, now), false, regions);
      }
    }
  }

  async #settled(
    models: ModelIndex | Promise<ModelIndex>,
    profiles: ProfileIndex | Promise<ProfileIndex>,
    others: readonly Promise<unknown>[],
  ): Promise<Catalog> {
    const [ofModels, ofProfiles] = await Promise.allSettled([models, profiles, ...others]);
    if (ofModels.status === 'rejected' && ofProfiles.status === 'rejected') {
      throw ofModels.reason;
    }
    return this.#of(
      ofModels.status === 'fulfilled' ? ofModels.value : undefined,
      ofProfiles.status === 'fulfilled' ? ofProfiles.value : undefined,
    );
  }

  #of(models: ModelIndex | undefined, profiles: ProfileIndex | undefined): Catalog {
    const former = this.#catalog;
    const owned = this.account.owned.flatMap(({ current }): readonly AccountIndex[] => (current ? [current] : []));
    const mantle: MantleIndex | undefined = this.account.mantle?.current;
    const isSame =
      former.models === models &&
      former.profiles === profiles &&
      former.mantle === mantle &&
      former.owned.length === owned.length &&
      owned.every((index, at) => index === former.owned[at]);
    this.#catalog = isSame ? former : new Catalog(models, profiles, owned, mantle);
    return this.#catalog;
  }

  #warnOfUnlisted(id: string, catalog: Catalog, now: number): void {
    if (this.#warned.get(id) === undefined) {
      this.#warned.set(id, true);
      const nearest = catalog.nearest(id, now);
      const hint = nearest.length > 0 ? ` Did you mean ${nearest.join(', ')}?` : '';
      this.#logger.warn('model-unlisted', `No region that is known lists ${quotable(id)}.${hint}`, {
        modelId: quotable(id),
        nearest,
      });
    }
  }
}

function idIn(text: string): string {
  return withoutGeography(parseReference(text).id);
}

function quotable(text: string): string {
  return text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE)}…` : text;
}
