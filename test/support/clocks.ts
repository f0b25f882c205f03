import { ManualClock } from '../../libs/bedrock-discovery/src/testing/manual-clock.js';

export { ManualClock };

/** Pauses before a retry are shorter than this, beats and deadlines longer. */
const PAUSE_MS = 1_000;

/** A clock that stands still, but on which a pause before a retry is over at once. */
export class ImpatientClock extends ManualClock {
  override schedule(callback: () => void, delayMs: number): () => void {
    if (delayMs >= PAUSE_MS) {
      return super.schedule(callback, delayMs);
    }
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  }
}
