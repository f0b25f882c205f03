import { OPERATION_NAMES, type OperationName, STREAM_OPERATION_NAMES } from '../operations/operation.js';
import { checkInteger, checkKeys, checkNumber, checkOneOf, checkText, refuse } from '../settings/checks.js';
import { randomShare } from '../settings/random-share.js';
import { STREAM_ERRORS, type StreamErrorName } from '../runtime/event-stream.js';
import { ENDLESS_STATUSES, FAULT_KINDS, type FaultKind, isStreamFault, REPLACING_FAULTS } from './fault-kinds.js';

/** What goes wrong, for which requests, and how often. What is left out matches all. */
export interface FaultOptions {
  /** See the README for what each kind looks like to a client. */
  kind: FaultKind;
  /** Only requests to this region. */
  region?: string;
  /** Only requests of this operation. */
  operation?: OperationName;
  /** Only calls of a model with exactly this `modelId`: the id or ARN of a model or a profile, as the caller gives it. */
  modelId?: string;
  /** Only requests signed with this key. */
  accessKeyId?: string;
  /** The fault is over when it has hit this many requests. Default: never. */
  times?: number;
  /** Share of matching requests that are hit, 0 to 1; drawn by the seed. Default 1. */
  probability?: number;
  /** Replaces the message of an error. */
  message?: string;
  /**
   * Errors, `proxy-page`, `reset`, `hang` and an `endless-body` with the status of an error: the request is executed
   * first, and the fault takes the place of its answer. A request that cannot be executed is answered as ever.
   * Default false: the request is not executed.
   */
  executed?: boolean;
  /** Kinds that begin with `stream-`: how many events arrive before it. Default 2; 0: none at all. */
  afterEvents?: number;
  /** `stream-error`: the event that ends the stream. Default `modelStreamErrorException`. */
  event?: StreamErrorName;
  /** `proxy-page`: default 502. `endless-body`: default 200; with that of an error, the body begins as that error. */
  status?: number;
  /** `throttled` and `throttled-tokens`: sends `Retry-After`. Default: none, as recorded. */
  retryAfterSeconds?: number;
  /** `slow-body`: time from the headers to the end of the body. Default 1000. */
  delayMs?: number;
  /** `slow-body`: pieces that the body drips in, evenly over `delayMs`. Default 1, all at the end. */
  chunks?: number;
  /** `clock-skew`: how far the service's clock is ahead of the simulator's; negative for behind. Default 600 000. */
  skewMs?: number;
}

/** What a fault is matched against. */
export interface FaultTarget {
  readonly region?: string;
  readonly operation?: OperationName;
  /** As the caller of a model gives it. */
  readonly modelId?: string;
  readonly accessKeyId?: string;
  readonly hasNextToken: boolean;
  /** Whether it asks for a stream of events. */
  readonly streams: boolean;
}

interface ActiveFault extends FaultOptions {
  readonly id: number;
  met: number;
  hits: number;
}

const KEYS = [
  'kind',
  'region',
  'operation',
  'modelId',
  'accessKeyId',
  'times',
  'probability',
  'message',
  'executed',
  'afterEvents',
  'event',
  'status',
  'retryAfterSeconds',
  'delayMs',
  'chunks',
  'skewMs',
] as const;

/** The faults in force. */
export class FaultRegistry {
  #faults: ActiveFault[] = [];
  #added = 0;

  /** @param checkRegion throws for a region that is not in the catalogue */
  constructor(
    private readonly seed: number,
    private readonly checkRegion: (region: string) => string,
  ) {}

  /** @returns removes this fault again */
  add(options: FaultOptions): () => void {
    this.#check(options);
    const fault: ActiveFault = { ...options, id: this.#added++, met: 0, hits: 0 };
    this.#faults.unshift(fault);
    return () => this.#remove(fault);
  }

  clear(): void {
    this.#faults = [];
  }

  /** The fault that hits a request, if any: of several, the one added last. */
  take(target: FaultTarget): FaultOptions | undefined {
    for (const fault of this.#faults) {
      if (!matches(fault, target)) {
        continue;
      }
      const draw = fault.met++;
      if (fault.probability !== undefined && randomShare(this.seed, fault.id, draw) >= fault.probability) {
        continue;
      }
      fault.hits++;
      if (fault.hits === fault.times) {
        this.#remove(fault);
      }
      return fault;
    }
    return undefined;
  }

  #remove(fault: ActiveFault): void {
    this.#faults = this.#faults.filter((other) => other !== fault);
  }

  #check(fault: FaultOptions): void {
    checkKeys('addFault', fault, KEYS);
    checkOneOf('fault kind', fault.kind, FAULT_KINDS);
    if (fault.region !== undefined) {
      this.checkRegion(fault.region);
    }
    if (fault.operation !== undefined) {
      checkOneOf('fault operation', fault.operation, OPERATION_NAMES);
    }
    if (isStreamFault(fault.kind) && fault.operation !== undefined) {
      checkOneOf(`fault operation of ${fault.kind}`, fault.operation, STREAM_OPERATION_NAMES);
    }
    if (fault.modelId !== undefined) {
      checkText('fault modelId', fault.modelId);
    }
    if (fault.accessKeyId !== undefined) {
      checkText('fault accessKeyId', fault.accessKeyId);
    }
    if (fault.times !== undefined) {
      checkInteger('fault times', fault.times, 1);
    }
    if (fault.probability !== undefined) {
      checkNumber('fault probability', fault.probability, 0, 1);
    }
    if (fault.message !== undefined) {
      checkText('fault message', fault.message);
    }
    if (fault.executed !== undefined && typeof fault.executed !== 'boolean') {
      refuse('fault executed', 'true or false', fault.executed);
    }
    if (fault.executed && !REPLACING_FAULTS.includes(fault.kind)) {
      refuse('fault kind with executed', `one of ${REPLACING_FAULTS.join(', ')}`, fault.kind);
    }
    if (fault.afterEvents !== undefined) {
      checkInteger('fault afterEvents', fault.afterEvents, 0);
    }
    if (fault.event !== undefined) {
      checkOneOf('fault event', fault.event, Object.keys(STREAM_ERRORS));
    }
    if (fault.status !== undefined) {
      checkStatus(fault.kind, fault.status);
    }
    if (fault.retryAfterSeconds !== undefined) {
      checkNumber('fault retryAfterSeconds', fault.retryAfterSeconds, 0);
    }
    if (fault.delayMs !== undefined) {
      checkNumber('fault delayMs', fault.delayMs, 0);
    }
    if (fault.chunks !== undefined) {
      checkInteger('fault chunks', fault.chunks, 1);
    }
    if (fault.skewMs !== undefined) {
      checkNumber('fault skewMs', fault.skewMs, -Infinity);
    }
  }
}

function checkStatus(kind: FaultKind, status: number): void {
  if (kind === 'proxy-page') {
    checkInteger('fault status of proxy-page', status, 400, 599);
  } else if (kind !== 'endless-body') {
    refuse('fault kind with status', 'proxy-page or endless-body', kind);
  } else if (!ENDLESS_STATUSES.includes(status)) {
    refuse('fault status of endless-body', `one of ${ENDLESS_STATUSES.join(', ')}`, status);
  }
}

function matches(fault: FaultOptions, target: FaultTarget): boolean {
  return (
    (fault.region === undefined || fault.region === target.region) &&
    (fault.operation === undefined || fault.operation === target.operation) &&
    (fault.modelId === undefined || fault.modelId === target.modelId) &&
    (!isStreamFault(fault.kind) || target.streams) &&
    (fault.accessKeyId === undefined || fault.accessKeyId === target.accessKeyId) &&
    (fault.kind !== 'rejected-token' || target.hasNextToken)
  );
}
