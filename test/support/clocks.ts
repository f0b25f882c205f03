import { ManualClock } from '../../libs/bedrock-discovery/src/testing/manual-clock.js';

export { ManualClock };

/** Pauses before a retry are shorter than this, beats and deadlines longer. */
const PAUSE_MS = 1_000;

/** A clock that stands still, but on which a pause before a retry is over in a moment. */
export class ImpatientClock extends ManualClock {
  override schedule(callback: () => void, delayMs: number): () => void {
    if (delayMs >= PAUSE_MS) {
      return super.schedule(callback, delayMs);
    }
    // Not within this turn: what beats until an answer comes would keep the processor from what the answer takes.
    const timeout = setTimeout(callback, 1);
    return () => clearTimeout(timeout);
  }
}
