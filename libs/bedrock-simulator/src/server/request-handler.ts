import type { FaultRegistry } from '../faults/fault-registry.js';
import type { LatencyModel } from '../latency/latency-model.js';
import { matchOperation } from '../operations/operation-table.js';
import { parseAuthorization } from '../protocol/authorization-header.js';
import { RequestBody } from '../protocol/request-body.js';
import type { RequestLog } from '../records/request-log.js';
import { CONTROL_PREFIX, type ControlInterface } from './control-interface.js';
import type { Delays } from './delays.js';
import type { Exchange } from './exchange.js';
import type { Message, Peer } from './peer.js';
import { writeReply } from './reply-writer.js';
import { Responder, type ServiceState } from './responder.js';

/** What requests meet on their way. */
export interface SimulatedState extends ServiceState {
  readonly faults: FaultRegistry;
  readonly latency: LatencyModel;
  readonly requests: RequestLog;
  readonly delays: Delays;
}

/** More than Bedrock takes: 20 MB of images, and their encoding. */
const MAX_BODY_BYTES = 32 << 20;
const NO_BODY = new RequestBody(Buffer.alloc(0));

/** Takes requests from their arrival to their answer. */
export class RequestHandler {
  readonly #responder: Responder;

  /** @param control answers what is no request to AWS */
  constructor(
    private readonly state: SimulatedState,
    private readonly control: ControlInterface,
  ) {
    this.#responder = new Responder(state);
  }

  /** @param listenerRegion the only region that the listener plays, if it is one of those */
  handle(message: Message, peer: Peer, listenerRegion?: string): void {
    if (message.url?.startsWith(CONTROL_PREFIX)) {
      this.control.handle(message, peer);
      return;
    }
    const exchange = this.#read(message, listenerRegion);
    this.#record(exchange);
    const { region, match } = exchange;
    if (region !== undefined && !this.state.catalogue.hasRegion(region)) {
      peer.close();
      return;
    }
    const readTarget = match?.operation.kind === 'invoke' ? match.operation.readTarget : undefined;
    if (match === undefined || readTarget === undefined) {
      this.#serve(exchange, peer, (onBody) => readBody(message, peer, onBody));
      return;
    }
    readBody(message, peer, (body) => {
      const target = readTarget(body);
      this.#serve({ ...exchange, match: { ...match, ...target } }, peer, (onBody) => onBody(body));
    });
  }

  #read(message: Message, listenerRegion: string | undefined): Exchange {
    const url = message.url ?? '/';
    const mark = url.indexOf('?');
    const [path, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
    const method = message.method ?? 'GET';
    const authorization = parseAuthorization(message.headers.authorization);
    const { accessKeyId, region, services } = this.state.verifier.claimsOf(authorization, listenerRegion);
    const match = matchOperation(services, method, path, message.headers['x-amz-target']);
    return {
      request: { method, path, query, headers: message.headers },
      authorization,
      accessKeyId,
      // Of several, the one whose operation it is.
      service: services && match ? match.operation.service : services?.[0],
      region,
      listenerRegion,
      match,
      fault: undefined,
    };
  }

  #serve(exchange: Exchange, peer: Peer, takeBody: (onBody: (body: RequestBody) => void) => void): void {
    // Refused with a request before it on its connection.
    if (peer.gone) {
      return;
    }
    const { faults, latency, delays } = this.state;
    const { region, accessKeyId, match } = exchange;
    const fault = faults.take({
      region,
      operation: match?.operation.name,
      modelId: match?.operation.kind === 'invoke' ? match.resource : undefined,
      accessKeyId,
      hasNextToken: exchange.request.query.includes('nextToken='),
      streams: match?.streams ?? false,
    });
    if (fault?.kind === 'hang' && !fault.executed) {
      return;
    }
    if (fault?.kind === 'refused-stream') {
      return peer.refuse();
    }
    if (fault?.kind === 'goaway') {
      return peer.goAway();
    }
    const delayMs = region === undefined ? 0 : latency.next(region);
    takeBody((body) =>
      delays.after(delayMs, () => {
        if (peer.gone) {
          return;
        }
        peer.begin();
        if (fault?.kind === 'reset' && !fault.executed) {
          peer.reset(delays);
        } else {
          writeReply(peer, this.#responder.respond({ ...exchange, fault }, body), fault, delays);
        }
      }),
    );
  }

  #record({ request, accessKeyId, service, region, match }: Exchange): void {
    this.state.requests.record({
      at: new Date(this.state.now()).toISOString(),
      region,
      service,
      operation: match?.operation.name,
      method: request.method,
      path: request.query === '' ? request.path : `${request.path}?${request.query}`,
      accessKeyId,
    });
  }
}

function readBody(message: Message, peer: Peer, onBody: (body: RequestBody) => void): void {
  const { headers } = message;
  const announced = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  // HTTP/2 need not announce a body.
  if (!announced && !('stream' in message)) {
    onBody(NO_BODY);
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  message.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      peer.close();
    } else {
      chunks.push(chunk);
    }
  });
  message.on('end', () => onBody(new RequestBody(Buffer.concat(chunks))));
}
