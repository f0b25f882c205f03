import { All, Controller, Get, Param, Query } from '@nestjs/common';
import { type DiscoveredProfile, ModelNotFoundError, ProfileDiscoveryService } from 'nestjs-bedrock-discovery';
import type { ListAnswer } from 'explorer-web';
import { Answers } from '../lists/answers.js';
import { listExample } from '../lists/list.schemas.js';
import { PAGE_PARAMETERS, PAGE_PARAMETERS_ABOUT } from '../lists/list-parameters.js';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { KnownRegions } from '../regions/known-regions.js';
import { unlessUnknown } from '../regions/unknown-regions.js';
import { oneOf, regionName, text } from '../requests/parameter-readers.js';
import { PathIdPipe } from '../requests/path-id.pipe.js';
import { readParameters } from '../requests/read-parameters.js';
import { PROFILE, PROFILE_EXAMPLE, PROFILE_LIST } from './profile.schemas.js';

const FILTER = {
  region: regionName,
  type: oneOf('SYSTEM_DEFINED', 'APPLICATION'),
  geography: text,
  modelId: text,
  ...PAGE_PARAMETERS,
};

@Controller('profiles')
export class ProfilesController {
  constructor(
    private readonly profiles: ProfileDiscoveryService,
    private readonly known: KnownRegions,
    private readonly answers: Answers,
  ) {}

  @Get()
  @ApiEndpoint('GET /profiles', {
    query: FILTER,
    about: {
      region: 'Listed in this source region.',
      type: 'Made by AWS or by the account.',
      geography: "What a system profile's id begins with, such as eu or global.",
      modelId: 'The model that it wraps: an id, or anything that names a model.',
      ...PAGE_PARAMETERS_ABOUT,
    },
    answer: PROFILE_LIST,
    example: listExample(PROFILE_EXAMPLE),
    problems: ['MODEL_NOT_FOUND', 'INVENTORY_UNAVAILABLE', 'REGION_UNKNOWN'],
  })
  async list(@Query() query: unknown): Promise<ListAnswer<DiscoveredProfile>> {
    const { limit, cursor, ...filter } = readParameters(query, FILTER, this.known.has);
    const profiles = await this.profiles.getAllProfiles(filter);
    return this.answers.list(profiles, ({ inferenceProfileId }) => inferenceProfileId, { limit, cursor });
  }

  @Get('*id')
  @ApiEndpoint('GET /profiles/{id}', {
    id: 'An id, an ARN or a name of an inference profile.',
    query: {},
    answer: PROFILE,
    example: PROFILE_EXAMPLE,
    problems: ['PROFILE_NOT_FOUND', 'INVENTORY_UNAVAILABLE'],
  })
  async one(@Param('id', PathIdPipe) id: string, @Query() query: unknown): Promise<DiscoveredProfile> {
    readParameters(query, {});
    const profile = await this.profiles.getInferenceProfile(id).catch((error: unknown) => {
      if (error instanceof ModelNotFoundError) {
        return undefined;
      }
      throw error;
    });
    if (profile === undefined) {
      const { hint, ...extensions } = unlessUnknown(this.profiles.getRegionStatuses());
      const detail = `No region lists an inference profile ${id}. GET /profiles lists them all.${hint}`;
      throw new ProblemError('PROFILE_NOT_FOUND', detail, { extensions });
    }
    return profile;
  }

  @All(['', '*id'])
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
