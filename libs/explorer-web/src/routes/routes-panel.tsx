import type { ComponentChildren } from 'preact';
import type { AccessDemand, CheaperRoute, Preference, UnknownFacts } from 'nestjs-bedrock-discovery';
import { VERDICT_WORDS, VIA_WORDS, VIAS } from 'nestjs-bedrock-discovery/enumerations';
import type { ExplainedResolution } from '../api/answers.types.js';
import { idInPath } from '../api/http.js';
import { useAnswer, valueOf } from '../api/use-answer.js';
import { Blank } from '../shell/blank.js';
import { CopyButton } from '../shell/copy-button.js';
import { isUnknown, UnknownRegions } from '../regions/unknown-regions.js';
import { capitalized, plural } from '../shell/words.js';
import { hasResidency, lensInWords, routeQuery } from '../state/lens.js';
import { ask, compare, compared, matrix, modelsById, settings } from '../state/store.js';
import { Family, Nearest } from './found-models.js';
import { NoRoute } from './no-route.js';
import { RejectedList } from './rejected-list.js';
import { priceInWords } from './route-facts.js';
import { groupById, RouteGroupCard } from './route-group.js';

type Option = readonly [value: string, text: string];

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

const UNKNOWN: Readonly<Record<UnknownFacts, string>> = { keep: 'Kept', reject: 'Left out' };

/** What is usual is left out of the question. */
const optionsOf = (texts: Readonly<Record<string, string>>, usual: string): readonly Option[] =>
  Object.entries(texts).map(([value, text]) => [value === usual ? '' : value, text]);

/** More cards than anybody reads; the rest is one press away. */
const FIRST_GROUPS = 6;

/** Where a model can be run: the ranked routes, and what was left out and why. */
export function RoutesPanel() {
  const { ask: asked } = settings.value;
  const { model = '', all = '' } = asked;
  const query = routeQuery(settings.value);
  const id = model.trim();
  const path = id !== '' ? `models/${idInPath(id)}/route?${query}` : undefined;
  const answer = useAnswer<ExplainedResolution>(path, matrix.value);
  const resolution = valueOf(answer);
  return (
    <div class="panel-body">
      {id === '' ? (
        <Blank
          title="Where can I run this?"
          text="Name a model, a family, an id or an ARN in the box above. The routes to it appear here, best first; below them what was left out, and why."
        >
          <button type="button" class="action" onClick={() => document.querySelector<HTMLElement>('#search')?.focus()}>
            Name a model
          </button>
        </Blank>
      ) : (
        <Asked id={id} />
      )}
      <Conditions />
      {id === '' ? null : answer.kind === 'failed' && answer.problem?.ambiguous === true ? (
        <Family text={id} members={answer.problem.nearest ?? []} query={query} />
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

/** What the answer is about, and what it is seen through. */
function Asked({ id }: { readonly id: string }) {
  const name = modelsById.value.get(id)?.name;
  const within = lensInWords(settings.value.ask);
  return (
    <>
      <p class="model-name">
        {name ?? id}
        {name === undefined ? null : <CompareButton id={id} />}
      </p>
      {name === undefined ? null : <code class="model-id">{id}</code>}
      {within === '' ? null : <p class="within">{capitalized(within)}.</p>}
    </>
  );
}

function CompareButton({ id }: { readonly id: string }) {
  return (
    <button type="button" class="quiet" aria-pressed={compared.value.includes(id)} onClick={() => compare(id)}>
      {compared.value.includes(id) ? 'Compared' : 'Compare'}
    </button>
  );
}

/** What is asked less often than where data stays, which stands above the page. */
function Conditions() {
  const { ask: asked } = settings.value;
  return (
    <details class="conditions">
      <summary>More conditions, and the order</summary>
      <form class="ask" onSubmit={(event) => event.preventDefault()}>
        <Field label="Prefer">
          <Select name="prefer" options={optionsOf(PREFERENCES, 'latency')} />
        </Field>
        <Field label="Invoked">
          <Select name="via" options={WAYS} />
        </Field>
        <Field label="Access">
          <Select name="access" options={optionsOf(DEMANDS, 'not-denied')} />
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
          <Amount name="minDaysToEndOfLife" placeholder="0" />
        </Field>
        <Field label="Price of a million tokens out, at most">
          <Amount name="maxOutputPricePerMillion" />
        </Field>
        <Field label="Tokens a minute, at least">
          <Amount name="minTokensPerMinute" />
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
    </details>
  );
}

function Resolved({ resolution, all }: { readonly resolution: ExplainedResolution; readonly all: boolean }) {
  const { routes, rejected, text } = resolution;
  const unknown = resolution.unknownRegions.filter(isUnknown);
  const groups = groupById(routes);
  const shown = all ? groups : groups.slice(0, FIRST_GROUPS);
  return (
    <section class="resolution" aria-label="Routes">
      <h3 aria-live="polite">
        {routes.length > 0
          ? `${plural(routes.length, 'route')} by ${plural(groups.length, 'id')}, best first`
          : resolution.verdict === 'unknown'
            ? 'No eligible route in the regions that are known'
            : 'No eligible route'}
      </h3>
      {routes.length > 0 ? <p class="muted order-words">{orderInWords()}</p> : <NoRoute resolution={resolution} />}
      {resolution.cheaper === undefined ? null : <Cheaper {...resolution.cheaper} />}
      <ol class="route-list">
        {shown.map((group, index) => (
          <RouteGroupCard key={group.invocationId} group={group} rank={index + 1} />
        ))}
      </ol>
      {shown.length < groups.length ? (
        <button type="button" class="quiet" onClick={() => ask({ all: '1' })}>
          Show {groups.length - shown.length} more
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
      {priceInWords({ ...price, asOf: undefined })}, and is left out: {VERDICT_WORDS[code]}.
    </p>
  );
}

/** What the routes are ordered by. */
function orderInWords(): string {
  const { ask: asked } = settings.value;
  const prefer = new URLSearchParams(routeQuery(settings.value)).get('prefer');
  return (
    [
      'What can be called now comes first',
      ...((asked['preferred'] ?? '') === '' ? [] : [`of that ${asked['preferred']?.replaceAll(',', ', ')}`]),
      ...(prefer === 'price' ? ['of that the cheapest'] : []),
      'then the fastest from here (close ones count as equal)',
      ...(prefer === 'single-region' ? ['of like ones those served in a single region'] : []),
      ...(prefer === 'throughput' ? ['of like ones those served in most regions'] : []),
    ].join(', ') + '.'
  );
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

function Amount({ name, placeholder = 'any' }: { readonly name: string; readonly placeholder?: string }) {
  return (
    <input
      type="number"
      min="0"
      step="any"
      value={settings.value.ask[name] ?? ''}
      placeholder={placeholder}
      onChange={(event) => ask({ [name]: event.currentTarget.value })}
    />
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
