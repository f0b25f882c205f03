import { isDeepStrictEqual } from 'node:util';
import { deepFreeze } from '../../util/deep-freeze.js';
import { sharing, type Sharing } from '../../util/sharing.js';
import { MalformedResponseError } from '../../errors/errors.js';
import { parseBedrockArn } from '../arn.js';
import {
  isoTime,
  isRecord,
  isText,
  isTextList,
  isTimeOrAbsent,
  nameIn,
  only,
  present,
  union,
} from '../../util/guards.js';
import { type RegionList, uniteById } from '../../inventory/listing.js';
import { restoreItems } from '../../inventory/region-question.js';
import type { ListedProfile, ProfileInRegion } from './profile.types.js';

type Destinations = ProfileInRegion['destinations'];

const TEXTS = ['inferenceProfileId', 'inferenceProfileName'] as const;

/**
 * Reads one page of ListInferenceProfiles. A profile without an id that can be shown cannot be read.
 *
 * @throws MalformedResponseError if there is no list: that is not an empty one.
 */
export function parseProfileSummaries(output: unknown, share = sharing()): RegionList<ListedProfile> {
  const summaries = isRecord(output) ? output['inferenceProfileSummaries'] : undefined;
  if (!Array.isArray(summaries)) {
    throw new MalformedResponseError('The answer holds no list of inference profiles.');
  }
  const profiles = summaries.map((summary) => parseSummary(summary, share)).filter((profile) => profile !== undefined);
  if (profiles.length === 0 && summaries.length > 0) {
    throw new MalformedResponseError('The answer lists inference profiles without ids.');
  }
  return deepFreeze({ items: profiles, unreadable: summaries.length - profiles.length });
}

/**
 * All pages of a region's answer as one list. Of several records of one profile the destinations are united, as are its
 * models; it is active only where all say so.
 */
export function joinPages(pages: readonly RegionList<ListedProfile>[]): RegionList<ListedProfile> {
  const [first, ...others] = pages.filter(({ items }) => items.length > 0);
  const profiles = others.length === 0 ? (first?.items ?? []) : pages.flatMap(({ items }) => items);
  const items = uniteById(profiles, idOfProfile, unite);
  return deepFreeze({ items, unreadable: pages.reduce((sum, page) => sum + page.unreadable, 0) });
}

/**
 * Profiles as a cache tier returned them, if they are what was stored. What follows from the ARNs of the models is taken from
 * these, whatever else the entry says.
 */
export function restoreProfiles(value: unknown): readonly ListedProfile[] | undefined {
  return restoreItems(value, isListedProfile, (stored) => {
    const profile = asModelsSay({ described: only(stored.described, DESCRIBED), here: only(stored.here, HERE) });
    return isDeepStrictEqual(profile, stored) ? stored : profile;
  });
}

const DESCRIBED = [...TEXTS, 'description', 'modelIds'];
const HERE = ['type', 'inferenceProfileArn', 'modelArns', 'destinations', 'status', 'createdAt', 'updatedAt'];

export function idOfProfile({ described }: ListedProfile): string {
  return described.inferenceProfileId;
}

function asModelsSay({ described, here }: ListedProfile): ListedProfile {
  const { modelArns, destinations: told } = here;
  // That nothing is promised may rest on a model that could not be read, and stands.
  const destinations = told === 'global' || told.length === 0 ? told : destinationsOf(modelArns);
  return { described: { ...described, modelIds: modelIdsOf(modelArns) }, here: { ...here, destinations } };
}

function isListedProfile(value: unknown): value is ListedProfile {
  if (!isRecord(value)) {
    return false;
  }
  const { described } = value;
  return (
    isRecord(described) &&
    TEXTS.every((field) => isText(described[field])) &&
    (described['description'] === undefined || isText(described['description'])) &&
    isTextList(described['modelIds']) &&
    isInRegion(value['here'])
  );
}

function isInRegion(value: unknown): boolean {
  if (!isRecord(value)) {
    return false;
  }
  const { type, inferenceProfileArn, destinations } = value;
  return (
    (type === 'SYSTEM_DEFINED' || type === 'APPLICATION') &&
    (inferenceProfileArn === '' || isText(inferenceProfileArn)) &&
    isTextList(value['modelArns']) &&
    (destinations === 'global' || isTextList(destinations)) &&
    isText(value['status']) &&
    isTimeOrAbsent(value['createdAt']) &&
    isTimeOrAbsent(value['updatedAt'])
  );
}

function parseSummary(summary: unknown, share: Sharing): ListedProfile | undefined {
  if (!isRecord(summary)) {
    return undefined;
  }
  const inferenceProfileArn = isText(summary['inferenceProfileArn']) ? summary['inferenceProfileArn'] : '';
  const arn = parseBedrockArn(inferenceProfileArn);
  const inferenceProfileId = isText(summary['inferenceProfileId']) ? summary['inferenceProfileId'] : arn?.resourceId;
  if (inferenceProfileId === undefined) {
    return undefined;
  }
  const [createdAt, updatedAt] = [isoTime(summary['createdAt']), isoTime(summary['updatedAt'])];
  const models = Array.isArray(summary['models']) ? summary['models'] : [];
  const arns = models.map((model) => (isRecord(model) && isText(model['modelArn']) ? share(model['modelArn']) : ''));
  const { modelIds, modelArns, destinations } = saidBy(arns, share);
  const application = summary['type'] === 'APPLICATION' || arn?.resourceType === 'application-inference-profile';
  const description = nameIn(summary['description']);
  const described = present({
    inferenceProfileId: share(inferenceProfileId),
    inferenceProfileName: share(nameIn(summary['inferenceProfileName']) ?? inferenceProfileId),
    description: description && share(description),
    modelIds,
  });
  return {
    described: share(described),
    here: present({
      type: application ? ('APPLICATION' as const) : ('SYSTEM_DEFINED' as const),
      inferenceProfileArn,
      modelArns,
      destinations,
      status: isText(summary['status']) ? summary['status'] : 'UNKNOWN',
      createdAt: createdAt && share(createdAt),
      updatedAt: updatedAt && share(updatedAt),
    }),
  };
}

type Said = Pick<ListedProfile['described'], 'modelIds'> & Pick<ProfileInRegion, 'modelArns' | 'destinations'>;
/** As long as anything is shared. */
const said = new WeakMap<Sharing, Map<readonly string[], Said>>();

/** What follows from the ARNs of a profile's models, once for each list of them; `''` stands for one that could not be read. */
function saidBy(listed: readonly string[], share: Sharing): Said {
  const arns = share(listed);
  const known = said.get(share) ?? new Map<readonly string[], Said>();
  said.set(share, known);
  let follows = known.get(arns);
  if (follows === undefined) {
    const modelArns = arns.includes('') ? arns.filter(isText) : arns;
    follows = { modelIds: share(modelIdsOf(arns)), modelArns, destinations: share(destinationsOf(arns)) };
    known.set(arns, follows);
  }
  return follows;
}

/** Base ids of the models that are named by ARNs, each once; what names something else is left out. */
export function modelIdsOf(modelArns: readonly string[]): string[] {
  const arns = modelArns.map(parseBedrockArn);
  return [...new Set(arns.flatMap((arn) => (arn?.resourceType === 'foundation-model' ? [arn.resourceId] : [])))];
}

/** An ARN without a region, or one that cannot be read, may be served anywhere. */
function destinationsOf(modelArns: readonly string[]): Destinations {
  const regions = modelArns.map((modelArn) => parseBedrockArn(modelArn)?.region ?? '');
  return regions.includes('') ? 'global' : [...new Set(regions)].sort();
}

function unite(first: ListedProfile, second: ListedProfile): ListedProfile {
  const [one, other] = [first.described, second.described];
  const { inferenceProfileId, inferenceProfileName } = one;
  return {
    described: present({
      inferenceProfileId,
      inferenceProfileName:
        inferenceProfileName === inferenceProfileId ? other.inferenceProfileName : inferenceProfileName,
      description: one.description ?? other.description,
      modelIds: union(one.modelIds, other.modelIds),
    }),
    here: uniteHere(first.here, second.here),
  };
}

function uniteHere(first: ProfileInRegion, second: ProfileInRegion): ProfileInRegion {
  const { type, inferenceProfileArn } = first;
  return present({
    type: type === 'APPLICATION' ? type : second.type,
    inferenceProfileArn: inferenceProfileArn === '' ? second.inferenceProfileArn : inferenceProfileArn,
    modelArns: union(first.modelArns, second.modelArns),
    destinations: uniteDestinations(first.destinations, second.destinations),
    status: first.status === 'ACTIVE' ? second.status : first.status,
    createdAt: first.createdAt ?? second.createdAt,
    updatedAt: first.updatedAt ?? second.updatedAt,
  });
}

/** The call may go wherever either says; if one cannot be read or names no region, nothing is promised. */
function uniteDestinations(first: Destinations, second: Destinations): Destinations {
  if (first === 'global' || second === 'global') {
    return 'global';
  }
  return first.length === 0 || second.length === 0 ? [] : [...union(first, second)].sort();
}
