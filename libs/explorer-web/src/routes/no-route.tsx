import type { RejectedRoute } from 'nestjs-bedrock-discovery';
import { REJECTION_CODES, REJECTION_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import type { ExplainedResolution } from '../api/answers.types.js';
import { idInPath } from '../api/http.js';
import { useAnswer, valueOf } from '../api/use-answer.js';
import { reachOf, relatives } from '../matrix/arrange.js';
import { capitalized, plural } from '../shell/words.js';
import { conditionInWords, lensInWords, lensOf, routeQuery } from '../state/lens.js';
import { ask, askAbout, matrix, matrixLens, modelsById, settings } from '../state/store.js';
import { Remedies } from './remedies.js';

/** Conditions that can be dropped, the hardest first. */
const DROPPABLE = [
  'residency',
  'retention',
  'via',
  'access',
  'allowGlobal',
  'minDaysToEndOfLife',
  'maxOutputPricePerMillion',
  'minTokensPerMinute',
  'unknownFacts',
];
const NAMES: Readonly<Record<string, string>> = {
  residency: 'residency',
  retention: 'the limit of retention',
  via: 'the way of invoking',
  access: 'the demand for access',
  allowGlobal: '“no global profiles”',
  minDaysToEndOfLife: 'the days to its end',
  maxOutputPricePerMillion: 'the limit of the price',
  minTokensPerMinute: 'the demand for quota',
  unknownFacts: 'the demand for what is known',
};
const MOST_INSTEAD = 3;

/** Why there is no route: the cause, then the ways out as buttons, then what the account can do about it. */
export function NoRoute({ resolution }: { readonly resolution: ExplainedResolution }) {
  const { modelId, rejected, verdict } = resolution;
  const { ask: asked } = settings.value;
  const dropped = DROPPABLE.filter((name) => (asked[name] ?? '') !== '');
  return (
    <section class="no-route" aria-label="Why there is no route">
      <p class="cause">{verdict === 'unknown' ? 'Not in the regions that are known.' : causeOf(rejected)}</p>
      <div class="ways-out">
        {dropped.map((name) => (
          <Dropped key={name} modelId={modelId} name={name} />
        ))}
        {dropped.length > 1 ? <Dropped modelId={modelId} name="" /> : null}
        <Instead modelId={modelId} />
      </div>
      <Remedies modelId={modelId} rejected={rejected} />
    </section>
  );
}

/** What nobody can argue with: of all that is in the way, what came closest to being eligible. */
function causeOf(rejected: readonly RejectedRoute[]): string {
  const { ask: asked } = settings.value;
  const codes = REJECTION_CODES.filter((code) => rejected.some((each) => each.code === code));
  const code = codes.at(-1);
  if (code === undefined) {
    return 'No region that is known offers it.';
  }
  if (codes.every((each) => each.endsWith('OUTSIDE_RESIDENCY') || each === 'NOT_ON_DEMAND')) {
    return `Not offered ${conditionInWords('residency', asked['residency'] ?? '')}.`;
  }
  const ways = rejected.filter((each) => each.code === code).length;
  return `${capitalized(REJECTION_WORDS[code])}: ${plural(ways, 'way')}.`;
}

/** What there would be without one of the conditions, or without all of them. */
function Dropped({ modelId, name }: { readonly modelId: string; readonly name: string }) {
  const { ask: asked, cells } = settings.value;
  const without = Object.fromEntries(
    DROPPABLE.map((each) => [each, name === '' || each === name ? '' : (asked[each] ?? '')]),
  );
  const query = routeQuery({ ask: { ...asked, ...without }, cells });
  const answer = valueOf(useAnswer<ExplainedResolution>(`models/${idInPath(modelId)}/route?${query}`, matrix.value));
  const count = answer?.routes.length ?? 0;
  return count === 0 ? null : (
    <button type="button" class="action" onClick={() => ask(without)}>
      Drop {name === '' ? 'all conditions' : NAMES[name]}: {plural(count, 'route')}
    </button>
  );
}

/** Other models of the family that meet the conditions, the newest first, by the verdicts of the matrix. */
function Instead({ modelId }: { readonly modelId: string }) {
  const known = matrix.value;
  const model = modelsById.value.get(modelId);
  if (known === undefined || model === undefined || matrixLens.value !== lensOf(settings.value.ask)) {
    return null;
  }
  const others = relatives(known, model).filter((other) => reachOf(known, other) > 0);
  const within = lensInWords(settings.value.ask);
  return (
    <>
      {others.slice(0, MOST_INSTEAD).map((other) => (
        <button
          key={other.id}
          type="button"
          class="action"
          title={within === '' ? other.id : `${other.id}, ${within}`}
          onClick={() => askAbout(other.id)}
        >
          Instead: {other.name}, {plural(reachOf(known, other), 'region')}
        </button>
      ))}
    </>
  );
}
