import { type DiagnosticEvent, PointChannel } from '../reporting/event-channel.js';
import type { AccessState } from './access.types.js';

/**
 * What was known of access to a model in a region turned out to be otherwise.
 *
 * @publicApi
 */
export interface AccessEvent extends DiagnosticEvent {
  /** Base id of the model. */
  readonly modelId: string;
  /** The source region. */
  readonly region: string;
  /** Never `unknown`, and neither is the other. */
  readonly before: AccessState;
  /** What is known now. */
  readonly after: AccessState;
}

export const ACCESS_EVENTS = new PointChannel<AccessEvent>('access');
