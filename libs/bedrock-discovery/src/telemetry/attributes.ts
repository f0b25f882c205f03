import type { Attributes } from '@opentelemetry/api';
import type { Api } from '../facts/apis/api.types.js';
import type { DiagnosticEvent } from '../reporting/event-channel.js';

/** Names of attributes: by the semantic conventions of OpenTelemetry where they have one. */
export const KEY = {
  registration: 'bedrock.discovery.registration',
  listing: 'bedrock.discovery.listing',
  status: 'bedrock.discovery.status',
  plane: 'bedrock.discovery.plane',
  via: 'bedrock.discovery.via',
  invocationId: 'bedrock.discovery.invocation_id',
  attempt: 'bedrock.discovery.attempt',
  attempts: 'bedrock.discovery.attempts',
  failovers: 'bedrock.discovery.failovers',
  requests: 'bedrock.discovery.requests',
  failedRegions: 'bedrock.discovery.failed_regions',
  circuitState: 'bedrock.discovery.circuit.state',
  accessState: 'bedrock.discovery.access.state',
  cacheTier: 'bedrock.discovery.cache.tier',
  cacheOutcome: 'bedrock.discovery.cache.outcome',
  quotaScope: 'bedrock.discovery.quota.scope',
  region: 'cloud.region',
  account: 'cloud.account.id',
  error: 'error.type',
  host: 'server.address',
  rpcSystem: 'rpc.system',
  rpcService: 'rpc.service',
  rpcMethod: 'rpc.method',
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  model: 'gen_ai.request.model',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
} as const;

/** What the names of metrics begin with. */
export const PREFIX = 'bedrock.discovery.';

export const PROVIDER = 'aws.bedrock';

/** What stands for all values that are one too many. */
const OTHER = 'other';
/** AWS has fewer, and what callers make up must not become series. */
const MAX_REGIONS = 64;

/** What an event or a number is of. */
export function originOf({ registration }: Pick<DiagnosticEvent, 'registration'>): Attributes {
  return { [KEY.registration]: registration === '' ? 'default' : registration };
}

/** Lets so many different values through, the first that come. */
class Bounded {
  readonly #known = new Set<string>();

  constructor(private readonly most: number) {}

  of(value: string): string {
    if (this.#known.size < this.most) {
      this.#known.add(value);
    }
    return this.#known.has(value) ? value : OTHER;
  }
}

/** Values of attributes of metrics, of which there is never more than a bounded number. */
export class BoundedAttributes {
  readonly #models: Bounded;
  readonly #regions = new Bounded(MAX_REGIONS);

  constructor(maxModels: number) {
    this.#models = new Bounded(maxModels);
  }

  region(region: string): string {
    return this.#regions.of(region);
  }

  /** What an account owns is named by ARNs, of which there may be any number, and which hold the account. */
  model(modelId: string | undefined): string {
    return modelId === undefined || modelId.startsWith('arn:') ? OTHER : this.#models.of(modelId);
  }
}

/** The AWS operation, whose service stands before it where it is not Bedrock. */
export function rpcOf(operation: string): Attributes {
  const [service, method] = operation.includes(':') ? operation.split(':') : ['Bedrock', operation];
  return { [KEY.rpcSystem]: 'aws-api', [KEY.rpcService]: service, [KEY.rpcMethod]: method };
}

/** By the conventions for generative AI; what a model is invoked for by its own format is not known. */
export function operationOf(api: Api | undefined): string {
  return api === undefined || api === 'invoke' ? 'invoke_model' : 'chat';
}
