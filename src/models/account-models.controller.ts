import { All, Controller, Get, Query } from '@nestjs/common';
import { type AccountModel, ModelDiscoveryService, OPTIONAL_LISTINGS, VIAS } from 'nestjs-bedrock-discovery';
import type { ListAnswer } from 'explorer-web';
import { Answers } from '../lists/answers.js';
import { listExample, listOf } from '../lists/list.schemas.js';
import { PAGE_PARAMETERS, PAGE_PARAMETERS_ABOUT } from '../lists/list-parameters.js';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { KnownRegions } from '../regions/known-regions.js';
import { oneOf, regionName } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { ACCOUNT_MODEL, ACCOUNT_MODEL_EXAMPLE } from './account-model.schemas.js';

const FILTER = { region: regionName, via: oneOf(...VIAS), ...PAGE_PARAMETERS };

@Controller('account-models')
export class AccountModelsController {
  constructor(
    private readonly models: ModelDiscoveryService,
    private readonly known: KnownRegions,
    private readonly answers: Answers,
  ) {}

  @Get()
  @ApiEndpoint('GET /account-models', {
    query: FILTER,
    about: { region: 'Listed in this region.', via: 'Called this way.', ...PAGE_PARAMETERS_ABOUT },
    answer: listOf('AccountModelList', ACCOUNT_MODEL),
    example: listExample(ACCOUNT_MODEL_EXAMPLE),
    problems: ['INVENTORY_UNAVAILABLE', 'REGION_UNKNOWN'],
  })
  async list(@Query() query: unknown): Promise<ListAnswer<AccountModel>> {
    const { limit, cursor, ...filter } = readParameters(query, FILTER, this.known.has);
    const owned = await this.models.getAccountModels(filter);
    return this.answers.list(owned, ({ arn }) => arn, { limit, cursor }, OPTIONAL_LISTINGS);
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
