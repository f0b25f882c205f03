import type { InvocationPath } from '../catalog/invocation-paths.js';
import { LISTINGS_OF, type Via, VIA_WORDS } from '../catalog/vias.js';
import { InvalidArgumentError } from '../errors/errors.js';
import type { KnownFacts } from '../facts/path-fact.js';
import type { ListingName } from '../inventory/listing.js';
import type { RegionalInventory } from '../inventory/regional-inventory.js';
import type { RegionStatus } from '../inventory/scan.types.js';
import type { ResolvedConstraints } from './eligibility.js';
import { isSourceAllowed, type Rejection, REJECTION_CODES, REJECTION_WORDS } from './eligibility.js';
import type { ModelVerdict, PathVerdict, RegionVerdict, Verdict, VerdictCode } from './route.types.js';

/**
 * Every code of a verdict, the one that is furthest from eligible first.
 *
 * @publicApi
 */
export const VERDICT_CODES: readonly VerdictCode[] = Object.freeze(['NOT_OFFERED', ...REJECTION_CODES]);

/** Each in few words. @publicApi */
export const VERDICT_WORDS: Readonly<Record<VerdictCode, string>> = Object.freeze({
  NOT_OFFERED: 'not offered',
  ...REJECTION_WORDS,
});

const APPLICATION = ['application-profile'] as const;

/** What the regions answered when they were asked last. */
export interface RegionStatuses {
  /** By listing, then by region. */
  readonly of: ReadonlyMap<ListingName, ReadonlyMap<string, RegionStatus>>;
  /** All regions, by name. */
  readonly regions: readonly string[];
  /** Those with an operation that failed, in part or whole, or was not asked. */
  readonly unanswered: readonly string[];
}

export function regionStatuses(inventories: readonly RegionalInventory[]): RegionStatuses {
  const answers = inventories.map((inventory) => [inventory.listing.name, statusesOf(inventory)] as const);
  const all = answers.flatMap(([, statuses]) => statuses);
  const named = (statuses: readonly RegionStatus[]): readonly string[] =>
    [...new Set(statuses.map(({ region }) => region))].sort();
  return {
    of: new Map(answers.map(([name, statuses]) => [name, new Map(statuses.map((each) => [each.region, each]))])),
    regions: named(all),
    unanswered: named(all.filter(({ status }) => status !== 'ok')),
  };
}

/** What a region has answered in a scan that is under way counts once the inventory has it. */
function statusesOf(inventory: RegionalInventory): readonly RegionStatus[] {
  const known = inventory.current?.knownRegions;
  return inventory
    .statuses()
    .map((status) =>
      status.scannedAt === undefined || known?.has(status.region) === true ? status : notScanned(status.region),
    );
}

/**
 * Regions that may be called and did not answer, or were not asked, for something that matters: by their worse operation.
 *
 * @param vias by which there may be a way
 */
export function unknownRegions(
  statuses: RegionStatuses,
  constraints: ResolvedConstraints,
  vias: readonly Via[],
): RegionStatus[] {
  const neverScanned = [...(constraints.sourceRegions ?? [])].filter((region) => !statuses.regions.includes(region));
  return [...statuses.unanswered, ...neverScanned].flatMap((region) => {
    const unknown = unansweredIn(region, statuses, constraints, vias);
    return unknown.find(isUnknown) ?? unknown.slice(0, 1);
  });
}

/** A path with the verdict on it. */
export interface JudgedPath {
  readonly path: InvocationPath;
  readonly rejection: Rejection | undefined;
  readonly known: KnownFacts;
}

/**
 * Whether a model can be invoked from a region, as far as is known, by the verdicts on the paths that it lists.
 *
 * @param vias by which there may be a way
 */
export function regionVerdict(
  region: string,
  judged: readonly JudgedPath[],
  statuses: RegionStatuses,
  constraints: ResolvedConstraints,
  vias: readonly Via[],
): RegionVerdict {
  const paths = Object.freeze(judged.map(pathVerdict));
  if (paths.some(({ verdict }) => verdict === 'eligible')) {
    return Object.freeze({ region, verdict: 'eligible', paths });
  }
  const unknown = unansweredIn(region, statuses, constraints, vias).find(isUnknown);
  if (unknown !== undefined) {
    const { failure } = unknown;
    const reason = failure?.message ?? reasonOf(unknown);
    return Object.freeze({ region, verdict: 'unknown', reason, ...(failure && { failure }), paths });
  }
  const { code, reason } = closest(paths) ?? notOffered(region, constraints);
  return Object.freeze({ region, verdict: 'not', code, reason, paths });
}

/** The verdict on a model as a whole, by those on its regions. One that is not enabled is no place for it until it is. */
export function modelVerdict(
  model: Pick<ModelVerdict, 'modelId' | 'modelName' | 'providerName'>,
  regions: readonly RegionVerdict[],
): ModelVerdict {
  const { modelId, modelName, providerName } = model;
  const named = { modelId, modelName, providerName };
  const by = (verdict: Verdict): RegionVerdict | undefined => regions.find((region) => region.verdict === verdict);
  if (by('eligible') !== undefined) {
    return Object.freeze({ ...named, verdict: 'eligible', regions });
  }
  const unknown = regions.find(
    ({ verdict, failure }) => verdict === 'unknown' && failure?.kind !== 'region-not-enabled',
  );
  if (unknown !== undefined) {
    const { reason, failure } = unknown;
    return Object.freeze({ ...named, verdict: 'unknown', reason: `${unknown.region}: ${reason}`, failure, regions });
  }
  const { code = 'NOT_OFFERED', reason = 'No region offers it.' } = closest(regions) ?? {};
  return Object.freeze({ ...named, verdict: 'not', code, reason, regions });
}

function pathVerdict({ path, rejection, known: { price, quotas } }: JudgedPath): PathVerdict {
  const { invocationId, via, destinations } = path;
  return Object.freeze({
    invocationId,
    via,
    destinations,
    verdict: rejection === undefined ? 'eligible' : 'not',
    ...rejection,
    ...(price && { price }),
    ...(quotas && { quota: quotas.quota }),
  });
}

const CLOSENESS = new Map(VERDICT_CODES.map((code, index) => [code, index]));

/** The one whose code came closest to eligible. */
function closest<T extends { readonly code?: VerdictCode }>(rejected: readonly T[]): T | undefined {
  let found: T | undefined;
  let most = -1;
  for (const each of rejected) {
    const closeness = each.code === undefined ? -1 : (CLOSENESS.get(each.code) ?? -1);
    if (closeness > most) {
      found = each;
      most = closeness;
    }
  }
  return found;
}

function notOffered(region: string, constraints: ResolvedConstraints): { code: VerdictCode; reason: string } {
  return isSourceAllowed(region, constraints)
    ? { code: 'NOT_OFFERED', reason: 'The region does not offer it.' }
    : {
        code: constraints.sourceRegions === undefined ? 'SOURCE_OUTSIDE_RESIDENCY' : 'SOURCE_EXCLUDED',
        reason: 'The region is not to be called.',
      };
}

/** What a region that may be called did not answer, of what could make a difference. */
function unansweredIn(
  region: string,
  statuses: RegionStatuses,
  constraints: ResolvedConstraints,
  vias: readonly Via[],
): RegionStatus[] {
  if (!isSourceAllowed(region, constraints)) {
    return [];
  }
  return listingsOf(wantedOf(vias, constraints), statuses)
    .map((listing) => ({ listing, status: statuses.of.get(listing)?.get(region) ?? notScanned(region) }))
    .filter(({ listing, status }) => !lacksEndpoint(listing, status, statuses.of.get(listing)?.values() ?? []))
    .flatMap(({ status }) => (status.status === 'ok' ? [] : [status]));
}

/**
 * Most regions do not have `bedrock-mantle`, and there its name leads nowhere; which is believed once it has answered elsewhere.
 *
 * @param all of the listing, in all regions
 */
export function lacksEndpoint(
  listing: ListingName,
  { failure, scannedAt }: RegionStatus,
  all: Iterable<RegionStatus>,
): boolean {
  const leadsNowhere = failure?.kind === 'unreachable' && !failure.retryable && scannedAt === undefined;
  return listing === 'mantle' && leadsNowhere && [...all].some((status) => status.scannedAt !== undefined);
}

function wantedOf(vias: readonly Via[], { via, applicationProfile }: ResolvedConstraints): readonly Via[] {
  return applicationProfile === undefined ? vias.filter((each) => via?.has(each) !== false) : APPLICATION;
}

/** The listings that show such ways, of those that are asked for. */
function listingsOf(vias: readonly Via[], { of }: RegionStatuses): readonly ListingName[] {
  return [...new Set(vias.flatMap((via) => LISTINGS_OF[via]))].filter((listing) => of.has(listing));
}

/**
 * The ways, where they are listed. What nobody lists is not known, and stays so: that it is not offered would not be honest.
 *
 * @throws InvalidArgumentError where no listing that is asked for can show any of the ways that are wanted
 */
export function listedVias(
  vias: readonly Via[],
  constraints: ResolvedConstraints,
  statuses: RegionStatuses,
): readonly Via[] {
  const wanted = wantedOf(vias, constraints);
  const [first] = wanted;
  if (first !== undefined && !wanted.some((via) => statuses.of.has(LISTINGS_OF[via][0]))) {
    const missing = wanted.map((via) => `'${LISTINGS_OF[via][0]}'`).join(', ');
    throw new InvalidArgumentError(
      `What can be called by way of ${VIA_WORDS[first]} is not listed: add ${missing} to the option "listings".`,
    );
  }
  return vias;
}

function reasonOf({ unreadable = 0 }: RegionStatus): string {
  return unreadable === 0
    ? 'The region has not answered yet.'
    : `${unreadable} entries of what the region lists could not be read.`;
}

/** Whether a region may offer what is not known of. One that is not enabled is no place for a route until it is. */
export function mayOffer(status: RegionStatus): boolean {
  return isUnknown(status) && status.failure?.kind !== 'region-not-enabled';
}

/** Nothing, or not all, that it lists is known; what failed since it was listed is known all the same. */
function isUnknown({ scannedAt, unreadable = 0 }: RegionStatus): boolean {
  return scannedAt === undefined || unreadable > 0;
}

function notScanned(region: string): RegionStatus {
  return Object.freeze({ region, status: 'pending', stale: false, count: 0 });
}
