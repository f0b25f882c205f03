import { BedrockDiscoveryError } from '../errors/bedrock-discovery.error.js';

/**
 * A text names no model that is known, or more than one.
 *
 * @publicApi
 */
export class ModelNotFoundError extends BedrockDiscoveryError {
  constructor(
    readonly model: string,
    /** Ids that may have been meant, nearest first. */
    readonly nearest: readonly string[],
    /** Whether all of `nearest` bear the name. */
    readonly ambiguous: boolean,
    /** Regions whose models are not known, so that the model may be there. */
    readonly unknownRegions: readonly string[],
  ) {
    super(
      'MODEL_NOT_FOUND',
      `${ambiguous ? `'${model}' names more than one model` : `No known region lists a model '${model}'`}.${hints(nearest, unknownRegions)}`,
    );
  }
}

function hints(nearest: readonly string[], unknownRegions: readonly string[]): string {
  const meant = nearest.length > 0 ? ` Did you mean ${nearest.join(', ')}?` : '';
  const unknown =
    unknownRegions.length > 0
      ? ` What ${unknownRegions.join(', ')} list is not known: scan again, or see their failures.`
      : '';
  return meant + unknown;
}
