import { check, inWords } from './check.js';
import type { DiagnosedClock, DiagnosisCheck } from './diagnosis.types.js';

/** AWS refuses signatures that are off by more. */
const REFUSED_MS = 5 * 60_000;
const NOTICEABLE_MS = 60_000;

export function clockFindings(clock: DiagnosedClock): { clock: DiagnosedClock; checks: readonly DiagnosisCheck[] } {
  const { offsetMs, source } = clock;
  if (offsetMs === undefined) {
    return { clock, checks: [check('clock', 'unknown', 'Clock', 'AWS has told no time to compare with.')] };
  }
  const off = Math.abs(offsetMs);
  const direction = offsetMs > 0 ? 'slow' : 'fast';
  const how = source === 'measured' ? 'by the date of an answer' : 'as learnt from an earlier answer';
  if (off < NOTICEABLE_MS) {
    return { clock, checks: [check('clock', 'ok', 'Clock', `This machine's clock is right to the minute, ${how}.`)] };
  }
  const consequence =
    off < REFUSED_MS
      ? 'AWS refuses signatures that are off by more than 5 min.'
      : 'Requests are signed with the time of AWS instead, once a refusal has told it.';
  const detail = `This machine's clock is ${inWords(off)} ${direction}, ${how}. ${consequence}`;
  return { clock, checks: [check('clock', 'warning', 'Clock', detail, 'Set the clock of this machine (NTP).')] };
}
