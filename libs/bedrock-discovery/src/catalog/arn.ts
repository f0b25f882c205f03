/** The parts of a Bedrock ARN that discovery needs. */
export interface BedrockArn {
  readonly partition: string;
  /** Empty in the region-less ARN of a global profile's model. */
  readonly region: string;
  /** Empty for foundation models. */
  readonly accountId: string;
  /** `foundation-model`, `inference-profile`, `application-inference-profile`, … */
  readonly resourceType: string;
  readonly resourceId: string;
}

const ARN = /^arn:(aws[a-z-]*):bedrock:([a-z0-9-]*):(\d*):([a-z-]+)\/(.+)$/;

/**
 * Of any id or ARN that the service takes.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_InferenceProfileSummary.html
 */
export const MAX_LENGTH = 2_048;

export function parseBedrockArn(value: string): BedrockArn | undefined {
  const match = value.length > MAX_LENGTH ? null : ARN.exec(value);
  if (match === null) {
    return undefined;
  }
  const [, partition = '', region = '', accountId = '', resourceType = '', resourceId = ''] = match;
  return { partition, region, accountId, resourceType, resourceId };
}

/** The id that an id or ARN of a model or profile names, and its kind where the ARN tells. */
export function parseReference(idOrArn: string): { id: string; kind?: 'model' | 'profile'; region?: string } {
  const arn = parseBedrockArn(idOrArn);
  if (arn === undefined) {
    return { id: idOrArn };
  }
  const kind = arn.resourceType === 'foundation-model' ? 'model' : 'profile';
  return { id: arn.resourceId, kind, ...(arn.region !== '' && { region: arn.region }) };
}

/** The geographies that ids of system profiles are known to put before the model's. */
const GEOGRAPHY = /^(?:global|us-gov|us|eu|apac|jp|au|ca|in)\.(?=[^.]+\.)/;

/** The id of the model that the id of a system profile leads to, as far as the id says; any other id as it is. */
export function withoutGeography(id: string): string {
  return id.replace(GEOGRAPHY, '');
}
