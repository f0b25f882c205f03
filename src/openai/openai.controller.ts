import { All, Controller, Get, Param } from '@nestjs/common';
import { InventoryUnavailableError, ModelDiscoveryService, ProfileDiscoveryService } from 'nestjs-bedrock-discovery';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { unlessUnknown } from '../regions/unknown-regions.js';
import { PathIdPipe } from '../requests/path-id.pipe.js';
import { toOpenAiError } from './openai-error.js';
import { OPENAI_ERROR, OPENAI_MODEL, OPENAI_MODEL_EXAMPLE, OPENAI_MODELS } from './openai.schemas.js';
import { type OpenAiModel, runnableModels } from './runnable-models.js';

export interface OpenAiModelList {
  readonly object: 'list';
  readonly data: readonly OpenAiModel[];
  /** Regions that could not be looked at, for models or for profiles: there may be more. */
  readonly unknown_regions: readonly string[];
}

const ERRORS = { mediaType: 'application/json', schema: OPENAI_ERROR, of: toOpenAiError };

interface Runnable {
  readonly models: readonly OpenAiModel[];
  readonly unknownRegions: readonly string[];
  /** Why models, or profiles, are not known at all. */
  readonly unavailable?: InventoryUnavailableError;
}

/**
 * What this account can run, in the format of OpenAI's API, so that its clients can list it. Parameters are not looked at,
 * as there. Errors have its format as well.
 *
 * @see https://platform.openai.com/docs/api-reference/models
 */
@Controller('v1')
export class OpenAiController {
  constructor(
    private readonly models: ModelDiscoveryService,
    private readonly profiles: ProfileDiscoveryService,
  ) {}

  @Get('models')
  @ApiEndpoint('GET /v1/models', {
    answer: OPENAI_MODELS,
    example: { object: 'list', data: [OPENAI_MODEL_EXAMPLE], unknown_regions: [] },
    problems: ['INVENTORY_UNAVAILABLE'],
    errors: ERRORS,
  })
  async list(): Promise<OpenAiModelList> {
    const { models, unknownRegions } = await this.#runnable();
    return { object: 'list', data: models, unknown_regions: unknownRegions };
  }

  /** Also takes the id of a profile, and ARNs; what it names is answered under its own id. */
  @Get('models/*id')
  @ApiEndpoint('GET /v1/models/{id}', {
    id: 'A model id, a model ARN, a profile id or a profile ARN.',
    answer: OPENAI_MODEL,
    example: OPENAI_MODEL_EXAMPLE,
    problems: ['MODEL_NOT_FOUND', 'INVENTORY_UNAVAILABLE'],
    errors: ERRORS,
  })
  async one(@Param('id', PathIdPipe) id: string): Promise<OpenAiModel> {
    const { models, unavailable } = await this.#runnable();
    const byId = (wanted: string | undefined): OpenAiModel | undefined => models.find((model) => model.id === wanted);
    const model = byId(id) ?? byId((await this.#known(() => this.models.getModel(id)))?.modelId);
    if (model !== undefined) {
      return model;
    }
    if (unavailable !== undefined) {
      throw unavailable;
    }
    const { hint, ...extensions } = this.#unknown();
    const detail = `There is no model ${id} that this account can run. GET /v1/models lists those that it can.${hint}`;
    throw new ProblemError('MODEL_NOT_FOUND', detail, { extensions });
  }

  @All(['models', 'models/*id'])
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }

  /** Where only models or only profiles are known, what can be told from them alone. */
  async #runnable(): Promise<Runnable> {
    const [models, profiles] = await Promise.allSettled([this.models.getAllModels(), this.profiles.getAllProfiles()]);
    const failures = [models, profiles].flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    const [unavailable, another] = failures;
    if (another !== undefined || (unavailable !== undefined && !(unavailable instanceof InventoryUnavailableError))) {
      throw unavailable;
    }
    return {
      models: runnableModels(
        models.status === 'fulfilled' ? models.value : [],
        profiles.status === 'fulfilled' ? profiles.value : [],
      ),
      unknownRegions: this.#unknown().unknownRegions,
      ...(unavailable !== undefined && { unavailable }),
    };
  }

  #unknown(): ReturnType<typeof unlessUnknown> {
    return unlessUnknown([...this.models.getRegionStatuses(), ...this.profiles.getRegionStatuses()]);
  }

  async #known<T>(query: () => Promise<T>): Promise<T | undefined> {
    try {
      return await query();
    } catch (error) {
      if (error instanceof InventoryUnavailableError) {
        return undefined;
      }
      throw error;
    }
  }
}
