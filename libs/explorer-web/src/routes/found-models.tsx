import { VERDICT_WORDS, VIA_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import type { FoundModelAnswer, ListAnswer, Problem } from '../api/answers.types.js';
import { useAnswer, valueOf } from '../api/use-answer.js';
import { isUnknown, UnknownRegions } from '../regions/unknown-regions.js';
import { Blank } from '../shell/blank.js';
import { milliseconds, plural } from '../shell/words.js';
import { conditionInWords } from '../state/lens.js';
import { ask, matrix, overviews, settings } from '../state/store.js';

/** What could be several models: each with its best route, the newest first. */
export function Family({
  text,
  members,
  query,
}: {
  readonly text: string;
  readonly members: readonly string[];
  readonly query: string;
}) {
  const path = `models?${new URLSearchParams({ search: text, limit: '1000' })}&${query}`;
  const answer = useAnswer<ListAnswer<FoundModelAnswer>>(path, matrix.value);
  const found = new Map((valueOf(answer)?.items ?? []).map((model) => [model.modelId, model]));
  return (
    <section class="family" aria-label="Models of this name">
      <h3 aria-live="polite">{plural(members.length, 'model')} of this name, the newest first</h3>
      <ol class="route-list">
        {members.map((modelId) => {
          const model = found.get(modelId);
          return (
            <li key={modelId} class="route">
              <button type="button" class="member" title="Show its routes" onClick={() => ask({ model: modelId })}>
                <b>{model?.modelName ?? modelId}</b>
                <code>{modelId}</code>
                {model === undefined ? null : <Verdict model={model} />}
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Verdict({ model: { verdict, code, reason, route } }: { readonly model: FoundModelAnswer }) {
  if (route === undefined) {
    const { residency = '' } = settings.value.ask;
    const words =
      code === undefined
        ? (reason ?? '')
        : code.endsWith('OUTSIDE_RESIDENCY')
          ? `not offered ${conditionInWords('residency', residency)}`
          : VERDICT_WORDS[code];
    return <span class={`verdict ${verdict}`}>{verdict === 'unknown' ? `not known: ${words}` : words}</span>;
  }
  const { region, via, invocationId, latencyMs } = route;
  return (
    <span class="verdict eligible" title={invocationId}>
      {region} <span class={`via ${via}`}>{VIA_WORDS[via]}</span>{' '}
      {latencyMs === undefined ? '' : milliseconds(latencyMs)}
    </span>
  );
}

export function Nearest({ text, problem }: { readonly text: string; readonly problem: Problem }) {
  const { nearest = [], unknownRegions = [] } = problem;
  const unknown = unknownRegions.flatMap((region) => {
    const { models, profiles } = overviews.value.get(region) ?? {};
    return [models, profiles].find((status) => status !== undefined && isUnknown(status)) ?? [];
  });
  const meant = nearest.length === 0 ? '' : ' Did you mean:';
  return (
    <Blank tone="failed" title="Not found" text={`Nothing that is known is named ${text}.${meant}`}>
      <ul class="nearest">
        {nearest.map((modelId) => (
          <li key={modelId}>
            <button type="button" class="link" onClick={() => ask({ model: modelId })}>
              {modelId}
            </button>
          </li>
        ))}
      </ul>
      {unknown.length === 0 ? null : (
        <>
          <p>It may be in {plural(unknown.length, 'region')} not known now:</p>
          <UnknownRegions regions={unknown} />
        </>
      )}
    </Blank>
  );
}
