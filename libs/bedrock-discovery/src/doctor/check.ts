import { redact } from '../errors/redact.js';
import type { CheckStatus, DiagnosisCheck } from './diagnosis.types.js';

/** A finding, cleaned of what others may have written into it. */
export function check(id: string, status: CheckStatus, title: string, detail: string, remedy?: string): DiagnosisCheck {
  return { id, status, title, detail: redact(detail), ...(remedy !== undefined && { remedy: redact(remedy) }) };
}

/** What is unknown counts only where nothing is known to be well. */
export function worstOf(checks: readonly DiagnosisCheck[]): CheckStatus {
  const order: readonly CheckStatus[] = ['failed', 'warning', 'ok'];
  return order.find((wanted) => checks.some(({ status }) => status === wanted)) ?? 'unknown';
}

/** `3 min`, `2 h`: as much as a reader needs. */
export function inWords(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const units: readonly (readonly [size: number, name: string])[] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ];
  const [size, name] = units.find(([unit]) => seconds >= 2 * unit) ?? [1, 's'];
  return `${Math.round(seconds / size)} ${name}`;
}
