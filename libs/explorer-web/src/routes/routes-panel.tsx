import type { ComponentChildren } from 'preact';
import type { AccessDemand, CheaperRoute, Preference, UnknownFacts } from 'nestjs-bedrock-discovery';
import {
  GEOGRAPHY_LABELS,
  RETENTION_MODES,
  RETENTION_WORDS,
  VERDICT_WORDS,
  VIA_WORDS,
  VIAS,
} from 'nestjs-bedrock-discovery/enumerations';
import type { ExplainedResolution } from '../api/answers.types.js';
import { idInPath } from '../api/http.js';
import { useAnswer, valueOf } from '../api/use-answer.js';
import { Blank } from '../shell/blank.js';
import { CopyButton } from '../shell/copy-button.js';
import { isUnknown, UnknownRegions } from '../regions/unknown-regions.js';
import { capitalized, plural } from '../shell/words.js';
import { ask, matrix, modelsById, openCell, settings } from '../state/store.js';
import { Family, Nearest } from './found-models.js';
import { RejectedList } from './rejected-list.js';
import { RouteCard } from './route-card.js';

type Option = readonly [value: string, text: string];

const RESIDENCIES: readonly Option[] = [['', 'Anywhere'], ...Object.entries(GEOGRAPHY_LABELS)];

const WAYS: readonly Option[] = [
  ['', 'Any way'],
  ...VIAS.map((via): Option => [via, `${capitalized(VIA_WORDS[via])} only`]),
  [VIAS.filter((via) => via !== 'application-profile').join(','), 'No application profiles'],
];

const PREFERENCES: Readonly<Record<Preference, string>> = {
  latency: 'Latency',
  'single-region': 'A single region',
  throughput: 'Throughput',
  price: 'Price',
};

const DEMANDS: Readonly<Record<AccessDemand, string>> = {
  'not-denied': 'Not denied',
  known: 'Known to be granted',
  any: 'Denied ones too',
};

const RETENTIONS: readonly Option[] = [
  ['', 'Any mode'],
  ...RETENTION_MODES.map((mode): Option => [mode, `${mode}: ${RETENTION_WORDS[mode]}`]),
];

const UNKNOWN: Readonly<Record<UnknownFacts, string>> = { keep: 'Kept', reject: 'Left out' };

/** What is usual is left out of the question. */
const optionsOf = (texts: Readonly<Record<string, string>>, usual: string): readonly Option[] =>
  Object.entries(texts).map(([value, text]) => [value === usual ? '' : value, text]);

/** More cards than anybody reads; the rest is one press away. */
const FIRST_ROUTES = 12;

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
  const path = id !== '' ? `models/${idInPath(id)}/route?${query}` : undefined;
  const answer = useAnswer<ExplainedResolution>(path, matrix.value);
  const resolution = valueOf(answer);
  return (
    <div class="panel-body">
      <form class="ask" onSubmit={(event) => event.preventDefault()}>
        <Field label="Model" wide>
          <input
            list="model-ids"
            value={model}
            placeholder="Model, family, profile or ARN"
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
          <Select name="prefer" options={optionsOf(PREFERENCES, 'latency')} />
        </Field>
        <Field label="Invoked">
          <Select name="via" options={WAYS} />
        </Field>
        <Field label="Access">
          <Select name="access" options={optionsOf(DEMANDS, 'not-denied')} />
        </Field>
        <Field label="Data retention, at most">
          <Select name="retention" options={RETENTIONS} />
        </Field>
        <Field label="Where a fact is not known">
          <Select name="unknownFacts" options={optionsOf(UNKNOWN, 'keep')} />
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
      {id === '' ? (
        <Blank
          title="Where can I run this?"
          text="Choose a model. The routes to it appear here, best first, each with its reasons; below them what was left out, and why."
        />
      ) : answer.kind === 'failed' && answer.problem?.ambiguous === true ? (
        <Family text={id} members={answer.problem.nearest ?? []} query={query.toString()} />
      ) : answer.kind === 'failed' && answer.problem?.nearest !== undefined ? (
        <Nearest text={id} problem={answer.problem} />
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
  const { routes, rejected, text } = resolution;
  const unknown = resolution.unknownRegions.filter(isUnknown);
  const shown = all ? routes : routes.slice(0, FIRST_ROUTES);
  return (
    <section class="resolution" aria-label="Routes">
      <h3 aria-live="polite">
        {routes.length > 0
          ? `${plural(routes.length, 'route')}, best first`
          : resolution.verdict === 'unknown'
            ? 'No eligible route in the regions that are known'
            : 'No eligible route'}
      </h3>
      {routes.length === 0 && rejected.length > 0 ? (
        <p class="muted">
          Nothing {resolution.verdict === 'unknown' ? 'that is known ' : ''}meets all of the conditions. What was left
          out says which of them to give up.
        </p>
      ) : null}
      {resolution.cheaper === undefined ? null : <Cheaper {...resolution.cheaper} />}
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
      {unknown.length > 0 ? (
        <div class="notice">
          <p>
            {plural(unknown.length, 'region')} might offer {routes.length > 0 ? 'more' : 'one'}, but{' '}
            {unknown.length === 1 ? 'is' : 'are'} not fully known:
          </p>
          <UnknownRegions regions={unknown} />
        </div>
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

/** What the conditions cost. */
function Cheaper({ region, invocationId, code, price, surchargePercent }: CheaperRoute) {
  return (
    <p class="muted">
      The conditions cost {Math.round(surchargePercent)} %: <code>{invocationId}</code> from {region} takes{' '}
      {price.inputPerMillion} in and {price.outputPerMillion} out {price.currency} for a million tokens, and is left out
      as {VERDICT_WORDS[code]}.
    </p>
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

function Select({ name, options }: { readonly name: string; readonly options: readonly Option[] }) {
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
