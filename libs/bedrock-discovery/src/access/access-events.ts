import { type DiagnosticEvent, PointChannel } from '../reporting/event-channel.js';
import type { AccessFlip } from './access.types.js';

/**
 * What was known of access to a model in a region turned out to be otherwise.
 *
 * @publicApi
 */
export interface AccessEvent extends DiagnosticEvent, AccessFlip {}

export const ACCESS_EVENTS = new PointChannel<AccessEvent>('access');
