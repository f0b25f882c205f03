import type { ComponentChildren } from 'preact';
import type { Route } from 'nestjs-bedrock-discovery';
import { VERDICT_WORDS, VIA_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import type { ExplainedResolution } from '../api/answers.types.js';
import { idInPath } from '../api/http.js';
import type { MatrixModel } from '../api/matrix.types.js';
import { useAnswer, valueOf } from '../api/use-answer.js';
import { endOfLife, startOfLife } from '../matrix/arrange.js';
import { priceInWords, quotaInWords } from '../routes/route-facts.js';
import { Blank } from '../shell/blank.js';
import { CopyButton } from '../shell/copy-button.js';
import { capitalized, dateInWords, milliseconds, plural } from '../shell/words.js';
import { lensInWords, routeQuery } from '../state/lens.js';
import { askAbout, compare, compared, matrix, modelsById, openCell, settings } from '../state/store.js';

/** What is known of one of the models: its row of the matrix, and the routes to it. */
interface Column {
  readonly id: string;
  readonly model: MatrixModel | undefined;
  readonly resolution: ExplainedResolution | undefined;
}

const MOST = 4;
const ROWS: readonly (readonly [name: string, cell: (column: Column) => ComponentChildren])[] = [
  ['Where', ({ resolution }) => whereOf(resolution)],
  ['Best route', ({ resolution }) => <Best route={resolution?.routes[0]} />],
  ['How', ({ resolution }) => howOf(resolution)],
  ['Price', ({ resolution }) => cheapestOf(resolution)],
  ['Quota', ({ resolution }) => quotaOf(resolution)],
  ['Life', ({ model }) => lifeOf(model)],
  ['Takes', ({ model }) => model?.input.join(', ').toLowerCase()],
  ['Gives', ({ model }) => model?.output.join(', ').toLowerCase()],
];

/** Up to four models side by side: where, how, price, quota and life, under the conditions of the page. */
export function ComparePanel() {
  const ids = compared.value;
  const columns = [0, 1, 2, 3].map((position) => useColumn(ids[position])).slice(0, ids.length);
  const within = lensInWords(settings.value.ask);
  return (
    <div class="panel-body">
      {ids.length === 0 ? (
        <Blank
          title="Compare models"
          text={`Add up to ${MOST} models: they stand side by side, and the address carries them.`}
        />
      ) : (
        <div class="compared">
          <table>
            <thead>
              <tr>
                <td />
                {columns.map(({ id, model }) => (
                  <th key={id} scope="col">
                    <button type="button" class="link named" title={id} onClick={() => askAbout(id)}>
                      {model?.name ?? id}
                    </button>{' '}
                    <button
                      type="button"
                      class="icon-button bare"
                      aria-label={`Take ${model?.name ?? id} out`}
                      onClick={() => compare(id)}
                    >
                      ✕
                    </button>
                    <span class="muted">{model?.provider}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {ROWS.map(([name, cell]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {columns.map((column) => (
                    <td key={column.id}>{cell(column) ?? '–'}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {within === '' ? null : <p class="within">{capitalized(within)}.</p>}
      <p class="compare-foot">
        {ids.length < MOST ? <AddModel /> : null}
        {ids.length > 0 ? (
          <>
            <CopyButton text={location.href} what="the link" /> <span class="muted">the link to this comparison</span>
          </>
        ) : null}
      </p>
    </div>
  );
}

function useColumn(id = ''): Column {
  const path = id === '' ? undefined : `models/${idInPath(id)}/route?${routeQuery(settings.value)}`;
  const resolution = valueOf(useAnswer<ExplainedResolution>(path, matrix.value));
  return { id, model: modelsById.value.get(id), resolution };
}

function AddModel() {
  const models = [...modelsById.value.values()].filter(({ id }) => !compared.value.includes(id));
  const byName = models.toSorted((a, b) => a.name.localeCompare(b.name));
  return (
    <select
      aria-label="Add a model"
      value=""
      onChange={(event) => {
        compare(event.currentTarget.value);
        event.currentTarget.value = '';
      }}
    >
      <option value="">Add a model…</option>
      {byName.map(({ id, name }) => (
        <option key={id} value={id} title={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

function whereOf(resolution: ExplainedResolution | undefined): string | undefined {
  if (resolution === undefined) {
    return '…';
  }
  const { routes, rejected, verdict } = resolution;
  if (routes.length > 0) {
    return plural(new Set(routes.map(({ region }) => region)).size, 'region');
  }
  const [first] = rejected;
  return verdict === 'unknown' ? 'not known' : `nowhere${first === undefined ? '' : `: ${VERDICT_WORDS[first.code]}`}`;
}

function Best({ route }: { readonly route: Route | undefined }) {
  if (route === undefined) {
    return <>–</>;
  }
  const { modelId, region, invocationId, latencyMs } = route;
  return (
    <>
      <button type="button" class="link" title="Code and policy" onClick={() => openCell(modelId, region)}>
        {region}
      </button>
      {latencyMs === undefined ? '' : ` ${milliseconds(latencyMs)}`}
      <code>{invocationId}</code>
    </>
  );
}

function howOf(resolution: ExplainedResolution | undefined): string | undefined {
  const vias = new Set((resolution?.routes ?? []).map(({ via }) => VIA_WORDS[via]));
  return vias.size === 0 ? undefined : [...vias].join(', ');
}

/** Of all routes, by three tokens in for each one out. */
function cheapestOf(resolution: ExplainedResolution | undefined): string | undefined {
  const prices = (resolution?.routes ?? []).flatMap(({ price }) => price ?? []);
  const blend = ({ inputPerMillion, outputPerMillion }: (typeof prices)[number]): number =>
    3 * inputPerMillion + outputPerMillion;
  const [cheapest] = prices.sort((a, b) => blend(a) - blend(b));
  return cheapest && `from ${priceInWords(cheapest)}`;
}

function quotaOf(resolution: ExplainedResolution | undefined): string | undefined {
  const { quota } = (resolution?.routes ?? []).find((route) => route.quota !== undefined) ?? {};
  return quota && quotaInWords(quota);
}

function lifeOf(model: MatrixModel | undefined): string | undefined {
  if (model === undefined) {
    return undefined;
  }
  const [start, end] = [startOfLife(model), endOfLife(model)];
  const parts = [
    ...(start === undefined ? [] : [`since ${dateInWords(start)}`]),
    ...(end === undefined ? [] : [`until ${dateInWords(end)}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}
