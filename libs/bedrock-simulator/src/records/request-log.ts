import type { OperationName } from '../operations/operation.js';
import { RecordLog } from './record-log.js';

/** One request that arrived whole enough to be read. */
export interface RecordedRequest {
  /** ISO 8601, by the simulator's clock. */
  readonly at: string;
  /** From the signature's scope; undefined when the request was not signed. */
  readonly region?: string;
  /** From the signature's scope, such as `bedrock`; undefined when the request was not signed. */
  readonly service?: string;
  /** Undefined for a path that no operation has. */
  readonly operation?: OperationName;
  /** Of HTTP, in capitals. */
  readonly method: string;
  /** Path and query as they arrived. */
  readonly path: string;
  /** Of the signature; undefined when the request was not signed. */
  readonly accessKeyId?: string;
}

/** Which requests to count; what is left out matches all. */
export type RequestFilter = Partial<Pick<RecordedRequest, 'operation' | 'region'>>;

/** The requests that arrived, for assertions about how many there were. */
export class RequestLog extends RecordLog<RecordedRequest, 'operation' | 'region'> {
  constructor() {
    super(['operation', 'region']);
  }
}
