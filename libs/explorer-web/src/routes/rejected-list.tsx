import type { RejectedRoute, RejectionCode } from 'nestjs-bedrock-discovery';
import { REJECTION_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import { capitalized, plural } from '../shell/words.js';

/** Codes under which data would leave. */
const LEAVES: ReadonlySet<RejectionCode> = new Set([
  'OUTSIDE_RESIDENCY',
  'SOURCE_OUTSIDE_RESIDENCY',
  'GLOBAL_EXCLUDED',
]);

/** What was left out: one line for each reason, with the ways that it leaves out folded below. */
export function RejectedList({
  rejected,
  open,
}: {
  readonly rejected: readonly RejectedRoute[];
  readonly open: boolean;
}) {
  if (rejected.length === 0) {
    return null;
  }
  const groups = new Map<RejectionCode, RejectedRoute[]>();
  for (const route of rejected) {
    groups.set(route.code, [...(groups.get(route.code) ?? []), route]);
  }
  return (
    <details class="rejected" open={open}>
      <summary>{plural(rejected.length, 'way')} left out</summary>
      {[...groups]
        .sort(([, a], [, b]) => b.length - a.length)
        .map(([code, routes]) => (
          <details key={code} class="reason">
            <summary>
              <b class={LEAVES.has(code) ? 'leaves' : ''}>{capitalized(REJECTION_WORDS[code])}</b>{' '}
              <span class="muted">{plural(routes.length, 'way')}</span>
            </summary>
            <ul>
              {[...byReason(routes)].map(([reason, ways]) => (
                <li key={reason}>
                  <span>{reason}</span>
                  {ways.map(({ region, invocationId }) => (
                    <code key={`${region} ${invocationId}`}>
                      {region} · {invocationId}
                    </code>
                  ))}
                </li>
              ))}
            </ul>
          </details>
        ))}
    </details>
  );
}

/** Equal sentences once. */
function byReason(routes: readonly RejectedRoute[]): ReadonlyMap<string, readonly RejectedRoute[]> {
  const groups = new Map<string, RejectedRoute[]>();
  for (const route of routes) {
    groups.set(route.reason, [...(groups.get(route.reason) ?? []), route]);
  }
  return groups;
}
