import { TimedChannel, type TimedEvent } from '../reporting/event-channel.js';
import type { ListingName } from './listing.js';

/**
 * One listing was scanned for one caller: a schedule, a query or the application. Regions that are being asked already are
 * shared with other callers.
 *
 * @publicApi
 */
export interface ScanEvent extends TimedEvent {
  /** What is asked for. */
  readonly listing: ListingName;
  /** The AWS operation, such as `ListFoundationModels`. */
  readonly operation: string;
  /** Whether regions were asked although what is known is fresh. */
  readonly force: boolean;
  /** Regions that were asked; those that are fresh, or denied it today, are not. Absent until it is over. */
  readonly asked?: number;
  /** Regions of the scan whose last answer was a failure. Absent until it is over. */
  readonly failed?: number;
  /** Requests sent, retries included. Absent until it is over. */
  readonly requests?: number;
}

export const SCAN_EVENTS = new TimedChannel<ScanEvent>('scan');
