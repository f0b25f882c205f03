import type { FaultOptions } from '../faults/fault-registry.js';
import type { OperationMatch } from '../operations/operation-table.js';
import type { Authorization } from '../protocol/authorization-header.js';
import type { SignedRequest } from '../protocol/canonical-request.js';

/** A request as it was read, and what was found out about it. */
export interface Exchange {
  readonly request: SignedRequest;
  readonly authorization: Authorization;
  /** Whose it says that it is. */
  readonly accessKeyId: string | undefined;
  readonly service: string | undefined;
  /** From the signature or the API key; where they say none, that of the listener, if it has one. */
  readonly region: string | undefined;
  readonly listenerRegion: string | undefined;
  readonly match: OperationMatch | undefined;
  readonly fault: FaultOptions | undefined;
}
