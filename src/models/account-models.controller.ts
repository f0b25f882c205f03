import { All, Controller, Get, Query } from '@nestjs/common';
import { type AccountModel, ModelDiscoveryService, VIAS } from 'nestjs-bedrock-discovery';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { list } from '../openapi/schema.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { KnownRegions } from '../regions/known-regions.js';
import { oneOf, regionName } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { ACCOUNT_MODEL, ACCOUNT_MODEL_EXAMPLE } from './account-model.schemas.js';

const FILTER = { region: regionName, via: oneOf(...VIAS) };

@Controller('account-models')
export class AccountModelsController {
  constructor(
    private readonly models: ModelDiscoveryService,
    private readonly known: KnownRegions,
  ) {}

  @Get()
  @ApiEndpoint('GET /account-models', {
    query: FILTER,
    about: { region: 'Listed in this region.', via: 'Called this way.' },
    answer: list(ACCOUNT_MODEL),
    example: [ACCOUNT_MODEL_EXAMPLE],
    problems: ['INVENTORY_UNAVAILABLE', 'REGION_UNKNOWN'],
  })
  list(@Query() query: unknown): Promise<readonly AccountModel[]> {
    return this.models.getAccountModels(readParameters(query, FILTER, this.known.has));
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
