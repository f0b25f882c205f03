import { getFoundationModel, getFoundationModelAvailability, listFoundationModels } from './foundation-models.js';
import { getInferenceProfile, listInferenceProfiles } from './inference-profiles.js';
import { listRegions } from './list-regions.js';
import type { Operation } from './operation.js';

const OPERATIONS: readonly Operation[] = [
  bedrock('ListFoundationModels', '/foundation-models', listFoundationModels),
  bedrock('GetFoundationModel', '/foundation-models/', getFoundationModel),
  bedrock('GetFoundationModelAvailability', '/foundation-model-availability/', getFoundationModelAvailability),
  bedrock('ListInferenceProfiles', '/inference-profiles', listInferenceProfiles),
  bedrock('GetInferenceProfile', '/inference-profiles/', getInferenceProfile),
  {
    name: 'ListRegions',
    service: 'account',
    method: 'POST',
    path: '/listRegions',
    takesResource: false,
    handle: listRegions,
  },
];

/** The operation that a request is for, and the resource its path names. */
export interface OperationMatch {
  readonly operation: Operation;
  readonly resource: string;
}

/**
 * @param service signing name; undefined when the request is not signed, which then is matched by its path alone
 * @param path as it arrived
 */
export function matchOperation(service: string | undefined, method: string, path: string): OperationMatch | undefined {
  for (const operation of OPERATIONS) {
    if (operation.method !== method || (service !== undefined && operation.service !== service)) continue;
    if (!operation.takesResource && operation.path === path) return { operation, resource: '' };
    if (!operation.takesResource || !path.startsWith(operation.path)) continue;
    const resource = decode(path.slice(operation.path.length));
    if (resource) return { operation, resource };
  }
  return undefined;
}

function bedrock(name: Operation['name'], path: string, handle: Operation['handle']): Operation {
  return { name, service: 'bedrock', method: 'GET', path, takesResource: path.endsWith('/'), handle };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
