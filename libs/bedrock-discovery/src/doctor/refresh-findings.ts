import type { ResolvedOptions } from '../options/resolved-options.js';
import { check } from './check.js';
import type { DiagnosedRefresh, DiagnosisCheck } from './diagnosis.types.js';

export function refreshFindings(
  { mode, cron, timeZone }: ResolvedOptions['refresh'],
  nextRunAt: Date | undefined,
): { refresh: DiagnosedRefresh; checks: readonly DiagnosisCheck[] } {
  const refresh: DiagnosedRefresh = {
    mode,
    ...(mode === 'cron' && { cron, ...(timeZone !== undefined && { timeZone }) }),
    ...(nextRunAt !== undefined && { nextRunAt: nextRunAt.toISOString() }),
  };
  return { refresh, checks: [refreshCheck(refresh)] };
}

function refreshCheck({ mode, cron, nextRunAt }: DiagnosedRefresh): DiagnosisCheck {
  const title = 'Refresh';
  if (mode === 'on-read') {
    return check('refresh', 'ok', title, 'A query that finds old data refreshes it behind.');
  }
  if (mode === 'off') {
    return check('refresh', 'ok', title, "Nothing is refreshed by itself, as `refresh.mode: 'off'` says.");
  }
  return nextRunAt === undefined
    ? check(
        'refresh',
        'unknown',
        title,
        `The job ('${cron}') does not run: the application has not started, or is closing.`,
      )
    : check('refresh', 'ok', title, `The job ('${cron}') runs next at ${nextRunAt}, and a little later by jitter.`);
}
