import { Injectable } from '@nestjs/common';
import { DiscoveryRefresher, type ListingName, type Provenance } from 'nestjs-bedrock-discovery';
import { DiscoverySource } from '../source/discovery-source.js';
import { type Page, pageOf } from './list-parameters.js';

/** As the library has it, and whether the endpoint is the simulator. */
export interface AnswerProvenance extends Omit<Provenance, 'source'> {
  readonly source: Provenance['source'] | 'simulator';
}

/** A page of a list. */
export interface ListAnswer<T> {
  readonly items: readonly T[];
  /** Items of all pages. */
  readonly total: number;
  /** The `cursor` of the next page; absent on the last. */
  readonly next?: string;
  readonly provenance: AnswerProvenance;
}

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
