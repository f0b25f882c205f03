import { All, Controller, Get, Param, Query } from '@nestjs/common';
import {
  type DiscoveredModel,
  type DiscoveredProfile,
  LatencyTracker,
  ModelDiscoveryService,
  ProfileDiscoveryService,
  type RetiringModel,
} from 'nestjs-bedrock-discovery';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { unlessUnknown } from '../regions/unknown-regions.js';
import { days, flag, regionName, regionNames, text } from '../requests/parameter-readers.js';
import { PathIdPipe } from '../requests/path-id.pipe.js';
import { readParameters } from '../requests/read-parameters.js';
import { DiscoverySource } from '../source/discovery-source.js';
import { type BestRegions, bestRegions } from './best-regions.js';

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

/** Ids may be model ids, model ARNs, profile ids or profile ARNs. */
@Controller('models')
export class ModelsController {
  constructor(
    private readonly models: ModelDiscoveryService,
    private readonly profiles: ProfileDiscoveryService,
    private readonly latencies: LatencyTracker,
    private readonly source: DiscoverySource,
  ) {}

  @Get()
  list(@Query() query: unknown): Promise<readonly DiscoveredModel[]> {
    return this.models.getAllModels(readParameters(query, FILTER));
  }

  /** Before the ids, since it has the form of one. */
  @Get('retiring')
  retiring(@Query() query: unknown): Promise<readonly RetiringModel[]> {
    const { days: withinDays, region } = readParameters(query, { days, region: regionName });
    return this.models.getRetiringModels({ withinDays, region });
  }

  @Get('*id/regions')
  async regions(@Param('id', PathIdPipe) id: string, @Query() query: unknown): Promise<BestRegions> {
    const { preferred: preferredRegions = this.source.preferredRegions } = readParameters(query, {
      preferred: regionNames,
    });
    const model = await this.#find(id);
    const ranking = await this.models.getBestRegionsForModel(model.modelId, { preferredRegions });
    return bestRegions(model, ranking, preferredRegions, this.models.getRegionStatuses(), (region) =>
      this.latencies.get(region),
    );
  }

  @Get('*id/profiles')
  async profilesOf(
    @Param('id', PathIdPipe) id: string,
    @Query() query: unknown,
  ): Promise<readonly DiscoveredProfile[]> {
    const { region } = readParameters(query, { region: regionName });
    const profiles = await this.profiles.getProfilesForModel(id, region);
    if (profiles.length === 0) {
      await this.#find(id);
    }
    return profiles;
  }

  @Get('*id')
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
      const { hint, ...extensions } = unlessUnknown(this.models.getRegionStatuses());
      const detail = `No region lists a model ${id}. GET /models?search=… finds ids by a part of them.${hint}`;
      throw new ProblemError('MODEL_NOT_FOUND', detail, { extensions });
    }
    return model;
  }
}
