import { All, Controller, Get, Param, Query } from '@nestjs/common';
import {
  type DiscoveredModel,
  type DiscoveredProfile,
  InvocationRouter,
  LatencyTracker,
  ModelDiscoveryService,
  ProfileDiscoveryService,
} from 'nestjs-bedrock-discovery';
import type { ListAnswer } from 'explorer-web';
import { Answers } from '../lists/answers.js';
import { listExample, listOf } from '../lists/list.schemas.js';
import { PAGE_PARAMETERS, PAGE_PARAMETERS_ABOUT } from '../lists/list-parameters.js';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { PROFILE_EXAMPLE, PROFILE_LIST } from '../profiles/profile.schemas.js';
import { KnownRegions } from '../regions/known-regions.js';
import { flag, formerly, regionName, regionNames, text } from '../requests/parameter-readers.js';
import { PathIdPipe } from '../requests/path-id.pipe.js';
import { pick, readParameters } from '../requests/read-parameters.js';
import {
  CAPABILITY_PARAMETERS,
  constraintsFrom,
  ROUTE_PARAMETERS,
  ROUTE_PARAMETERS_ABOUT,
} from '../routes/route-parameters.js';
import { DiscoverySource } from '../source/discovery-source.js';
import { type BestRegions, bestRegions } from './best-regions.js';
import { unlistedModel } from './unlisted-model.js';
import { findModels, type FoundModelDocument } from './find-models.js';
import { FOUND_MODEL } from './found-model.schemas.js';
import { BEST_REGIONS, BEST_REGIONS_EXAMPLE, MODEL, MODEL_EXAMPLE } from './model.schemas.js';

/** What is true of models as they are listed. */
const LISTED = {
  provider: formerly('providerName', text),
  inputModality: text,
  outputModality: text,
  inferenceType: text,
  lifecycle: text,
  streaming: flag,
  region: regionName,
};
const FILTER = { ...LISTED, search: text };

const ID = 'An id, an ARN or a name of a model or an inference profile, such as Claude Opus 4.7.';
const RANKING = { preferredRegions: formerly('preferred', regionNames) };
const IN_REGION = { region: regionName, ...PAGE_PARAMETERS };

const idOf = ({ modelId }: { readonly modelId: string }): string => modelId;

/** Models and profiles may be named by id, ARN or name. */
@Controller('models')
export class ModelsController {
  constructor(
    private readonly router: InvocationRouter,
    private readonly models: ModelDiscoveryService,
    private readonly profiles: ProfileDiscoveryService,
    private readonly latencies: LatencyTracker,
    private readonly source: DiscoverySource,
    private readonly known: KnownRegions,
    private readonly answers: Answers,
  ) {}

  @Get()
  @ApiEndpoint('GET /models', {
    query: { ...FILTER, ...ROUTE_PARAMETERS, ...PAGE_PARAMETERS },
    about: {
      provider: 'Name of the provider.',
      inputModality: 'What it takes, such as TEXT.',
      outputModality: 'What it puts out, such as EMBEDDING.',
      inferenceType: 'Supported in any region, or in `region`.',
      lifecycle: 'Status in any region, or in `region`.',
      streaming: 'As stated; a model of which AWS does not say so meets neither.',
      region: 'Listed in this region.',
      search:
        'What names a model or a family, such as claude opus, or is contained in id, name or provider. Then each has its verdict and the best route to it, by the constraints that come after this.',
      ...ROUTE_PARAMETERS_ABOUT,
      ...PAGE_PARAMETERS_ABOUT,
    },
    answer: listOf('ModelList', FOUND_MODEL),
    example: listExample(MODEL_EXAMPLE),
    problems: ['INVENTORY_UNAVAILABLE', 'REGION_UNKNOWN'],
  })
  async list(@Query() query: unknown): Promise<ListAnswer<DiscoveredModel | FoundModelDocument>> {
    const { limit, cursor, search, ...parameters } = readParameters(
      query,
      { ...FILTER, ...ROUTE_PARAMETERS, ...PAGE_PARAMETERS },
      this.known.has,
    );
    const page = { limit, cursor };
    const filter = pick(parameters, { ...LISTED, ...CAPABILITY_PARAMETERS });
    const given = pick(parameters, ROUTE_PARAMETERS);
    const constraint = Object.keys(given).find((name) => !Object.hasOwn(CAPABILITY_PARAMETERS, name));
    if (search === undefined && constraint !== undefined) {
      const detail = `${constraint} is about the routes to what search finds: give search as well, or leave it out.`;
      throw new ProblemError('INVALID_REQUEST', detail);
    }
    const models = await this.models.getAllModels(filter);
    if (search === undefined) {
      return this.answers.list<DiscoveredModel>(models, idOf, page, ['models']);
    }
    const matching = await this.models.getAllModels({ ...filter, search });
    const constraints = constraintsFrom(given, this.source.preferredRegions);
    return this.answers.list(await findModels(this.router, search, { models, matching, constraints }), idOf, page);
  }

  @Get('*id/regions')
  @ApiEndpoint('GET /models/{id}/regions', {
    id: ID,
    query: RANKING,
    about: { preferredRegions: 'Regions that rank first, in this order.' },
    answer: BEST_REGIONS,
    example: BEST_REGIONS_EXAMPLE,
    problems: ['MODEL_NOT_FOUND', 'INVENTORY_UNAVAILABLE'],
  })
  async regions(@Param('id', PathIdPipe) id: string, @Query() query: unknown): Promise<BestRegions> {
    const { preferredRegions = this.source.preferredRegions } = readParameters(query, RANKING, this.known.has);
    const model = await this.#find(id);
    const ranking = await this.models.getBestRegionsForModel(model.modelId, { preferredRegions });
    return bestRegions(model, ranking, preferredRegions, this.models.getRegionStatuses(), (region) =>
      this.latencies.get(region),
    );
  }

  @Get('*id/profiles')
  @ApiEndpoint('GET /models/{id}/profiles', {
    id: ID,
    query: IN_REGION,
    about: { region: 'Those that wrap it in this source region.', ...PAGE_PARAMETERS_ABOUT },
    answer: PROFILE_LIST,
    example: listExample(PROFILE_EXAMPLE),
    problems: ['MODEL_NOT_FOUND', 'INVENTORY_UNAVAILABLE', 'REGION_UNKNOWN'],
  })
  async profilesOf(
    @Param('id', PathIdPipe) id: string,
    @Query() query: unknown,
  ): Promise<ListAnswer<DiscoveredProfile>> {
    const { region, ...page } = readParameters(query, IN_REGION, this.known.has);
    const profiles = await this.profiles.getProfilesForModel(id, region);
    if (profiles.length === 0) {
      await this.#find(id);
    }
    return this.answers.list(profiles, ({ inferenceProfileId }) => inferenceProfileId, page);
  }

  @Get('*id')
  @ApiEndpoint('GET /models/{id}', {
    id: ID,
    query: {},
    answer: MODEL,
    example: MODEL_EXAMPLE,
    problems: ['MODEL_NOT_FOUND', 'INVENTORY_UNAVAILABLE'],
  })
  one(@Param('id', PathIdPipe) id: string, @Query() query: unknown): Promise<DiscoveredModel> {
    readParameters(query, {});
    return this.#find(id);
  }

  @All(['', '*id'])
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }

  async #find(id: string): Promise<DiscoveredModel> {
    const model = await this.models.getModel(id);
    if (model === undefined) {
      throw await unlistedModel(this.router, id, this.models.getRegionStatuses());
    }
    return model;
  }
}
