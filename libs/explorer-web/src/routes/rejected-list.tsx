import type { RejectedRoute, RejectionCode } from 'nestjs-bedrock-discovery';
import { REJECTION_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import { capitalized, plural } from '../shell/words.js';

/** What was left out, one entry for each reason. */
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
      {[...groups].map(([code, routes]) => (
        <section key={code}>
          <h4>
            {capitalized(REJECTION_WORDS[code])} <span class="muted">{routes.length}</span>
          </h4>
          <ul>
            {routes.map(({ region, invocationId, reason }) => (
              <li key={`${region} ${invocationId}`}>
                <code>
                  {region} · {invocationId}
                </code>
                <span>{reason}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </details>
  );
}
