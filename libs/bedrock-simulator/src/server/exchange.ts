import type { FaultOptions } from '../faults/fault-registry.js';
import type { OperationMatch } from '../operations/operation-table.js';
import type { Authorization } from '../protocol/authorization-header.js';
import type { SignedRequest } from '../protocol/canonical-request.js';

/** A request as it was read, and what was found out about it. */
export interface Exchange {
  readonly request: SignedRequest;
  readonly authorization: Authorization;
  readonly service: string | undefined;
  /** From the signature; for an unsigned request that of the listener, if it has one. */
  readonly region: string | undefined;
  readonly listenerRegion: string | undefined;
  readonly match: OperationMatch | undefined;
  readonly fault: FaultOptions | undefined;
}
