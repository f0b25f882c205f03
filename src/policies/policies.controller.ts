import { All, Controller, Get, Query } from '@nestjs/common';
import {
  type IamPolicyDocument,
  invocationPolicy,
  InvocationRouter,
  ProfileDiscoveryService,
  residencyDenyPolicy,
} from 'nestjs-bedrock-discovery';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { KnownRegions } from '../regions/known-regions.js';
import { regionName, residency, text } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { INVOCATION_POLICY_EXAMPLE, POLICY, RESIDENCY_POLICY_EXAMPLE } from './policy.schemas.js';

const ROUTE = { modelId: text, region: regionName, invocationId: text };
const RESIDENCY = { residency };

/** IAM policies, ready to be pasted. */
@Controller('policies')
export class PoliciesController {
  constructor(
    private readonly router: InvocationRouter,
    private readonly profiles: ProfileDiscoveryService,
    private readonly known: KnownRegions,
  ) {}

  @Get('invocation')
  @ApiEndpoint('GET /policies/invocation', {
    query: ROUTE,
    about: {
      modelId: 'Base id of the model.',
      region: 'Source region of the route.',
      invocationId: 'What is passed as `modelId` of a call.',
    },
    answer: POLICY,
    example: INVOCATION_POLICY_EXAMPLE,
    problems: ['MODEL_NOT_FOUND', 'NO_ROUTE', 'INVENTORY_UNAVAILABLE'],
  })
  async invocation(@Query() query: unknown): Promise<IamPolicyDocument> {
    const { modelId, region, invocationId } = readParameters(query, ROUTE, this.known.has);
    if (modelId === undefined || region === undefined || invocationId === undefined) {
      throw new ProblemError('INVALID_REQUEST', 'modelId, region and invocationId name a route; all three are needed.');
    }
    const { routes, rejected } = await this.router.resolve(modelId, { sourceRegions: [region], access: 'any' });
    const route = routes.find((each) => each.invocationId === invocationId);
    if (route === undefined) {
      const detail = `There is no route from ${region} under ${invocationId}.`;
      throw new ProblemError('NO_ROUTE', detail, { extensions: { rejected } });
    }
    return invocationPolicy(route);
  }

  @Get('residency')
  @ApiEndpoint('GET /policies/residency', {
    query: RESIDENCY,
    about: { residency: 'Regions that may see requests.' },
    answer: POLICY,
    example: RESIDENCY_POLICY_EXAMPLE,
    problems: ['INVENTORY_UNAVAILABLE'],
  })
  async residency(@Query() query: unknown): Promise<IamPolicyDocument> {
    const { residency: given } = readParameters(query, RESIDENCY, this.known.has);
    if (given === undefined) {
      throw new ProblemError('INVALID_REQUEST', 'residency is needed: a geography such as eu, or names of regions.');
    }
    return residencyDenyPolicy(given, { profiles: await this.profiles.getAllProfiles() });
  }

  @All(['', 'invocation', 'residency'])
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
