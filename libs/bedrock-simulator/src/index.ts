export {
  type AnswerUsage,
  type AskedModel,
  type ScriptedAnswer,
  STOP_REASONS,
  type StopReason,
  type ToolCall,
} from './answers/scripted-answers.js';
export { BedrockSimulator } from './bedrock-simulator.js';
export { ACCOUNT_MODEL_KINDS, type AccountModelKind, type NewAccountModel } from './catalogue/account-models.js';
export {
  CatalogueError,
  type RecordedCatalogue,
  type RecordedModel,
  type RecordedProfile,
} from './catalogue/catalogue-file.js';
export type { NewMantleModel } from './catalogue/mantle-models.js';
export type { ApplicationProfile, NewApplicationProfile, NewModel, NewProfile } from './catalogue/catalogue.js';
export {
  type Destinations,
  type ModelLifecycle,
  type Rate,
  TOOL_USES,
  type ToolUse,
} from './catalogue/catalogue-types.js';
export {
  DATA_RETENTION_MODES,
  type DataRetentionMode,
  type EffectiveRetentionMode,
} from './catalogue/data-retention.js';
export type { ModelAccess } from './catalogue/model-access.js';
export { FAULT_KINDS, type FaultKind } from './faults/fault-kinds.js';
export type { FaultOptions } from './faults/fault-registry.js';
export { OPERATION_NAMES, type OperationName } from './operations/operation.js';
export { API_KEY_KINDS, type ApiKeyKind, type NewApiKey } from './protocol/api-keys.js';
export type { SimulatorCredentials } from './protocol/credential-registry.js';
export { type ModelQuota, QUOTA_SCOPES, type QuotaScope } from './quotas/quota-table.js';
export type { AgreementLog, RecordedAgreement } from './records/agreement-log.js';
export type { ExecutionFilter, ExecutionLog, RecordedExecution } from './records/execution-log.js';
export type { RecordLog } from './records/record-log.js';
export type { RecordedRequest, RequestFilter, RequestLog } from './records/request-log.js';
export { STREAM_ERRORS, type StreamErrorName } from './runtime/event-stream.js';
export type { LatencySetting } from './latency/latency-model.js';
export type { SimulatorOptions } from './options/simulator-options.js';
