import type { Matrix } from '../api/matrix.types.js';
import { failureCauses, Failures } from '../regions/failures.js';
import { overviews, progress } from '../state/store.js';
import { refresh } from '../state/updates.js';
import { Blank } from './blank.js';
import { plural } from './words.js';

const MOST_CAUSES = 3;

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
              : `${done} of ${total} answers are in. Models appear as regions answer.`
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
  const causes = failureCauses(overviews.value.values()).slice(0, MOST_CAUSES);
  return (
    <div class="stage">
      <Blank
        tone="failed"
        title="No region could be read"
        text="That says nothing about what they offer. What they answered:"
      >
        <Failures causes={causes} />
        <button type="button" class="action" onClick={() => void refresh()}>
          Ask again
        </button>
      </Blank>
    </div>
  );
}
