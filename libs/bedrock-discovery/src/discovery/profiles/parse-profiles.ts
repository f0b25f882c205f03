import { deepFreeze } from '../../cache/deep-freeze.js';
import { MalformedResponseError } from '../../errors/malformed-response.error.js';
import { parseBedrockArn } from '../bedrock-arn.js';
import { isoTime, isRecord, isText, present } from '../json.js';
import type { ListedProfile } from './profile.types.js';

/**
 * Reads one page of ListInferenceProfiles. A profile without an id is left out.
 *
 * @throws MalformedResponseError if there is no list: that is not an empty one.
 */
export function parseProfileSummaries(output: unknown): readonly ListedProfile[] {
  const summaries = isRecord(output) ? output['inferenceProfileSummaries'] : undefined;
  if (!Array.isArray(summaries)) {
    throw new MalformedResponseError('The answer holds no list of inference profiles.');
  }
  const profiles = summaries.map(parseSummary).filter((profile) => profile !== undefined);
  if (profiles.length === 0 && summaries.length > 0) {
    throw new MalformedResponseError('The answer lists inference profiles without ids.');
  }
  return deepFreeze(profiles);
}

/** Reads profiles back from a cache tier, which is trusted no more than a response. */
export function restoreProfiles(value: unknown): readonly ListedProfile[] | undefined {
  if (!Array.isArray(value)) {
    return undefined;
  }
  const profiles = value.map(restoreProfile);
  return profiles.every((profile) => profile !== undefined) ? deepFreeze(profiles) : undefined;
}

function restoreProfile(item: unknown): ListedProfile | undefined {
  if (!isRecord(item)) {
    return undefined;
  }
  const modelArns = Array.isArray(item['modelArns']) ? item['modelArns'] : [];
  const profile = parseSummary({ ...item, models: modelArns.map((modelArn: unknown) => ({ modelArn })) });
  // An ARN that could not be read was not kept, but what it meant was.
  return profile && item['destinations'] === 'global' ? { ...profile, destinations: 'global' } : profile;
}

function parseSummary(summary: unknown): ListedProfile | undefined {
  if (!isRecord(summary)) {
    return undefined;
  }
  const inferenceProfileArn = isText(summary['inferenceProfileArn']) ? summary['inferenceProfileArn'] : '';
  const arn = parseBedrockArn(inferenceProfileArn);
  const inferenceProfileId = isText(summary['inferenceProfileId']) ? summary['inferenceProfileId'] : arn?.resourceId;
  if (inferenceProfileId === undefined) {
    return undefined;
  }
  const models = Array.isArray(summary['models']) ? summary['models'] : [];
  const modelArns = models.map((model) => (isRecord(model) && isText(model['modelArn']) ? model['modelArn'] : ''));
  const application = summary['type'] === 'APPLICATION' || arn?.resourceType === 'application-inference-profile';
  return present({
    inferenceProfileId,
    inferenceProfileName: isText(summary['inferenceProfileName'])
      ? summary['inferenceProfileName']
      : inferenceProfileId,
    description: isText(summary['description']) ? summary['description'] : undefined,
    type: application ? ('APPLICATION' as const) : ('SYSTEM_DEFINED' as const),
    modelIds: modelIdsOf(modelArns),
    inferenceProfileArn,
    modelArns: modelArns.filter(isText),
    destinations: destinationsOf(modelArns),
    status: isText(summary['status']) ? summary['status'] : 'UNKNOWN',
    createdAt: isoTime(summary['createdAt']),
    updatedAt: isoTime(summary['updatedAt']),
  });
}

function modelIdsOf(modelArns: readonly string[]): string[] {
  const models = modelArns.map(parseBedrockArn).filter((arn) => arn?.resourceType === 'foundation-model');
  return [...new Set(models.map((arn) => arn?.resourceId ?? ''))];
}

/** An ARN without a region, or one that cannot be read, may be served anywhere. */
function destinationsOf(modelArns: readonly string[]): readonly string[] | 'global' {
  const regions = modelArns.map((modelArn) => parseBedrockArn(modelArn)?.region ?? '');
  return regions.includes('') ? 'global' : [...new Set(regions)].sort();
}
