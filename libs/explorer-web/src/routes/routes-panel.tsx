import { GEOGRAPHY_LABELS } from 'nestjs-bedrock-discovery/regions';
import type { ComponentChildren } from 'preact';
import type { ExplainedResolution } from '../api/answers.types.js';
import { idInPath } from '../api/http.js';
import { useAnswer, valueOf } from '../api/use-answer.js';
import { Blank } from '../shell/blank.js';
import { CopyButton } from '../shell/copy-button.js';
import { plural } from '../shell/words.js';
import { change, endpoints, matrix, modelsById, openCell, settings } from '../state/store.js';
import { RejectedList } from './rejected-list.js';
import { RouteCard } from './route-card.js';

const RESIDENCIES = [['', 'Anywhere'], ...Object.entries(GEOGRAPHY_LABELS)] as const;

const VIAS = [
  ['', 'Any way'],
  ['on-demand', 'On demand only'],
  ['system-profile', 'System profiles only'],
  ['application-profile', 'Application profiles only'],
  ['on-demand,system-profile', 'No application profiles'],
] as const;

const PREFERENCES = [
  ['', 'Latency'],
  ['single-region', 'A single region'],
  ['throughput', 'Throughput'],
] as const;

const ACCESSES = [
  ['', 'Not denied'],
  ['known', 'Known to be granted'],
  ['any', 'Denied ones too'],
] as const;

/** More cards than anybody reads; the rest is one press away. */
const FIRST_ROUTES = 12;

function ask(part: Readonly<Record<string, string>>): void {
  change({ ask: { ...settings.value.ask, ...part } });
}

/** Choose a model, residency and preferences; see the ranked routes, and what was left out and why. */
export function RoutesPanel() {
  const { ask: asked } = settings.value;
  const { model = '', all = '', ...constraints } = asked;
  const query = new URLSearchParams(
    Object.entries(constraints).filter(
      ([name, value]) => value !== '' && !(name === 'allowGlobal' && hasResidency(asked)),
    ),
  );
  const id = model.trim();
  const canAsk = endpoints.value?.has('/models/{id}/route') === true;
  const path = canAsk && id !== '' ? `models/${idInPath(id)}/route?${query}` : undefined;
  const answer = useAnswer<ExplainedResolution>(path, matrix.value);
  const resolution = valueOf(answer);
  return (
    <div class="panel-body">
      <form class="ask" onSubmit={(event) => event.preventDefault()}>
        <Field label="Model" wide>
          <input
            list="model-ids"
            value={model}
            placeholder="Model, profile or ARN"
            spellcheck={false}
            autocomplete="off"
            onInput={(event) => ask({ model: event.currentTarget.value })}
          />
        </Field>
        <datalist id="model-ids">
          {[...modelsById.value.values()].map(({ id: each, name }) => (
            <option key={each} value={each}>
              {name}
            </option>
          ))}
        </datalist>
        <Field label="Data stays in">
          <Select name="residency" options={RESIDENCIES} />
        </Field>
        <Field label="Prefer">
          <Select name="prefer" options={PREFERENCES} />
        </Field>
        <Field label="Invoked">
          <Select name="via" options={VIAS} />
        </Field>
        <Field label="Access">
          <Select name="access" options={ACCESSES} />
        </Field>
        <Field label="Preferred regions, in order" wide>
          <input
            value={asked['preferred'] ?? ''}
            placeholder="eu-west-1, eu-central-1"
            spellcheck={false}
            autocomplete="off"
            onChange={(event) => ask({ preferred: regionList(event.currentTarget.value) })}
          />
        </Field>
        <Field label="Days to end of life, at least">
          <input
            type="number"
            min="0"
            value={asked['minDaysToEndOfLife'] ?? ''}
            placeholder="0"
            onChange={(event) => ask({ minDaysToEndOfLife: event.currentTarget.value })}
          />
        </Field>
        <label class="check">
          <input
            type="checkbox"
            disabled={hasResidency(asked)}
            checked={!hasResidency(asked) && asked['allowGlobal'] !== 'false'}
            onChange={(event) => ask({ allowGlobal: event.currentTarget.checked ? '' : 'false' })}
          />
          Global profiles
        </label>
      </form>
      {!canAsk ? (
        <Blank title="Routes are not available" text="This application does not answer where a model can be run." />
      ) : id === '' ? (
        <Blank
          title="Where can I run this?"
          text="Choose a model. The routes to it appear here, best first, each with its reasons; below them what was left out, and why."
        />
      ) : answer.kind === 'failed' ? (
        <Blank tone="failed" title="No answer" text={answer.message} />
      ) : resolution === undefined ? (
        <Blank title="Asking…" text="The routes are being ranked." />
      ) : (
        <Resolved resolution={resolution} all={all === '1'} />
      )}
    </div>
  );
}

function Resolved({ resolution, all }: { readonly resolution: ExplainedResolution; readonly all: boolean }) {
  const { routes, rejected, unknownRegions, text } = resolution;
  const shown = all ? routes : routes.slice(0, FIRST_ROUTES);
  return (
    <section class="resolution" aria-label="Routes">
      <h3 aria-live="polite">
        {routes.length === 0 ? 'No lawful route' : `${plural(routes.length, 'route')}, best first`}
      </h3>
      {routes.length === 0 ? (
        <p class="muted">Nothing meets all of the conditions. What was left out says which of them to give up.</p>
      ) : null}
      <ol class="route-list">
        {shown.map((route, index) => (
          <RouteCard
            key={`${route.region} ${route.invocationId}`}
            route={route}
            rank={index + 1}
            action="Open the snippet and the policy"
            onChoose={() => openCell(route.modelId, route.region)}
          />
        ))}
      </ol>
      {shown.length < routes.length ? (
        <button type="button" class="quiet" onClick={() => ask({ all: '1' })}>
          Show {routes.length - shown.length} more
        </button>
      ) : null}
      {unknownRegions.length > 0 ? (
        <p class="notice">
          {plural(unknownRegions.length, 'region')} might offer more, but {unknownRegions.length === 1 ? 'is' : 'are'}{' '}
          not fully known: {unknownRegions.map(({ region }) => region).join(', ')}.
        </p>
      ) : null}
      <RejectedList rejected={rejected} open={routes.length === 0} />
      <details class="explanation">
        <summary>The whole as text</summary>
        <CopyButton text={text} what="the explanation" />
        <pre tabIndex={0}>{text}</pre>
      </details>
    </section>
  );
}

function hasResidency(asked: Readonly<Record<string, string>>): boolean {
  return (asked['residency'] ?? '') !== '';
}

function regionList(text: string): string {
  return text
    .split(/[\s,]+/)
    .filter(Boolean)
    .join(',');
}

function Select({
  name,
  options,
}: {
  readonly name: string;
  readonly options: readonly (readonly [value: string, text: string])[];
}) {
  return (
    <select value={settings.value.ask[name] ?? ''} onChange={(event) => ask({ [name]: event.currentTarget.value })}>
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
}

function Field({
  label,
  wide = false,
  children,
}: {
  readonly label: string;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <label class={wide ? 'field wide' : 'field'}>
      <span>{label}</span>
      {children}
    </label>
  );
}
