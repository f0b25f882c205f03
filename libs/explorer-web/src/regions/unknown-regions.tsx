import type { RegionStatus } from 'nestjs-bedrock-discovery';
import { refreshing } from '../state/store.js';
import { refresh } from '../state/updates.js';

/** Whether a region may offer what is not known of. */
export function isUnknown({ scannedAt, unreadable }: RegionStatus): boolean {
  return scannedAt === undefined || unreadable !== undefined;
}

/** What keeps regions from being known and what to do about it, each cause once, and the button that has them asked again. */
export function UnknownRegions({ regions }: { readonly regions: readonly RegionStatus[] }) {
  const causes = new Map<string, { readonly names: string[]; readonly remedy?: string }>();
  for (const { region, unreadable, failure } of regions) {
    const message =
      failure?.message ??
      (unreadable === undefined
        ? 'It has not answered yet.'
        : `${unreadable} entries of what it lists could not be read.`);
    const cause = causes.get(message) ?? { names: [], remedy: failure?.remedy };
    cause.names.push(region);
    causes.set(message, cause);
  }
  return (
    <div class="unknown-regions">
      <ul class="causes">
        {[...causes].map(([message, { names, remedy }]) => (
          <li key={message}>
            <b>{names.join(', ')}</b> {message} {remedy === undefined ? null : <span class="remedy">{remedy}</span>}
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="action"
        disabled={refreshing.value}
        onClick={() => void refresh(regions.map(({ region }) => region))}
      >
        {refreshing.value ? 'Asking…' : 'Ask again'}
      </button>
    </div>
  );
}
