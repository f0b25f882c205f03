import { isDeepStrictEqual } from 'node:util';
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

const LISTS = ['inputModalities', 'outputModalities', 'customizationsSupported'] as const;
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
    items: uniteById(models, idOfModel, unite),
    unreadable: summaries.length - models.length,
  });
}

const LIFECYCLE = ['status', ...LIFECYCLE_TIMES];
const HERE = ['modelArn', 'inferenceTypesSupported', 'lifecycle'];
const DESCRIBED = ['modelId', 'modelName', 'providerName', ...LISTS, 'responseStreamingSupported'];

export function idOfModel({ described }: ListedModel): string {
  return described.modelId;
}

/** Models as a cache tier returned them, if they are what was stored. */
export function restoreModels(value: unknown): readonly ListedModel[] | undefined {
  return restoreItems(value, isListedModel, (stored) => {
    const { described, here } = only(stored, ['described', 'here']);
    const lifecycle = only(here.lifecycle, LIFECYCLE);
    const model = { described: only(described, DESCRIBED), here: only({ ...here, lifecycle }, HERE) };
    return isDeepStrictEqual(model, stored) ? stored : model;
  });
}

function isListedModel(value: unknown): value is ListedModel {
  if (!isRecord(value)) {
    return false;
  }
  const { described, here } = value;
  return (
    isRecord(described) &&
    isText(described['modelId']) &&
    isText(described['modelName']) &&
    isTextOrEmpty(described['providerName']) &&
    LISTS.every((field) => isTextList(described[field])) &&
    ['undefined', 'boolean'].includes(typeof described['responseStreamingSupported']) &&
    isRecord(here) &&
    isTextOrEmpty(here['modelArn']) &&
    isTextList(here['inferenceTypesSupported']) &&
    isLifecycle(here['lifecycle'])
  );
}

function isTextOrEmpty(value: unknown): boolean {
  return value === '' || isText(value);
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
  const described = present({
    modelId: share(modelId),
    modelName: share(nameIn(summary['modelName']) ?? modelId),
    providerName: share(nameIn(summary['providerName']) ?? ''),
    inputModalities: share(texts(summary['inputModalities'])),
    outputModalities: share(texts(summary['outputModalities'])),
    responseStreamingSupported: typeof streaming === 'boolean' ? streaming : undefined,
    customizationsSupported: share(texts(summary['customizationsSupported'])),
  });
  return {
    described: share(described),
    here: {
      modelArn: share(arn),
      inferenceTypesSupported: share(texts(summary['inferenceTypesSupported'])),
      lifecycle: share(parseLifecycle(summary['modelLifecycle'])),
    },
  };
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
  const [one, other] = [first.described, second.described];
  const streaming = [one, other].map(({ responseStreamingSupported }) => responseStreamingSupported);
  const isSaid = streaming.some((value) => value !== undefined);
  return {
    described: {
      modelId: one.modelId,
      modelName: one.modelName === one.modelId ? other.modelName : one.modelName,
      providerName: one.providerName === '' ? other.providerName : one.providerName,
      inputModalities: union(one.inputModalities, other.inputModalities),
      outputModalities: union(one.outputModalities, other.outputModalities),
      ...(isSaid && { responseStreamingSupported: streaming.includes(true) }),
      customizationsSupported: union(one.customizationsSupported, other.customizationsSupported),
    },
    here: {
      modelArn: first.here.modelArn === '' ? second.here.modelArn : first.here.modelArn,
      inferenceTypesSupported: union(first.here.inferenceTypesSupported, second.here.inferenceTypesSupported),
      lifecycle: shorterLife(first.here.lifecycle, second.here.lifecycle),
    },
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
