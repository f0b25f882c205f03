import { Injectable } from '@nestjs/common';
import { parseReference } from '../catalog/arn.js';
import { CatalogReader } from '../catalog/catalog-reader.js';
import { AbortedError, InvalidArgumentError } from '../errors/errors.js';
import { isRegionName, type RegionName } from '../regions/partitions.js';
import { raceSignal } from '../util/deadline.js';
import { AccessRegistry } from './access-registry.js';
import type { ModelAccess } from './access.types.js';
import type { ModelName } from '../catalog/figures/known-ids.js';

/**
 * Whether the account and principal may invoke a model in a region, by GetFoundationModelAvailability and by what real
 * calls have shown, which goes before it.
 *
 * Ids may be model ids, model ARNs, profile ids or profile ARNs. Answers are fresh for `access.ttlMs`, are kept between runs
 * for the principal they were given to, and are evidence: AWS has reported all in order and yet denied the call. That AWS
 * could not be asked makes a state `unknown`, never `denied`.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModelAvailability.html
 * @publicApi
 */
@Injectable()
export class ModelAccessService {
  /** @internal Nest makes it. */
  constructor(
    private readonly registry: AccessRegistry,
    private readonly catalog: CatalogReader,
  ) {}

  /**
   * Access to a model in a region. Asks AWS if nothing fresh is known; concurrent callers share the question. In
   * `access.mode: 'off'`, where the region refuses the question, and once the application closes, it answers from what is
   * known.
   *
   * @param modelId a model id, model ARN, profile id or profile ARN
   * @param region the source region: whose endpoint would be called
   * @param options.signal ends this caller's wait; others who wait for the same are not disturbed
   * @throws InvalidArgumentError for an empty id and for what is no name of a region; AbortedError when `signal` ends it.
   */
  async getAccess(
    modelId: ModelName,
    region: RegionName,
    options: { signal?: AbortSignal } = {},
  ): Promise<ModelAccess> {
    const { signal = new AbortController().signal } = options;
    assertAskable(modelId, region, signal);
    if (this.registry.isClosing) {
      return this.peekAccess(modelId, region);
    }
    try {
      const id = await raceSignal(this.catalog.modelIdOf(modelId), signal);
      return await this.registry.find(id, region, signal, parseReference(modelId).id);
    } catch (error) {
      throw signal.aborted ? new AbortedError(signal) : error;
    }
  }

  /** As {@link getAccess}, from what is known now. Never asks and never throws. */
  peekAccess(modelId: ModelName, region: RegionName): ModelAccess {
    return this.registry.describe(this.catalog.peekModelId(modelId), region, parseReference(modelId).id);
  }
}

function assertAskable(modelId: string, region: string, signal: AbortSignal): void {
  if (typeof modelId !== 'string' || modelId === '') {
    throw new InvalidArgumentError('modelId must be the id or ARN of a model or inference profile.');
  }
  if (!isRegionName(region)) {
    throw new InvalidArgumentError(`region must be the name of a region such as eu-central-1, got '${region}'.`);
  }
  if (signal.aborted) {
    throw new AbortedError(signal);
  }
}
