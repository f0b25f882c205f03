import { All, Controller, Get, Param, Query } from '@nestjs/common';
import { type DiscoveredProfile, ProfileDiscoveryService } from 'nestjs-bedrock-discovery';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { unlessUnknown } from '../regions/unknown-regions.js';
import { oneOf, regionName, text } from '../requests/parameter-readers.js';
import { PathIdPipe } from '../requests/path-id.pipe.js';
import { readParameters } from '../requests/read-parameters.js';

const FILTER = {
  region: regionName,
  type: oneOf('SYSTEM_DEFINED', 'APPLICATION'),
  geography: text,
  modelId: text,
};

@Controller('profiles')
export class ProfilesController {
  constructor(private readonly profiles: ProfileDiscoveryService) {}

  @Get()
  list(@Query() query: unknown): Promise<readonly DiscoveredProfile[]> {
    return this.profiles.getAllProfiles(readParameters(query, FILTER));
  }

  @Get('*id')
  async one(@Param('id', PathIdPipe) id: string, @Query() query: unknown): Promise<DiscoveredProfile> {
    readParameters(query, {});
    const profile = await this.profiles.getInferenceProfile(id);
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
