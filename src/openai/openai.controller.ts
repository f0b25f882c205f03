import { All, Controller, Get, Param } from '@nestjs/common';
import {
  type DiscoveredModel,
  InvocationRouter,
  InventoryUnavailableError,
  ModelDiscoveryService,
  NoRouteError,
  ProfileDiscoveryService,
  VERDICT_WORDS,
} from 'nestjs-bedrock-discovery';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { unlessUnknown } from '../regions/unknown-regions.js';
import { PathIdPipe } from '../requests/path-id.pipe.js';
import { describeModel, type OpenAiModel } from './describe-model.js';
import { toOpenAiError } from './openai-error.js';
import { OPENAI_ERROR, OPENAI_MODEL, OPENAI_MODEL_EXAMPLE, OPENAI_MODELS } from './openai.schemas.js';

export interface OpenAiModelList {
  readonly object: 'list';
  readonly data: readonly OpenAiModel[];
  /** Regions that could not be looked at, for models or for profiles: there may be more. */
  readonly unknown_regions: readonly string[];
}

const ERRORS = { mediaType: 'application/json', schema: OPENAI_ERROR, of: toOpenAiError };

/**
 * What this account can run, in the format of OpenAI's API, so that its clients can list it. Parameters are not looked at,
 * as there. Errors have its format as well.
 *
 * @see https://platform.openai.com/docs/api-reference/models
 */
@Controller('v1')
export class OpenAiController {
  constructor(
    private readonly router: InvocationRouter,
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
    const verdicts = await this.router.getModelVerdicts();
    const described = await this.#described();
    const eligible = verdicts.filter(({ verdict }) => verdict === 'eligible');
    const data = eligible.map((model) => describeModel(model, described.get(model.modelId)));
    return { object: 'list', data, unknown_regions: this.#unknown().unknownRegions };
  }

  /** Also takes names, ids of profiles and ARNs; what it names is answered under its own id. */
  @Get('models/*id')
  @ApiEndpoint('GET /v1/models/{id}', {
    id: 'An id, an ARN or a name, such as Claude Opus 4.7.',
    answer: OPENAI_MODEL,
    example: OPENAI_MODEL_EXAMPLE,
    problems: ['MODEL_NOT_FOUND', 'ROUTES_UNKNOWN', 'INVENTORY_UNAVAILABLE'],
    errors: ERRORS,
  })
  async one(@Param('id', PathIdPipe) id: string): Promise<OpenAiModel> {
    const { modelId } = await this.router.resolve(id);
    const model = (await this.router.getModelVerdicts()).find((each) => each.modelId === modelId);
    if (model?.verdict === 'eligible') {
      return describeModel(model, (await this.#described()).get(modelId));
    }
    if (model?.verdict === 'unknown') {
      throw new NoRouteError(await this.router.resolve(modelId));
    }
    const { hint, ...extensions } = this.#unknown();
    const why = model?.code === undefined ? '' : ` It is ${VERDICT_WORDS[model.code]}.`;
    const advice = 'GET /v1/models lists those that it can.';
    const detail = `There is no model ${id} that this account can run.${why} ${advice}${hint}`;
    throw new ProblemError('MODEL_NOT_FOUND', detail, { extensions });
  }

  @All(['models', 'models/*id'])
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }

  /** Models by id; none where only profiles are known, which lead to models all the same. */
  async #described(): Promise<ReadonlyMap<string, DiscoveredModel>> {
    const models = await this.models.getAllModels().catch((error: unknown): readonly DiscoveredModel[] => {
      if (error instanceof InventoryUnavailableError) {
        return [];
      }
      throw error;
    });
    return new Map(models.map((model) => [model.modelId, model]));
  }

  #unknown(): ReturnType<typeof unlessUnknown> {
    return unlessUnknown([...this.models.getRegionStatuses(), ...this.profiles.getRegionStatuses()]);
  }
}
