import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { ModelAccessTable } from '../catalogue/model-access.js';
import type { RegionOptIns } from '../catalogue/region-opt-ins.js';
import { errorOf } from '../faults/fault-kinds.js';
import type { FaultOptions, FaultRegistry } from '../faults/fault-registry.js';
import { matchOperation, type OperationMatch } from '../operations/operation-table.js';
import { type Authorization, parseAuthorization } from '../protocol/authorization-header.js';
import { AwsError, invalidSignature, unknownOperation, unrecognizedClient } from '../protocol/aws-error.js';
import type { SignedRequest } from '../protocol/canonical-request.js';
import type { SignatureVerifier } from '../protocol/signature-verifier.js';
import type { RequestLog } from '../requests/request-log.js';
import type { LatencyModel } from '../latency/latency-model.js';
import { randomBits } from '../settings/random-share.js';
import type { Delays } from './delays.js';
import type { ReplyCache } from './reply-cache.js';
import { type Reply, resetConnection, writeReply } from './reply-writer.js';

/** What requests are answered from. */
export interface SimulatedState {
  readonly catalogue: Catalogue;
  readonly access: ModelAccessTable;
  readonly optIns: RegionOptIns;
  readonly verifier: SignatureVerifier;
  readonly faults: FaultRegistry;
  readonly latency: LatencyModel;
  readonly requests: RequestLog;
  readonly replies: ReplyCache;
  readonly delays: Delays;
  readonly accountId: string;
  readonly seed: number;
  readonly now: () => number;
  pageSize: number;
}

interface Exchange {
  readonly request: SignedRequest;
  readonly authorization: Authorization;
  readonly service: string | undefined;
  /** From the signature; for an unsigned request that of the listener, if it has one. */
  readonly region: string | undefined;
  readonly listenerRegion: string | undefined;
  readonly match: OperationMatch | undefined;
  readonly fault: FaultOptions | undefined;
}

const ERROR_TYPE_TAIL = ':http://internal.amazon.com/coral/com.amazon.bedrock/';
const MAX_BODY_BYTES = 1 << 20;
const DEFAULT_SKEW_MS = 600_000;
const NO_BODY = Buffer.alloc(0);

/** Takes requests from their arrival to their answer. */
export class RequestHandler {
  #answered = 0;

  constructor(private readonly state: SimulatedState) {}

  /** @param listenerRegion the only region that the listener plays, if it is one of those */
  handle(message: IncomingMessage, response: ServerResponse, listenerRegion?: string): void {
    const { catalogue, faults, latency, delays } = this.state;
    const exchange = this.#read(message, listenerRegion);
    this.#record(exchange);
    const { region, authorization, match } = exchange;
    if (region !== undefined && !catalogue.hasRegion(region)) {
      response.socket?.destroy();
      return;
    }
    const fault = faults.take({
      region,
      operation: match?.operation.name,
      accessKeyId: authorization.kind === 'signed' ? authorization.accessKeyId : undefined,
      hasNextToken: exchange.request.query.includes('nextToken='),
    });
    if (fault?.kind === 'hang') return;
    const delayMs = region === undefined ? 0 : latency.next(region);
    readBody(message, response, (body) =>
      delays.after(delayMs, () => {
        if (response.destroyed) return;
        if (fault?.kind === 'reset') resetConnection(response);
        else writeReply(response, this.#answer({ ...exchange, fault }, body), fault, delays);
      }),
    );
  }

  #read(message: IncomingMessage, listenerRegion: string | undefined): Exchange {
    const url = message.url ?? '/';
    const mark = url.indexOf('?');
    const [path, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
    const method = message.method ?? 'GET';
    const authorization = parseAuthorization(message.headers.authorization);
    const signed = authorization.kind === 'signed' ? authorization : undefined;
    return {
      request: { method, path, query, headers: message.headers },
      authorization,
      service: signed?.service,
      region: signed?.region ?? listenerRegion,
      listenerRegion,
      match: matchOperation(signed?.service, method, path),
      fault: undefined,
    };
  }

  #record({ request, authorization, service, region, match }: Exchange): void {
    this.state.requests.record({
      at: new Date(this.state.now()).toISOString(),
      region,
      service,
      operation: match?.operation.name,
      method: request.method,
      path: request.query === '' ? request.path : `${request.path}?${request.query}`,
      accessKeyId: authorization.kind === 'signed' ? authorization.accessKeyId : undefined,
    });
  }

  #answer(exchange: Exchange, body: Buffer): Reply {
    const { fault } = exchange;
    const nowMs = this.state.now() + (fault?.kind === 'clock-skew' ? (fault.skewMs ?? DEFAULT_SKEW_MS) : 0);
    const number = this.#answered++;
    const headers = {
      date: new Date(nowMs).toUTCString(),
      'content-type': 'application/json',
      'x-amzn-requestid': this.#requestId(number),
    };
    try {
      return { status: 200, headers, body: this.#body(exchange, body, nowMs) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const tail = randomBits(this.state.seed, 'tail', number) & 1 ? ERROR_TYPE_TAIL : '';
      return {
        status: error.status,
        headers: { ...headers, ...error.headers, 'x-amzn-errortype': `${error.name}${tail}` },
        body: Buffer.from(JSON.stringify({ [error.messageKey]: error.message })),
      };
    }
  }

  #body(exchange: Exchange, body: Buffer, nowMs: number): Buffer {
    const { catalogue, access, optIns, verifier, replies, accountId, pageSize } = this.state;
    const { request, authorization, service, region, listenerRegion, match, fault } = exchange;
    const action = `${service ?? 'bedrock'}:${match?.operation.name ?? 'Unknown'}`;
    const error = fault && errorOf(fault.kind, { ...fault, accountId, action });
    if (error) throw error;

    if (region !== undefined && optIns.status(region) === 'DISABLED') throw unrecognizedClient();
    const principal = verifier.verify(request, authorization, body, nowMs);
    if (region === undefined || (listenerRegion !== undefined && listenerRegion !== region)) {
      throw invalidSignature('Credential should be scoped to a valid region.');
    }
    if (match === undefined) {
      throw unknownOperation(`bedrock-simulator does not play ${service ?? ''} ${request.method} ${request.path}.`);
    }
    const { operation, resource } = match;
    const key = `${principal.accountId}|${region}|${operation.name}|${request.path}?${request.query}|${body.toString()}`;
    return replies.get(key, () =>
      operation.handle({
        region,
        accountId: principal.accountId,
        resource,
        query: new URLSearchParams(request.query),
        body: body.toString(),
        catalogue,
        access,
        optIns,
        pageSize,
      }),
    );
  }

  /** Shaped like a UUID, and the same for the same seed and order. */
  #requestId(number: number): string {
    const hex = [0, 1, 2, 3]
      .map((part) => randomBits(this.state.seed, number, part).toString(16).padStart(8, '0'))
      .join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

function readBody(message: IncomingMessage, response: ServerResponse, onBody: (body: Buffer) => void): void {
  if (message.headers['content-length'] === undefined && message.headers['transfer-encoding'] === undefined) {
    onBody(NO_BODY);
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  message.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) response.socket?.destroy();
    else chunks.push(chunk);
  });
  message.on('end', () => onBody(Buffer.concat(chunks)));
}
