import type { AccountModels } from '../catalogue/account-models.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { MantleModels } from '../catalogue/mantle-models.js';
import type { DataRetentionTable } from '../catalogue/data-retention.js';
import type { ModelAccessTable } from '../catalogue/model-access.js';
import type { ResourceTags } from '../catalogue/resource-tags.js';
import type { RegionOptIns } from '../catalogue/region-opt-ins.js';
import type { ScriptedAnswers } from '../answers/scripted-answers.js';
import { errorOf } from '../faults/fault-kinds.js';
import type { ModelLatency } from '../latency/model-latency.js';
import { modelArn, modelIdOf, profileArn } from '../operations/arns.js';
import { findProfile } from '../operations/inference-profiles.js';
import type { Invocation } from '../operations/operation.js';
import { AwsError, unknownOperation, unrecognizedClient } from '../protocol/aws-error.js';
import { awsFormat, proxyFormat, xmlFormat } from '../protocol/error-formats.js';
import type { RequestBody } from '../protocol/request-body.js';
import { checkInput, emptyListOf, statusOf } from '../protocol/service-model.js';
import type { SignatureVerifier } from '../protocol/signature-verifier.js';
import type { QuotaTable } from '../quotas/quota-table.js';
import type { AgreementLog } from '../records/agreement-log.js';
import type { ExecutionLog } from '../records/execution-log.js';
import type { DestinationDraws } from '../runtime/destination-draws.js';
import { randomBits } from '../settings/random-share.js';
import type { Exchange } from './exchange.js';
import type { ReplyCache } from './reply-cache.js';
import type { Reply } from './reply-writer.js';

/** What requests are answered from. */
export interface ServiceState {
  readonly catalogue: Catalogue;
  readonly access: ModelAccessTable;
  readonly accountModels: AccountModels;
  readonly mantleModels: MantleModels;
  readonly retention: DataRetentionTable;
  readonly optIns: RegionOptIns;
  readonly quotas: QuotaTable;
  readonly tags: ResourceTags;
  readonly newId: () => string;
  readonly verifier: SignatureVerifier;
  readonly replies: ReplyCache;
  readonly answers: ScriptedAnswers;
  readonly executions: ExecutionLog;
  readonly agreements: AgreementLog;
  readonly modelLatency: ModelLatency;
  readonly draws: DestinationDraws;
  readonly accountId: string;
  readonly seed: number;
  readonly now: () => number;
  pageSize: number;
}

interface Answer extends Omit<Invocation, 'latencyMs'> {
  readonly delayMs: number;
  /** @default 200 */
  readonly status?: number;
}

/** What the account has none of is listed as none; everything else that is not played is refused. */
function empty(service: string, method: string, path: string): Answer {
  const list = service === 'bedrock' ? emptyListOf(method, path) : undefined;
  if (list === undefined) {
    throw unknownOperation(`bedrock-simulator does not play ${service} ${method} ${path}.`);
  }
  return { contentType: JSON_TYPE, pieces: [Buffer.from(JSON.stringify({ [list]: [] }))], streamed: false, delayMs: 0 };
}

const ERROR_TYPE_TAIL = ':http://internal.amazon.com/coral/com.amazon.bedrock/';
const DEFAULT_SKEW_MS = 600_000;
const JSON_TYPE = 'application/json';

/** Makes the answers: those of the services, and those of what goes wrong before or after them. */
export class Responder {
  #answered = 0;

  constructor(private readonly state: ServiceState) {}

  respond(exchange: Exchange, body: RequestBody): Reply {
    const { fault } = exchange;
    const nowMs = this.state.now() + (fault?.kind === 'clock-skew' ? (fault.skewMs ?? DEFAULT_SKEW_MS) : 0);
    const number = this.#answered++;
    const requestId = this.#requestId(number);
    const date = new Date(nowMs).toUTCString();
    // What a model takes is over before the error that comes instead of its answer.
    let delayMs = 0;
    const faulty = this.#errorOf(exchange);
    try {
      if (faulty && !fault?.executed) {
        throw faulty;
      }
      const { contentType, headers, status = 200, ...answer } = this.#answer(exchange, body, nowMs, requestId);
      ({ delayMs } = answer);
      if (faulty) {
        throw faulty;
      }
      const all = { date, 'x-amzn-requestid': requestId, 'content-type': contentType, ...headers };
      return { status, headers: all, ...answer };
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      const tail = randomBits(this.state.seed, 'tail', number) & 1 ? ERROR_TYPE_TAIL : '';
      const own = exchange.match?.operation.formatError;
      const format = error === faulty && fault?.kind === 'proxy-page' ? proxyFormat : (own ?? awsFormat);
      const written = format(error, requestId, tail);
      const headers = { date, ...written.headers };
      return { status: error.status, headers, pieces: [written.body], streamed: false, delayMs };
    }
  }

  /** The error that the fault answers with, if it does. */
  #errorOf({ fault, service, region, match }: Exchange): AwsError | undefined {
    if (fault === undefined) {
      return undefined;
    }
    const { catalogue, accountId } = this.state;
    const operation = match?.operation;
    const invoked = operation?.kind === 'invoke';
    const invokes = match?.streams ? 'InvokeModelWithResponseStream' : 'InvokeModel';
    const action = `${service ?? 'bedrock'}:${invoked ? invokes : (operation?.name ?? 'Unknown')}`;
    const resource =
      invoked && region !== undefined ? arnOf(match?.resource ?? '', region, catalogue, accountId) : undefined;
    return errorOf(fault.kind, { ...fault, accountId, action, resource });
  }

  #answer(exchange: Exchange, body: RequestBody, nowMs: number, requestId: string): Answer {
    const { optIns, verifier, replies } = this.state;
    const { request, authorization, service, region, listenerRegion, match } = exchange;
    if (region !== undefined && optIns.status(region) === 'DISABLED') {
      throw unrecognizedClient();
    }
    const { accountId, accessKeyId } = verifier.verify(request, authorization, body.bytes, nowMs, listenerRegion);
    if (region === undefined) {
      throw unrecognizedClient();
    }
    if (match === undefined) {
      return empty(service ?? '', request.method, request.path);
    }
    const { operation, resource } = match;
    const query = new URLSearchParams(request.query);
    const call = { ...this.state, region, accountId, resource, query, body, requestId, nowMs };
    checkInput(operation.name, { path: request.path, query, headers: request.headers, body });
    if (operation.kind !== 'invoke') {
      const key = `${accountId}|${region}|${operation.name}|${request.path}?${request.query}|${body.text}`;
      const handle = (): Buffer => {
        const made = operation.handle(call);
        return Buffer.from(typeof made === 'string' ? made : JSON.stringify(made));
      };
      const piece = operation.kind === 'read' ? replies.get(key, handle) : handle();
      const contentType = operation.formatError === xmlFormat ? 'text/xml' : JSON_TYPE;
      return { status: statusOf(operation.name), contentType, pieces: [piece], streamed: false, delayMs: 0 };
    }
    const sdkInvocationId = request.headers['amz-sdk-invocation-id']?.toString();
    const metadataHeader = request.headers['x-amzn-bedrock-request-metadata']?.toString();
    const caller = { accessKeyId, sdkInvocationId, metadataHeader };
    const { latencyMs, ...answer } = operation.invoke({ ...call, ...caller });
    return { ...answer, delayMs: latencyMs };
  }

  /** Shaped like a UUID, and the same for the same seed and order. */
  #requestId(number: number): string {
    const hex = [0, 1, 2, 3]
      .map((part) => randomBits(this.state.seed, number, part).toString(16).padStart(8, '0'))
      .join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

/** What a policy would name as the resource of a call of a model. */
function arnOf(invocationId: string, region: string, catalogue: Catalogue, accountId: string): string {
  const profile = findProfile(catalogue, invocationId, region, accountId);
  return profile ? profileArn(profile, region, accountId) : modelArn(modelIdOf(invocationId, region), region);
}
