import {
  listCustomModelDeployments,
  listImportedModels,
  listMantleModels,
  listMarketplaceModelEndpoints,
  listPromptRouters,
  listProvisionedModelThroughputs,
} from './account-models.js';
import { getAccountDataRetention, putAccountDataRetention } from './data-retention.js';
import {
  getFoundationModel,
  getFoundationModelAvailability,
  listFoundationModelAgreementOffers,
  listFoundationModels,
} from './foundation-models.js';
import { applyGuardrail } from './apply-guardrail.js';
import { getCallerIdentity } from './get-caller-identity.js';
import {
  createInferenceProfile,
  deleteInferenceProfile,
  getInferenceProfile,
  listInferenceProfiles,
} from './inference-profiles.js';
import { getOpenAiModel, listOpenAiModels } from './openai-models.js';
import { listRegions } from './list-regions.js';
import { listServiceQuotas } from './list-service-quotas.js';
import { listTagsForResource, tagResource, untagResource } from './tags.js';
import { openAiFormat, xmlFormat } from '../protocol/error-formats.js';
import { chatCompletions, chatTarget, mantleChatCompletions } from '../runtime/chat-completions.js';
import { mantleResponses, responses } from '../runtime/responses.js';
import { countTokens } from '../runtime/count-tokens.js';
import { converse, converseStream } from '../runtime/converse.js';
import { invokeModel, invokeModelWithResponseStream } from '../runtime/invoke-model.js';
import type { InvokeOperation, Operation, StateOperation } from './operation.js';

/** Signing name of the endpoint with OpenAI's own paths. */
const MANTLE = 'bedrock-mantle';

const OPERATIONS: readonly Operation[] = [
  bedrock('ListFoundationModels', '/foundation-models', listFoundationModels),
  bedrock('GetFoundationModel', '/foundation-models/', getFoundationModel),
  bedrock('GetFoundationModelAvailability', '/foundation-model-availability/', getFoundationModelAvailability),
  bedrock(
    'ListFoundationModelAgreementOffers',
    '/list-foundation-model-agreement-offers/',
    listFoundationModelAgreementOffers,
  ),
  bedrock('ListInferenceProfiles', '/inference-profiles', listInferenceProfiles),
  bedrock('GetInferenceProfile', '/inference-profiles/', getInferenceProfile),
  bedrock('ListProvisionedModelThroughputs', '/provisioned-model-throughputs', listProvisionedModelThroughputs),
  bedrock('ListImportedModels', '/imported-models', listImportedModels),
  bedrock('ListCustomModelDeployments', '/model-customization/custom-model-deployments', listCustomModelDeployments),
  bedrock('ListMarketplaceModelEndpoints', '/marketplace-model/endpoints', listMarketplaceModelEndpoints),
  bedrock('ListPromptRouters', '/prompt-routers', listPromptRouters),
  {
    ...bedrock('CreateInferenceProfile', '/inference-profiles', createInferenceProfile),
    kind: 'write',
    method: 'POST',
  },
  {
    ...bedrock('DeleteInferenceProfile', '/inference-profiles/', deleteInferenceProfile),
    kind: 'write',
    method: 'DELETE',
  },
  { ...bedrock('ListTagsForResource', '/listTagsForResource', listTagsForResource), method: 'POST' },
  { ...bedrock('TagResource', '/tagResource', tagResource), kind: 'write', method: 'POST' },
  { ...bedrock('UntagResource', '/untagResource', untagResource), kind: 'write', method: 'POST' },
  {
    kind: 'read',
    name: 'ListMantleModels',
    service: MANTLE,
    method: 'GET',
    path: '/v1/models',
    takesResource: false,
    suffix: '',
    formatError: openAiFormat,
    handle: listMantleModels,
  },
  bedrock('GetAccountDataRetention', '/data-retention', getAccountDataRetention),
  {
    ...bedrock('PutAccountDataRetention', '/data-retention', putAccountDataRetention),
    kind: 'write',
    method: 'PUT',
  },
  {
    kind: 'read',
    name: 'ListRegions',
    service: 'account',
    method: 'POST',
    path: '/listRegions',
    takesResource: false,
    suffix: '',
    handle: listRegions,
  },
  {
    kind: 'read',
    name: 'ListServiceQuotas',
    service: 'servicequotas',
    method: 'POST',
    path: '/',
    target: 'ServiceQuotasV20190624.ListServiceQuotas',
    takesResource: false,
    suffix: '',
    handle: listServiceQuotas,
  },
  {
    kind: 'write',
    name: 'GetCallerIdentity',
    service: 'sts',
    method: 'POST',
    path: '/',
    takesResource: false,
    suffix: '',
    formatError: xmlFormat,
    handle: getCallerIdentity,
  },
  { ...bedrock('CountTokens', '/model/', countTokens), kind: 'write', method: 'POST', suffix: '/count-tokens' },
  { ...bedrock('ApplyGuardrail', '/guardrail/', applyGuardrail), kind: 'write', method: 'POST', suffix: '/apply' },
  runtime('Converse', '/converse', false, converse),
  runtime('ConverseStream', '/converse-stream', true, converseStream),
  runtime('InvokeModel', '/invoke', false, invokeModel),
  runtime('InvokeModelWithResponseStream', '/invoke-with-response-stream', true, invokeModelWithResponseStream),
  { ...bedrock('ListOpenAiModels', '/openai/v1/models', listOpenAiModels), formatError: openAiFormat },
  { ...bedrock('GetOpenAiModel', '/openai/v1/models/', getOpenAiModel), formatError: openAiFormat },
  openAi('ChatCompletions', '/openai/v1/chat/completions', chatCompletions),
  openAi('Responses', '/openai/v1/responses', responses),
  { ...openAi('MantleChatCompletions', '/v1/chat/completions', mantleChatCompletions), service: MANTLE },
  { ...openAi('MantleResponses', '/v1/responses', mantleResponses), service: MANTLE },
];

/** The operation that a request is for, and the resource its path names. */
export interface OperationMatch {
  readonly operation: Operation;
  readonly resource: string;
  /** Whether it asks for a stream of events. */
  readonly streams: boolean;
}

/**
 * @param services signing names that it can be for; undefined when nothing says, and it is matched by its path alone
 * @param path as it arrived
 * @param target `X-Amz-Target`, if it came with one
 */
export function matchOperation(
  services: readonly string[] | undefined,
  method: string,
  path: string,
  target?: unknown,
): OperationMatch | undefined {
  for (const operation of OPERATIONS) {
    const isOther = operation.method !== method || (operation.target !== undefined && operation.target !== target);
    if (isOther || services?.includes(operation.service) === false) {
      continue;
    }
    const streams = operation.kind === 'invoke' && operation.streams;
    if (!operation.takesResource && operation.path === path) {
      return { operation, resource: '', streams };
    }
    if (!operation.takesResource || !path.startsWith(operation.path) || !path.endsWith(operation.suffix)) {
      continue;
    }
    const resource = decode(path.slice(operation.path.length, path.length - operation.suffix.length));
    if (resource) {
      return { operation, resource, streams };
    }
  }
  return undefined;
}

function bedrock(name: Operation['name'], path: string, handle: StateOperation['handle']): StateOperation {
  const takesResource = path.endsWith('/');
  return { kind: 'read', name, service: 'bedrock', method: 'GET', path, takesResource, suffix: '', handle };
}

/** The runtime has hosts of its own, but the same signing name. */
function runtime(
  name: Operation['name'],
  suffix: string,
  streams: boolean,
  invoke: InvokeOperation['invoke'],
): InvokeOperation {
  const [service, method, path] = ['bedrock', 'POST', '/model/'];
  return { kind: 'invoke', name, service, method, path, takesResource: true, suffix, streams, invoke };
}

/** One whose body names the model, as OpenAI has it. */
function openAi(name: Operation['name'], path: string, invoke: InvokeOperation['invoke']): InvokeOperation {
  const named = { path, takesResource: false, readTarget: chatTarget, formatError: openAiFormat };
  return { ...runtime(name, '', false, invoke), ...named };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
