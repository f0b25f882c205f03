import type { RejectedRoute } from 'nestjs-bedrock-discovery';
import { plural } from '../shell/words.js';

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
  const groups = new Map<string, RejectedRoute[]>();
  for (const route of rejected) {
    groups.set(route.code, [...(groups.get(route.code) ?? []), route]);
  }
  return (
    <details class="rejected" open={open}>
      <summary>{plural(rejected.length, 'way')} left out</summary>
      {[...groups].map(([code, routes]) => (
        <section key={code}>
          <h4>
            {titleOf(code)} <span class="muted">{routes.length}</span>
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

/** `NOT_ON_DEMAND` as "Not on demand". */
function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
