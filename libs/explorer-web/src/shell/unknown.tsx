import type { Matrix } from '../api/matrix.types.js';
import { describeRegion } from '../regions/describe-region.js';
import { overviews, progress } from '../state/store.js';
import { refresh } from '../state/updates.js';
import { Blank } from './blank.js';
import { plural } from './words.js';

/** Stands in place of the matrix where nothing is known: the first scan is under way, or no region answered. */
export function Unknown({ matrix: { regions } }: { readonly matrix: Matrix }) {
  if (regions.length === 0 || regions.some(({ models }) => models === 'pending')) {
    const { done = 0, total = 0 } = progress.value ?? {};
    return (
      <div class="stage">
        <Blank
          title="The first scan is under way"
          text={
            total === 0
              ? 'The account is being asked which regions it has enabled.'
              : `${done} of ${total} answers are in. Models appear once all are in, or were waited for long enough.`
          }
        />
      </div>
    );
  }
  if (regions.every(({ models }) => models !== 'failed')) {
    return (
      <div class="stage">
        <Blank title="No models" text={`${plural(regions.length, 'region')} answered, and none lists a model.`} />
      </div>
    );
  }
  const causes = new Map<string, { remedy: string; regions: string[] }>();
  for (const overview of overviews.value.values()) {
    for (const { message, remedy } of describeRegion(overview).failures) {
      const cause = causes.get(message) ?? { remedy, regions: [] };
      causes.set(message, { ...cause, regions: [...new Set([...cause.regions, overview.region])] });
    }
  }
  const most = [...causes].sort(([, a], [, b]) => b.regions.length - a.regions.length).slice(0, 4);
  return (
    <div class="stage">
      <Blank
        tone="failed"
        title="No region could be read"
        text="That says nothing about what they offer. What they answered:"
      >
        <ul class="causes">
          {most.map(([message, { remedy, regions: names }]) => (
            <li key={message}>
              <b>{plural(names.length, 'region')}</b> {message} <span class="remedy">{remedy}</span>
            </li>
          ))}
        </ul>
        <button type="button" class="action" onClick={() => void refresh()}>
          Ask again
        </button>
      </Blank>
    </div>
  );
}
