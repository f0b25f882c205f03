import { sampleOf } from '../answers/sample-of.js';
import type { ScriptedAnswer, StopReason } from '../answers/scripted-answers.js';
import { type InvocationCall, STREAM_OPERATION_NAMES } from '../operations/operation.js';
import { AwsError, notFound, validationError } from '../protocol/aws-error.js';
import type { RecordedExecution } from '../records/execution-log.js';
import { type InvocationTarget, resolveTarget } from './invocation-target.js';
import { type ModelRequest, toolToCall } from './model-request.js';

/** What a model made of a call. */
export interface ModelAnswer {
  /** Unlike that of any other answer. */
  readonly id: string;
  readonly modelId: string;
  /** What was asked. */
  readonly request: ModelRequest;
  /** Names the model, where it ran, and how it was called, unless a script says otherwise. Empty where only tools are called. */
  readonly text: string;
  /** The pieces in which a stream brings the text. */
  readonly chunks: readonly string[];
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly input: unknown }[];
  readonly stopReason: StopReason;
  /** Of a script. */
  readonly embedding?: readonly number[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly latencyMs: number;
  readonly delayPerChunkMs: number;
}

const CHARACTERS_PER_TOKEN = 4;
/** Of a request that does not say how long its answer may be. */
const DEFAULT_MAX_TOKENS = 4096;

/**
 * Runs the model that a call is for, and counts that.
 *
 * @param read reads the request as the model takes it, once it is known which
 * @param resolve finds what the call names
 * @throws AwsError for a call that Bedrock refuses; it is not executed then
 */
export function runModel(
  call: InvocationCall,
  operation: RecordedExecution['operation'],
  read: (modelId: string) => ModelRequest,
  resolve: (call: InvocationCall) => InvocationTarget = resolveTarget,
): ModelAnswer {
  const { region, accountId, accessKeyId, requestId, sdkInvocationId, resource: invocationId } = call;
  const { modelId, model, destinations, scope } = resolve(call);
  checkRetention(call, modelId);
  checkAbility(model, operation);
  const request = read(modelId);
  checkTools(model, operation, request);
  admit(call, modelId);
  const inputTokens = tokensIn(request);
  const { maxTokens = DEFAULT_MAX_TOKENS } = request;
  const reservation = scope && call.quotas.reserve({ ...call, modelId, scope, inputTokens, maxTokens });

  const candidates = destinations === 'global' ? call.catalogue.regionsOf(modelId) : destinations;
  const destination = call.draws.next(region, invocationId, candidates);
  call.executions.record({
    at: new Date(call.nowMs).toISOString(),
    operation,
    region,
    invocationId,
    modelId,
    destination,
    accountId,
    accessKeyId,
    requestId,
    sdkInvocationId,
    requestMetadata: request.requestMetadata,
    text: request.texts[0],
  });
  const usual = `Simulated answer of ${modelId}, served in ${destination} for ${invocationId} called in ${region}.`;
  const asked = {
    modelId,
    invocationId,
    region,
    operation,
    texts: request.texts,
    tools: namesOf(request),
    body: call.body.object,
  };
  const script = call.answers.take(asked, request);
  const latencyMs = call.modelLatency.of(modelId);
  const id = requestId.replaceAll('-', '');
  const said = whatIsSaid(request, script, id, usual);
  const outputTokens = script?.usage?.outputTokens ?? tokensOf(said.text || usual).length;
  reservation?.settle(outputTokens, call.nowMs + latencyMs);
  return {
    ...said,
    id,
    modelId,
    request,
    embedding: script?.embedding,
    inputTokens: script?.usage?.inputTokens ?? inputTokens,
    outputTokens,
    latencyMs,
    delayPerChunkMs: script?.delayPerChunkMs ?? 0,
  };
}

/** A script's answer; else a call of the tool that is asked for, what the request's schema accepts, or the usual text. */
function whatIsSaid(
  request: ModelRequest,
  script: ScriptedAnswer | undefined,
  id: string,
  usual: string,
): Pick<ModelAnswer, 'text' | 'chunks' | 'toolCalls' | 'stopReason'> {
  const says = script?.text ?? script?.chunks?.join('');
  const calls =
    script?.toolCalls ?? (says === undefined ? [toolToCall(request)].filter((tool) => tool !== undefined) : []);
  const toolCalls = calls.map((call, index) => ({
    id: index === 0 ? id : `${id}${index}`,
    name: call.name,
    input: 'input' in call ? call.input : sampleOf(request.tools?.find(({ name }) => name === call.name)?.schema),
  }));
  const { answerSchema, maxTokens = Infinity } = request;
  const ofSchema = answerSchema === undefined ? undefined : JSON.stringify(sampleOf(answerSchema));
  const whole = says ?? (toolCalls.length > 0 ? '' : (ofSchema ?? usual));
  const all = script?.chunks ?? tokensOf(whole);
  const chunks = script === undefined && ofSchema === undefined ? all.slice(0, maxTokens) : all;
  const cut = chunks.length < all.length;
  return {
    text: cut ? chunks.join('') : whole,
    chunks,
    toolCalls,
    stopReason: script?.stopReason ?? (toolCalls.length > 0 ? 'tool_use' : cut ? 'max_tokens' : 'end_turn'),
  };
}

function namesOf({ tools = [] }: ModelRequest): string[] {
  return tools.map(({ name }) => name);
}

/** What a request is charged for before anything is answered. */
export function tokensIn({ texts }: ModelRequest): number {
  return texts.reduce((sum, each) => sum + Math.ceil(each.length / CHARACTERS_PER_TOKEN), 0);
}

/** What an answer says that it took: never zero, as no model answers in no time. */
export function shownLatency({ latencyMs }: ModelAnswer): number {
  return Math.max(1, Math.round(latencyMs));
}

/** The pieces that a text is streamed in. */
function tokensOf(text: string): string[] {
  return text.match(/\s*\S+/g) ?? [];
}

/** Lets a call through as the account's access to the model allows, accepting the provider's terms on the way. */
function admit({ access, agreements, region, nowMs }: InvocationCall, modelId: string): void {
  const { agreement, authorization, entitlement, region: availability, useCaseForm } = access.get(modelId, region);
  const denied = authorization === 'NOT_AUTHORIZED' || entitlement === 'NOT_AVAILABLE';
  if (denied || availability === 'NOT_AVAILABLE' || agreement === 'ERROR') {
    throw new AwsError('AccessDeniedException', 403, "You don't have access to the model with the specified model ID.");
  }
  if (useCaseForm === 'missing' && !access.holdsProvisionally(modelId, nowMs)) {
    throw notFound(
      'Model use case details have not been submitted for this account. Fill out the Anthropic use case details form ' +
        'before using the model. If you have already filled out the form, try again in 15 minutes.',
    );
  }
  if (agreement === 'NOT_AVAILABLE') {
    access.acceptAgreement(modelId);
    agreements.record({ modelId, region, at: new Date(nowMs).toISOString() });
  }
}

/** Before the rest of the request is looked at, as in real answers. */
function checkRetention({ retention, region, accountId }: InvocationCall, modelId: string): void {
  const refused = retention.refusedMode(modelId, region, accountId);
  if (refused !== undefined) {
    throw validationError(`data retention mode '${refused}' is not available for this model`);
  }
}

function checkTools(
  model: InvocationTarget['model'],
  operation: RecordedExecution['operation'],
  { tools }: ModelRequest,
): void {
  const toolUse = model?.toolUse ?? 'yes';
  const streams = STREAM_OPERATION_NAMES.includes(operation);
  if (tools === undefined || toolUse === 'yes' || (toolUse === 'not-streaming' && !streams)) {
    return;
  }
  const mode = toolUse === 'not-streaming' ? ' in streaming mode' : '';
  throw validationError(`This model doesn't support tool use${mode}.`);
}

function checkAbility(model: InvocationTarget['model'], operation: RecordedExecution['operation']): void {
  const takesAll = operation === 'InvokeModel' || operation === 'InvokeModelWithResponseStream';
  if (model !== undefined && !takesAll && !model.outputModalities.includes('TEXT')) {
    throw validationError(
      "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
    );
  }
  if (STREAM_OPERATION_NAMES.includes(operation) && model?.responseStreamingSupported === false) {
    throw validationError('The model is unsupported for streaming.');
  }
}
