import { deepFreeze } from '../../util/deep-freeze.js';
import { sharing, type Sharing } from '../../util/sharing.js';
import { MalformedResponseError } from '../../errors/errors.js';
import { type RegionList, uniteById } from '../../inventory/listing.js';
import { restoreItems } from '../../inventory/region-question.js';
import {
  isoTime,
  isRecord,
  isText,
  isTextList,
  isTimeOrAbsent,
  nameIn,
  only,
  present,
  texts,
  union,
} from '../../util/guards.js';
import { parseBedrockArn } from '../arn.js';
import type { ListedModel, ModelLifecycle } from './model.types.js';

const TEXTS = ['providerName', 'modelArn'] as const;
const LISTS = ['inputModalities', 'outputModalities', 'customizationsSupported', 'inferenceTypesSupported'] as const;
const LIFECYCLE_TIMES = ['startOfLifeTime', 'legacyTime', 'publicExtendedAccessTime', 'endOfLifeTime'] as const;

/**
 * Reads what ListFoundationModels answered. Unknown values of any field are kept as they are, but for control characters; a
 * model without an id that can be shown cannot be read. Several records of one model are one that has the inference types, modalities and customizations of all, and the
 * shortest of their lives.
 *
 * @throws MalformedResponseError if there is no list: that is not an empty one.
 */
export function parseModelSummaries(output: unknown, share = sharing()): RegionList<ListedModel> {
  const summaries = isRecord(output) ? output['modelSummaries'] : undefined;
  if (!Array.isArray(summaries)) {
    throw new MalformedResponseError('The answer holds no list of models.');
  }
  const models = summaries.map((summary) => parseSummary(summary, share)).filter((model) => model !== undefined);
  if (models.length === 0 && summaries.length > 0) {
    throw new MalformedResponseError('The answer lists models without ids.');
  }
  return deepFreeze({
    items: uniteById(models, ({ modelId }) => modelId, unite),
    unreadable: summaries.length - models.length,
  });
}

const LIFECYCLE = ['status', ...LIFECYCLE_TIMES];
const MEMBERS = ['modelId', 'modelName', ...TEXTS, ...LISTS, 'responseStreamingSupported', 'lifecycle'];

/** Models as a cache tier returned them, if they are what was stored. */
export function restoreModels(value: unknown): readonly ListedModel[] | undefined {
  return restoreItems(value, isListedModel, (stored) => {
    const model = only(stored, MEMBERS);
    const lifecycle = only(model.lifecycle, LIFECYCLE);
    return lifecycle === model.lifecycle ? model : { ...model, lifecycle };
  });
}

function isListedModel(value: unknown): value is ListedModel {
  if (!isRecord(value)) {
    return false;
  }
  const { responseStreamingSupported: streaming } = value;
  return (
    isText(value['modelId']) &&
    isText(value['modelName']) &&
    TEXTS.every((field) => value[field] === '' || isText(value[field])) &&
    LISTS.every((field) => isTextList(value[field])) &&
    (streaming === undefined || typeof streaming === 'boolean') &&
    isLifecycle(value['lifecycle'])
  );
}

function isLifecycle(value: unknown): value is ModelLifecycle {
  return isRecord(value) && isText(value['status']) && LIFECYCLE_TIMES.every((field) => isTimeOrAbsent(value[field]));
}

function parseSummary(summary: unknown, share: Sharing): ListedModel | undefined {
  if (!isRecord(summary)) {
    return undefined;
  }
  const arn = isText(summary['modelArn']) ? summary['modelArn'] : '';
  const modelId = isText(summary['modelId']) ? summary['modelId'] : parseBedrockArn(arn)?.resourceId;
  if (modelId === undefined) {
    return undefined;
  }
  const streaming = summary['responseStreamingSupported'];
  return present({
    modelId: share(modelId),
    modelName: share(nameIn(summary['modelName']) ?? modelId),
    providerName: share(nameIn(summary['providerName']) ?? ''),
    inputModalities: share(texts(summary['inputModalities'])),
    outputModalities: share(texts(summary['outputModalities'])),
    responseStreamingSupported: typeof streaming === 'boolean' ? streaming : undefined,
    customizationsSupported: share(texts(summary['customizationsSupported'])),
    modelArn: share(arn),
    inferenceTypesSupported: share(texts(summary['inferenceTypesSupported'])),
    lifecycle: share(parseLifecycle(summary['modelLifecycle'])),
  });
}

function parseLifecycle(value: unknown): ModelLifecycle {
  const lifecycle = isRecord(value) ? value : {};
  return present({
    status: isText(lifecycle['status']) ? lifecycle['status'] : 'UNKNOWN',
    startOfLifeTime: isoTime(lifecycle['startOfLifeTime']),
    legacyTime: isoTime(lifecycle['legacyTime']),
    publicExtendedAccessTime: isoTime(lifecycle['publicExtendedAccessTime']),
    endOfLifeTime: isoTime(lifecycle['endOfLifeTime']),
  });
}

/**
 * What two records of one model say together: what either lists counts, and the life is the shorter one.
 */
function unite(first: ListedModel, second: ListedModel): ListedModel {
  const streaming = [first, second].map(({ responseStreamingSupported }) => responseStreamingSupported);
  const isSaid = streaming.some((value) => value !== undefined);
  return {
    modelId: first.modelId,
    modelName: first.modelName === first.modelId ? second.modelName : first.modelName,
    providerName: first.providerName === '' ? second.providerName : first.providerName,
    inputModalities: union(first.inputModalities, second.inputModalities),
    outputModalities: union(first.outputModalities, second.outputModalities),
    ...(isSaid && { responseStreamingSupported: streaming.includes(true) }),
    customizationsSupported: union(first.customizationsSupported, second.customizationsSupported),
    modelArn: first.modelArn === '' ? second.modelArn : first.modelArn,
    inferenceTypesSupported: union(first.inferenceTypesSupported, second.inferenceTypesSupported),
    lifecycle: shorterLife(first.lifecycle, second.lifecycle),
  };
}

function shorterLife(first: ModelLifecycle, second: ModelLifecycle): ModelLifecycle {
  const statuses = [first.status, second.status];
  const status = statuses.find((each) => each !== 'ACTIVE' && each !== 'UNKNOWN');
  const times = LIFECYCLE_TIMES.map((field) => {
    const [earliest] = [first[field], second[field]].filter((time) => time !== undefined).sort();
    return [field, earliest] as const;
  });
  return present({
    status: status ?? (statuses.includes('ACTIVE') ? 'ACTIVE' : 'UNKNOWN'),
    ...Object.fromEntries(times),
  });
}
