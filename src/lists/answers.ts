import { Injectable } from '@nestjs/common';
import type { AnswerProvenance, ListAnswer } from 'explorer-web';
import { DiscoveryRefresher, type ListingName } from 'nestjs-bedrock-discovery';
import { DiscoverySource } from '../source/discovery-source.js';
import { type Page, pageOf } from './list-parameters.js';

/** Says with each answer whose it is, how old, and whether anything is missing. Never waits for AWS. */
@Injectable()
export class Answers {
  constructor(
    private readonly refresher: DiscoveryRefresher,
    private readonly source: DiscoverySource,
  ) {}

  /** @param listings that the answer rests on. Default: all */
  async provenance(listings?: readonly ListingName[]): Promise<AnswerProvenance> {
    const provenance = await this.refresher.getProvenance(listings && { listings });
    const simulated = provenance.source === 'endpoint' && this.source.kind === 'simulator';
    return simulated ? { ...provenance, source: 'simulator' } : provenance;
  }

  async list<T>(
    items: readonly T[],
    keyOf: (item: T) => string,
    page: Page,
    listings?: readonly ListingName[],
  ): Promise<ListAnswer<T>> {
    const { page: shown, next } = pageOf(items, keyOf, page);
    const provenance = await this.provenance(listings);
    return { items: shown, total: items.length, ...(next !== undefined && { next }), provenance };
  }
}
