import type { RegionFailure } from '../errors/errors.js';
import { TimedChannel, type TimedEvent } from '../reporting/event-channel.js';

/**
 * One region was asked for one operation, whoever had it asked: for a listing, access to a model, a data retention mode,
 * offers or quotas. `errorType` is the `FailureKind`, `aborted` where nobody waited any more.
 *
 * @publicApi
 */
export interface RegionEvent extends TimedEvent {
  /** That is asked. */
  readonly region: string;
  /** The AWS operation, such as `ListFoundationModels`. */
  readonly operation: string;
  /** Requests sent, retries and further pages included. Absent until it is over. */
  readonly requests?: number;
  /** What it failed with; absent where it did not. */
  readonly failure?: RegionFailure;
}

export const REGION_EVENTS = new TimedChannel<RegionEvent>('region');
