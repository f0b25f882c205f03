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
import type { ListedProfile } from './profile.types.js';

type Destinations = ListedProfile['destinations'];

const TEXTS = ['inferenceProfileId', 'inferenceProfileName', 'status'] as const;

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
  const profiles = pages.flatMap(({ items }) => items);
  const items = uniteById(profiles, ({ inferenceProfileId }) => inferenceProfileId, unite);
  return deepFreeze({ items, unreadable: pages.reduce((sum, page) => sum + page.unreadable, 0) });
}

/**
 * Profiles as a cache tier returned them, if they are what was stored. What follows from the ARNs of the models is taken from
 * these, whatever else the entry says.
 */
export function restoreProfiles(value: unknown): readonly ListedProfile[] | undefined {
  return restoreItems(value, isListedProfile, (stored) => asModelsSay(only(stored, MEMBERS)));
}

const MEMBERS = [
  ...TEXTS,
  'description',
  'type',
  'modelIds',
  'inferenceProfileArn',
  'modelArns',
  'destinations',
  'createdAt',
  'updatedAt',
];

/** The profile itself where it agrees with the ARNs of its models. */
function asModelsSay(profile: ListedProfile): ListedProfile {
  const { modelArns, destinations: told } = profile;
  // That nothing is promised may rest on a model that could not be read, and stands.
  const destinations = told === 'global' || told.length === 0 ? told : destinationsOf(modelArns);
  const modelIds = modelIdsOf(modelArns);
  const agrees = isDeepStrictEqual([profile.destinations, profile.modelIds], [destinations, modelIds]);
  return agrees ? profile : { ...profile, destinations, modelIds };
}

function isListedProfile(value: unknown): value is ListedProfile {
  if (!isRecord(value)) {
    return false;
  }
  const { description, destinations, type } = value;
  return (
    TEXTS.every((field) => isText(value[field])) &&
    (value['inferenceProfileArn'] === '' || isText(value['inferenceProfileArn'])) &&
    (description === undefined || isText(description)) &&
    (type === 'SYSTEM_DEFINED' || type === 'APPLICATION') &&
    isTextList(value['modelIds']) &&
    isTextList(value['modelArns']) &&
    (destinations === 'global' || isTextList(destinations)) &&
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
  const description = nameIn(summary['description']);
  const [createdAt, updatedAt] = [isoTime(summary['createdAt']), isoTime(summary['updatedAt'])];
  const models = Array.isArray(summary['models']) ? summary['models'] : [];
  const arns = models.map((model) => (isRecord(model) && isText(model['modelArn']) ? share(model['modelArn']) : ''));
  const { modelIds, modelArns, destinations } = saidBy(share(arns));
  const application = summary['type'] === 'APPLICATION' || arn?.resourceType === 'application-inference-profile';
  return present({
    inferenceProfileId: share(inferenceProfileId),
    inferenceProfileName: share(nameIn(summary['inferenceProfileName']) ?? inferenceProfileId),
    description: description && share(description),
    type: application ? ('APPLICATION' as const) : ('SYSTEM_DEFINED' as const),
    modelIds: share(modelIds),
    inferenceProfileArn,
    modelArns,
    destinations: share(destinations),
    status: isText(summary['status']) ? summary['status'] : 'UNKNOWN',
    createdAt: createdAt && share(createdAt),
    updatedAt: updatedAt && share(updatedAt),
  });
}

type Said = Pick<ListedProfile, 'modelIds' | 'modelArns' | 'destinations'>;
const said = new WeakMap<readonly string[], Said>();

/** What follows from the ARNs of a profile's models, once for each list of them; `''` stands for one that could not be read. */
function saidBy(arns: readonly string[]): Said {
  let follows = said.get(arns);
  if (follows === undefined) {
    const modelArns = arns.includes('') ? arns.filter(isText) : arns;
    follows = { modelIds: modelIdsOf(arns), modelArns, destinations: destinationsOf(arns) };
    said.set(arns, follows);
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
  const { inferenceProfileId, inferenceProfileName, inferenceProfileArn } = first;
  return present({
    inferenceProfileId,
    inferenceProfileName:
      inferenceProfileName === inferenceProfileId ? second.inferenceProfileName : inferenceProfileName,
    description: first.description ?? second.description,
    type: first.type === 'APPLICATION' ? first.type : second.type,
    modelIds: union(first.modelIds, second.modelIds),
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
