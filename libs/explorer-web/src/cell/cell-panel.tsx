import { useState } from 'preact/hooks';
import type { Route } from 'nestjs-bedrock-discovery';
import type { ExplainedResolution } from '../api/answers.types.js';
import { idInPath } from '../api/http.js';
import type { MatrixModel } from '../api/matrix.types.js';
import { useAnswer, valueOf } from '../api/use-answer.js';
import { describeCell } from '../matrix/describe-cell.js';
import { isUnknown, UnknownRegions } from '../regions/unknown-regions.js';
import { NoRoute } from '../routes/no-route.js';
import { RejectedList } from '../routes/rejected-list.js';
import { RouteCard } from '../routes/route-card.js';
import { Blank } from '../shell/blank.js';
import { CopyButton } from '../shell/copy-button.js';
import { capitalized, dateInWords, plural } from '../shell/words.js';
import { change, matrix, modelsById, now, settings } from '../state/store.js';
import { lensInWords, routeQuery } from '../state/lens.js';
import { Policy } from './policy.js';
import { Snippets } from './snippets-view.js';

/** A model in a region, or everywhere: its routes with their reasons, the code to call it, and the policy that it takes. */
export function CellPanel() {
  const { model: id, region } = settings.value;
  const model = modelsById.value.get(id);
  if (matrix.value === undefined) {
    return <Blank title="Reading…" text="The models are being read." />;
  }
  if (model === undefined) {
    return (
      <Blank
        tone="failed"
        title="Not listed"
        text={`No region that is known lists ${id === '' ? 'this model' : id}.`}
      />
    );
  }
  return <CellView key={`${id} ${region}`} model={model} region={region} />;
}

function CellView({ model, region }: { readonly model: MatrixModel; readonly region: string }) {
  const [chosen, choose] = useState('');
  const query = new URLSearchParams(routeQuery(settings.value));
  if (region !== '') {
    query.set('sourceRegions', region);
  }
  const answer = useAnswer<ExplainedResolution>(`models/${idInPath(model.id)}/route?${query}`, matrix.value);
  const resolution = valueOf(answer);
  const routes = resolution?.routes ?? [];
  const route = routes.find((each) => keyOf(each) === chosen) ?? routes[0];
  const rejected = (resolution?.rejected ?? []).filter((each) => region === '' || each.region === region);
  // What is denied has no code to show, but a policy that may be what it lacks.
  const denied = rejected.find(({ code }) => code === 'ACCESS_DENIED');
  const within = lensInWords(settings.value.ask);
  const unknown = (resolution?.unknownRegions ?? []).filter(isUnknown);
  return (
    <div class="panel-body">
      <About model={model} region={region} />
      {answer.kind === 'failed' ? (
        <Blank tone="failed" title="No answer" text={answer.message} />
      ) : resolution === undefined ? (
        <Blank title="Asking…" text="The routes are being ranked." />
      ) : (
        <>
          {within === '' ? null : <p class="within">{capitalized(within)}.</p>}
          <h3>{titleOf(routes.length, unknown.length, region)}</h3>
          {unknown.length === 0 ? null : <UnknownRegions regions={unknown} />}
          {routes.length > 0 || resolution.verdict === 'unknown' ? null : <NoRoute resolution={resolution} />}
          <ol class="route-list">
            {routes.slice(0, region === '' ? 8 : undefined).map((each, index) => (
              <RouteCard
                key={keyOf(each)}
                route={each}
                rank={index + 1}
                chosen={each === route}
                onChoose={() => choose(keyOf(each))}
              />
            ))}
          </ol>
          {route === undefined ? null : <Snippets route={route} model={model} />}
          <RejectedList rejected={rejected} open={routes.length === 0} />
          {route !== undefined ? (
            <Policy {...route} />
          ) : denied !== undefined ? (
            <Policy {...denied} modelId={model.id} />
          ) : null}
          <button
            type="button"
            class="quiet"
            onClick={() => change({ panel: 'routes', ask: { ...settings.value.ask, model: model.id } })}
          >
            Where else can I run this?
          </button>
        </>
      )}
    </div>
  );
}

/** What is not known is no "no". */
function titleOf(routes: number, unknown: number, region: string): string {
  const here = region === '' ? '' : ' here';
  if (routes > 0) {
    return plural(routes, 'route') + (unknown > 0 ? ', and there may be more' : '');
  }
  return unknown > 0 ? `Whether it can be invoked${here} is not known` : `No way to invoke it${here}`;
}

function keyOf({ region, invocationId }: Route): string {
  return `${region} ${invocationId}`;
}

function About({ model, region }: { readonly model: MatrixModel; readonly region: string }) {
  const known = matrix.value;
  const column = known?.regions.findIndex((each) => each.region === region) ?? -1;
  const state = model.states[model.cells[column] ?? -1];
  const lifecycle = state?.lifecycle ?? model.states[0]?.lifecycle;
  return (
    <>
      <p class="model-name">
        {model.name} <span class="muted">{model.provider}</span>
      </p>
      <div class="invocation">
        <code>{model.id}</code>
        <CopyButton text={model.id} what="the model id" />
      </div>
      <p class="cell-label">
        {region === '' || known === undefined || column === -1 ? (
          'In all regions.'
        ) : (
          <>
            <b>{region}</b> {describeCell(known, model, column).label}.
          </>
        )}
      </p>
      <dl class="facts">
        <dt>Takes</dt>
        <dd>{words(model.input)}</dd>
        <dt>Gives</dt>
        <dd>
          {words(model.output)}
          {model.streaming === true ? ', streaming' : ''}
        </dd>
        {lifecycle === undefined ? null : (
          <>
            <dt>Lifecycle</dt>
            <dd>
              {lifecycle.status.toLowerCase()}
              {lifecycle.endOfLifeTime === undefined ? '' : `, ${endInWords(lifecycle.endOfLifeTime)}`}
            </dd>
          </>
        )}
      </dl>
    </>
  );
}

function endInWords(end: string): string {
  return `${Date.parse(end) < now.value ? 'ended' : 'ends'} ${dateInWords(end)}`;
}

function words(modalities: readonly string[]): string {
  return modalities.map((each) => each.toLowerCase()).join(', ') || 'not stated';
}
