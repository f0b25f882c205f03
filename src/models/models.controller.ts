import { All, Controller, Get, Param, Query } from '@nestjs/common';
import {
  type DiscoveredModel,
  type DiscoveredProfile,
  InvocationRouter,
  LatencyTracker,
  ModelDiscoveryService,
  ProfileDiscoveryService,
  type RetiringModel,
} from 'nestjs-bedrock-discovery';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { list } from '../openapi/schema.js';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { PROFILE, PROFILE_EXAMPLE } from '../profiles/profile.schemas.js';
import { KnownRegions } from '../regions/known-regions.js';
import { days, flag, regionName, regionNames, text } from '../requests/parameter-readers.js';
import { PathIdPipe } from '../requests/path-id.pipe.js';
import { readParameters } from '../requests/read-parameters.js';
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
import {
  BEST_REGIONS,
  BEST_REGIONS_EXAMPLE,
  MODEL,
  MODEL_EXAMPLE,
  RETIRING_EXAMPLE,
  RETIRING_MODEL,
} from './model.schemas.js';

const FILTER = {
  providerName: text,
  inputModality: text,
  outputModality: text,
  inferenceType: text,
  lifecycle: text,
  streaming: flag,
  region: regionName,
  search: text,
};

const ID = 'An id, an ARN or a name of a model or an inference profile, such as Claude Opus 4.7.';
const RETIREMENT = { days, region: regionName };
const RANKING = { preferred: regionNames };
const IN_REGION = { region: regionName };

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
  ) {}

  @Get()
  @ApiEndpoint('GET /models', {
    query: { ...FILTER, ...ROUTE_PARAMETERS },
    about: {
      providerName: 'Name of the provider.',
      inputModality: 'What it takes, such as TEXT.',
      outputModality: 'What it puts out, such as EMBEDDING.',
      inferenceType: 'Supported in any region, or in `region`.',
      lifecycle: 'Status in any region, or in `region`.',
      streaming: 'As stated; a model of which AWS does not say so meets neither.',
      region: 'Listed in this region.',
      search:
        'What names a model or a family, such as claude opus, or is contained in id, name or provider. Then each has its verdict and the best route to it, by the constraints that come after this.',
      ...ROUTE_PARAMETERS_ABOUT,
    },
    answer: list(FOUND_MODEL),
    example: [MODEL_EXAMPLE],
    problems: ['INVENTORY_UNAVAILABLE', 'REGION_UNKNOWN'],
  })
  async list(@Query() query: unknown): Promise<readonly (DiscoveredModel | FoundModelDocument)[]> {
    const {
      providerName,
      inputModality,
      outputModality,
      inferenceType,
      lifecycle,
      streaming,
      region,
      search,
      ...given
    } = readParameters(query, { ...FILTER, ...ROUTE_PARAMETERS }, this.known.has);
    const { minContextTokens, minOutputTokens, toolUse, reasoning, structuredOutput, unknownFacts } = given;
    const capabilities = { minContextTokens, minOutputTokens, toolUse, reasoning, structuredOutput, unknownFacts };
    const listed = { providerName, inputModality, outputModality, inferenceType, lifecycle, streaming, region };
    const filter = { ...listed, ...capabilities };
    const constraint = Object.keys(given).find((name) => !Object.hasOwn(CAPABILITY_PARAMETERS, name));
    if (search === undefined && constraint !== undefined) {
      const detail = `${constraint} is about the routes to what search finds: give search as well, or leave it out.`;
      throw new ProblemError('INVALID_REQUEST', detail);
    }
    const models = await this.models.getAllModels(filter);
    if (search === undefined) {
      return models;
    }
    const matching = await this.models.getAllModels({ ...filter, search });
    const constraints = constraintsFrom(given, this.source.preferredRegions);
    return findModels(this.router, search, { models, matching, constraints });
  }

  /** Before the ids, since it has the form of one. */
  @Get('retiring')
  @ApiEndpoint('GET /models/retiring', {
    query: RETIREMENT,
    about: { days: 'Those that end within so many days; 180 unless given.', region: 'Listed in this region.' },
    answer: list(RETIRING_MODEL),
    example: [RETIRING_EXAMPLE],
    problems: ['INVENTORY_UNAVAILABLE', 'REGION_UNKNOWN'],
  })
  retiring(@Query() query: unknown): Promise<readonly RetiringModel[]> {
    const { days: withinDays, region } = readParameters(query, RETIREMENT, this.known.has);
    return this.models.getRetiringModels({ withinDays, region });
  }

  @Get('*id/regions')
  @ApiEndpoint('GET /models/{id}/regions', {
    id: ID,
    query: RANKING,
    about: { preferred: 'Regions that rank first, in this order.' },
    answer: BEST_REGIONS,
    example: BEST_REGIONS_EXAMPLE,
    problems: ['MODEL_NOT_FOUND', 'INVENTORY_UNAVAILABLE'],
  })
  async regions(@Param('id', PathIdPipe) id: string, @Query() query: unknown): Promise<BestRegions> {
    const { preferred: preferredRegions = this.source.preferredRegions } = readParameters(
      query,
      RANKING,
      this.known.has,
    );
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
    about: { region: 'Those that wrap it in this source region.' },
    answer: list(PROFILE),
    example: [PROFILE_EXAMPLE],
    problems: ['MODEL_NOT_FOUND', 'INVENTORY_UNAVAILABLE', 'REGION_UNKNOWN'],
  })
  async profilesOf(
    @Param('id', PathIdPipe) id: string,
    @Query() query: unknown,
  ): Promise<readonly DiscoveredProfile[]> {
    const { region } = readParameters(query, IN_REGION, this.known.has);
    const profiles = await this.profiles.getProfilesForModel(id, region);
    if (profiles.length === 0) {
      await this.#find(id);
    }
    return profiles;
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
