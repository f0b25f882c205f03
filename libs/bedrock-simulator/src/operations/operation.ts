import type { AccountModels } from '../catalogue/account-models.js';
import type { ScriptedAnswers } from '../answers/scripted-answers.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { MantleModels } from '../catalogue/mantle-models.js';
import type { DataRetentionTable } from '../catalogue/data-retention.js';
import type { ModelAccessTable } from '../catalogue/model-access.js';
import type { ResourceTags } from '../catalogue/resource-tags.js';
import type { RegionOptIns } from '../catalogue/region-opt-ins.js';
import type { ModelLatency } from '../latency/model-latency.js';
import type { AgreementLog } from '../records/agreement-log.js';
import type { ExecutionLog } from '../records/execution-log.js';
import type { RequestBody } from '../protocol/request-body.js';
import type { ErrorFormat } from '../protocol/error-formats.js';
import type { DestinationDraws } from '../runtime/destination-draws.js';
import type { QuotaTable } from '../quotas/quota-table.js';
import type { StreamErrorName } from '../runtime/event-stream.js';

/** The operations that are played. */
export const OPERATION_NAMES = [
  'ListFoundationModels',
  'GetFoundationModel',
  'GetFoundationModelAvailability',
  'ListFoundationModelAgreementOffers',
  'ListInferenceProfiles',
  'GetInferenceProfile',
  'ListProvisionedModelThroughputs',
  'ListImportedModels',
  'ListCustomModelDeployments',
  'ListMarketplaceModelEndpoints',
  'ListPromptRouters',
  'CreateInferenceProfile',
  'DeleteInferenceProfile',
  'ListTagsForResource',
  'TagResource',
  'UntagResource',
  'ListMantleModels',
  'GetAccountDataRetention',
  'PutAccountDataRetention',
  'ListRegions',
  'ListServiceQuotas',
  'GetCallerIdentity',
  'ApplyGuardrail',
  'CountTokens',
  'Converse',
  'ConverseStream',
  'InvokeModel',
  'InvokeModelWithResponseStream',
  'ListOpenAiModels',
  'GetOpenAiModel',
  'ChatCompletions',
  'Responses',
  'MantleChatCompletions',
  'MantleResponses',
] as const;

/** Those whose answer can be a stream of events. */
export const STREAM_OPERATION_NAMES: readonly OperationName[] = [
  'ConverseStream',
  'InvokeModelWithResponseStream',
  'ChatCompletions',
  'Responses',
  'MantleChatCompletions',
  'MantleResponses',
];

/** One of {@link OPERATION_NAMES}. */
export type OperationName = (typeof OPERATION_NAMES)[number];

/** One authenticated call, and the state it is answered from. */
export interface OperationCall {
  readonly region: string;
  readonly accountId: string;
  /** The decoded part of the path that names a resource, or empty. */
  readonly resource: string;
  readonly query: URLSearchParams;
  readonly body: RequestBody;
  readonly catalogue: Catalogue;
  readonly access: ModelAccessTable;
  readonly accountModels: AccountModels;
  readonly mantleModels: MantleModels;
  readonly retention: DataRetentionTable;
  readonly optIns: RegionOptIns;
  readonly quotas: QuotaTable;
  readonly tags: ResourceTags;
  readonly requestId: string;
  /** The service's clock. */
  readonly nowMs: number;
  /** An opaque id that was not given out before. */
  readonly newId: () => string;
  /** The most that a page holds, whatever was asked for. */
  readonly pageSize: number;
}

/** One authenticated call of a model. */
export interface InvocationCall extends OperationCall {
  readonly accessKeyId: string;
  /** `amz-sdk-invocation-id`, where the client sends it. */
  readonly sdkInvocationId: string | undefined;
  /** `x-amzn-bedrock-request-metadata`, where the client sends it. */
  readonly metadataHeader: string | undefined;
  readonly answers: ScriptedAnswers;
  readonly executions: ExecutionLog;
  readonly agreements: AgreementLog;
  readonly modelLatency: ModelLatency;
  readonly draws: DestinationDraws;
}

/** What a call whose model ran is answered with. */
export interface Invocation {
  readonly contentType: string;
  /** Besides the content type. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body: all of a JSON answer, or one message per event of a stream. */
  readonly pieces: readonly Buffer[];
  /** Whether the headers go out before the pieces. */
  readonly streamed: boolean;
  /** How an error is written that ends the stream. Default: as an event of AWS. */
  readonly encodeError?: (name: StreamErrorName, message?: string) => Buffer;
  /** What the model takes until its first token. */
  readonly latencyMs: number;
  /** What passes between two pieces of a stream. @default 0 */
  readonly delayPerPieceMs?: number;
}

interface OperationPath {
  readonly name: OperationName;
  /** Signing name, as in the credential scope. */
  readonly service: string;
  readonly method: string;
  /** Path up to the resource. */
  readonly path: string;
  /** `X-Amz-Target`, of services whose path names no operation. */
  readonly target?: string;
  /** Whether an encoded resource follows the path. */
  readonly takesResource: boolean;
  /** Path after the resource; empty where nothing follows. */
  readonly suffix: string;
  /** How its errors are written. Default: as AWS does. */
  readonly formatError?: ErrorFormat;
}

/** An operation that runs no model: one that reads has an answer that follows from the state, and can be kept until that changes. */
export interface StateOperation extends OperationPath {
  readonly kind: 'read' | 'write';
  /**
   * @returns the body: of JSON, or of XML as a text
   * @throws AwsError for every answer that is no success
   */
  readonly handle: (call: OperationCall) => object | string;
}

/** What a request is for, where its body says so. */
export interface BodyTarget {
  /** As the caller gives it; empty where it is missing. */
  readonly resource: string;
  readonly streams: boolean;
}

/** An operation that runs a model. */
export interface InvokeOperation extends OperationPath {
  readonly kind: 'invoke';
  readonly streams: boolean;
  /** For an operation whose path does not name the model. */
  readonly readTarget?: (body: RequestBody) => BodyTarget;
  /** @throws AwsError for every answer other than a 200; the model has not run then */
  readonly invoke: (call: InvocationCall) => Invocation;
}

/** One operation of one service. */
export type Operation = StateOperation | InvokeOperation;
