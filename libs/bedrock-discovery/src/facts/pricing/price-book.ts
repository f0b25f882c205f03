import { Injectable } from '@nestjs/common';
import { CatalogReader } from '../../catalog/catalog-reader.js';
import { listPriceOf } from '../../catalog/figures/figures.js';
import { FIGURES_AS_OF } from '../../catalog/figures/figures-data.js';
import type { InvocationPath } from '../../catalog/invocation-paths.js';
import { isStandardVia } from '../../catalog/vias.js';
import type { RegionFailure } from '../../errors/errors.js';
import { InventoryContext } from '../../inventory/inventory-context.js';
import type { DescribedFact, FactConstraints, PathFact, Purpose } from '../path-fact.js';
import { AgreementOffers } from './agreement-offers.js';
import { type Price, PRICE_SOURCE_WORDS, priceWords } from './price.types.js';
import { priceByRates, type RateScope } from './rate-card.js';

/** What is listed in US dollars, be it by the table or by an offer. */
const USD = 'USD';

/** More than these are a survey, and no question where to call one. */
const MAX_MODELS = 20;

/** What calls cost, by the first source that says: the provider's offer, the `pricing.table` option, the table of the library. */
@Injectable()
export class PriceBook implements PathFact<'price'> {
  readonly name = 'price';
  readonly #offers: AgreementOffers;

  constructor(
    private readonly context: InventoryContext,
    private readonly catalog: CatalogReader,
  ) {
    this.#offers = new AgreementOffers(context);
  }

  get current(): object {
    return this.#offers.current;
  }

  /** Why offers are not asked for, where that is not permitted. */
  get denial(): RegionFailure | undefined {
    return this.#offers.denial;
  }

  of(path: InvocationPath): Price | undefined {
    const { table = {}, currency } = this.context.options.pricing;
    const own = table[`${path.region}/${path.invocationId}`] ?? table[path.invocationId];
    return this.#offered(path) ?? (own && Object.freeze({ ...own, currency, source: 'option' })) ?? this.#listed(path);
  }

  describe(price: Price | undefined): DescribedFact {
    if (price === undefined) {
      return {};
    }
    const { source, asOf } = price;
    const since = asOf === undefined ? '' : `, as of ${asOf.slice(0, 10)}`;
    const older = source === 'table' && asOf !== FIGURES_AS_OF ? `, older than the table's ${FIGURES_AS_OF}` : '';
    const reason = `Price: ${priceWords(price)} for a million tokens, by ${PRICE_SOURCE_WORDS[source]}${since}${older}.`;
    return { shown: { price }, reason };
  }

  /** An answer that is not ranked by price does not wait for one; one about many models has none asked about. */
  find(
    paths: readonly InvocationPath[],
    { prefer, maxOutputPricePerMillion }: FactConstraints,
    purpose: Purpose,
  ): Promise<void> | undefined {
    if (this.context.options.pricing.offers === 'off' || purpose === 'peek') {
      return undefined;
    }
    // Offers are of foundation models.
    const modelIds = new Set(paths.flatMap(({ modelId, via }) => (isStandardVia(via) ? [modelId] : [])));
    const matters = prefer === 'price' || maxOutputPricePerMillion !== undefined;
    if (modelIds.size > (matters ? MAX_MODELS : 1)) {
      return undefined;
    }
    const asked = [...modelIds].flatMap((modelId) => {
      const regions = paths.filter((path) => path.modelId === modelId).map(({ region }) => region);
      return this.#offers.find(modelId, [...new Set(regions)]) ?? [];
    });
    return matters && asked.length > 0 ? Promise.all(asked).then(() => undefined) : undefined;
  }

  async open(): Promise<void> {
    if (this.context.options.pricing.offers !== 'off') {
      await this.#offers.open();
    }
  }

  close(): Promise<void> {
    return this.#offers.close();
  }

  #offered(path: InvocationPath): Price | undefined {
    const offer = this.#offers.of(path.modelId);
    const billed = offer && this.#billedAs(path);
    const rates = offer && billed && priceByRates(offer.rates, path.region, scopeOf(billed));
    return rates && Object.freeze({ ...rates, currency: USD, source: 'offer', asOf: new Date(offer.at).toISOString() });
  }

  #listed(path: InvocationPath): Price | undefined {
    const billed = this.#billedAs(path);
    const listed = billed && listPriceOf(billed.invocationId, billed.region);
    return listed && Object.freeze({ ...listed, currency: USD, source: 'table' });
  }

  /**
   * The way to invoke a model whose price a call has: its own, but that an application profile costs what it was copied from,
   * the bare id or the system profile in its region that is served in the same regions. Undefined where that is not one.
   */
  #billedAs(path: InvocationPath): InvocationPath | undefined {
    if (path.via === 'on-demand' || path.via === 'system-profile') {
      return path;
    }
    if (path.via !== 'application-profile' || path.destinations.length === 0) {
      return undefined;
    }
    const alike = this.catalog.current
      .pathsTo(path.modelId)
      .filter(
        ({ via, region, destinations }) =>
          (via === 'on-demand' || via === 'system-profile') &&
          region === path.region &&
          servedAlike(destinations, path.destinations),
      );
    return alike.length === 1 ? alike[0] : undefined;
  }
}

function scopeOf({ via, destinations }: InvocationPath): RateScope {
  return destinations === 'global' ? 'global' : via === 'on-demand' ? 'regional' : 'geographic';
}

function servedAlike(some: InvocationPath['destinations'], others: InvocationPath['destinations']): boolean {
  return some === 'global' || others === 'global'
    ? some === others
    : some.length === others.length && some.every((region) => others.includes(region));
}
