import type { Matrix } from '../api/matrix.types.js';
import { describeRegion } from '../regions/describe-region.js';
import { Sparkline } from '../regions/sparkline.js';
import { arrangement, change, histories, overviews, settings } from '../state/store.js';
import { plural } from '../shell/words.js';
import { groupOf } from './geographies.js';

interface HeadProps {
  readonly matrix: Matrix;
  readonly columns: readonly number[];
  readonly starts: ReadonlySet<number>;
  readonly shown: number;
  /** Where the keyboard is in this row, -1 elsewhere. */
  readonly active: number;
}

/** Sorts by a column, or the other way round where it is sorted by it already. */
export function sortBy(sort: string): void {
  const { sort: current, descending } = settings.value;
  change({ sort, descending: current === sort && !descending });
}

function sortState(sort: string): 'ascending' | 'descending' | 'none' {
  const { sort: current, descending } = settings.value;
  return current !== sort ? 'none' : descending ? 'descending' : 'ascending';
}

export function MatrixHead({ matrix, columns, starts, shown, active }: HeadProps) {
  const { variants, outside } = arrangement.value;
  const hidden = [
    ...(outside === 0 ? [] : [`${plural(outside, 'region')} outside`]),
    ...(variants === 0 ? [] : [`${plural(variants, 'variant')} not invocable`]),
  ].join(', ');
  return (
    <div class="header" role="row" aria-rowindex={1}>
      <div
        class="corner"
        role="columnheader"
        aria-sort={sortState('id')}
        title="Click to sort by id"
        tabIndex={active === 0 ? 0 : -1}
        data-row={-1}
        data-column={0}
        data-sort="id"
      >
        <span class="corner-title">Model</span>
        <span class="corner-count">
          {shown} of {matrix.models.length}
        </span>
        <span class="corner-hint">regions</span>
        {hidden === '' ? null : <span class="corner-hidden">hidden: {hidden}</span>}
      </div>
      {columns.map((column, position) => (
        <RegionHead
          key={column}
          region={matrix.regions[column]?.region ?? ''}
          starts={starts.has(position)}
          position={position + 1}
          active={active === position + 1}
        />
      ))}
    </div>
  );
}

interface RegionHeadProps {
  readonly region: string;
  /** Whether a group of regions begins here. */
  readonly starts: boolean;
  readonly position: number;
  readonly active: boolean;
}

function RegionHead({ region, starts, position, active }: RegionHeadProps) {
  const overview = overviews.value.get(region);
  const { tone, words } = describeRegion(overview);
  const latency = overview?.latency?.latencyMs;
  const round = latency === undefined ? 'not measured' : `${Math.round(latency)} ms`;
  return (
    <div
      class={`region-head tone-${tone}${starts ? ' starts' : ''}`}
      role="columnheader"
      aria-sort={sortState(region)}
      aria-label={`${region}: ${words}, ${round}`}
      title={`${region}: ${words}, ${round}. Click to sort by it.`}
      tabIndex={active ? 0 : -1}
      data-row={-1}
      data-column={position}
      data-sort={region}
    >
      {starts ? <span class="group">{groupOf(region).short}</span> : null}
      <span class="region-name">{region}</span>
      <Sparkline points={histories.value.get(region) ?? []} width={30} height={12} />
      <span class="region-latency">{latency === undefined ? '–' : Math.round(latency)}</span>
      <span class={`dot ${tone}`} />
    </div>
  );
}
