import { TimedChannel, type TimedEvent } from '../reporting/event-channel.js';

/**
 * One pass over all listings: by the schedule, at the start, or called for.
 *
 * @publicApi
 */
export interface RefreshEvent extends TimedEvent {
  /** Whether regions were asked although what is known is fresh. */
  readonly force: boolean;
  /** Requests sent, retries included; 0 where all was fresh. Absent until it is over. */
  readonly requests?: number;
  /** Regions, each counted once for each listing, whose last answer was a failure. Absent until it is over. */
  readonly failed?: number;
}

export const REFRESH_EVENTS = new TimedChannel<RefreshEvent>('refresh');
