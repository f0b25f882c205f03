import { GEOGRAPHY_LABELS, RETENTION_WORDS, type RetentionMode } from 'nestjs-bedrock-discovery/enumerations';
import type { ViewSettings } from './view-settings.js';

type Asked = Pick<ViewSettings, 'ask' | 'cells'>;

/** Of a question, what is no condition: which model, and how much of the answer is shown. */
const NO_CONDITIONS: ReadonlySet<string> = new Set(['model', 'all']);
/** What orders routes, and leaves the verdict on them alone. */
const ORDER: ReadonlySet<string> = new Set(['prefer', 'preferred']);
/** Numbers in the cells are what routes are then preferred by. */
const PREFERRED = { ways: '', price: 'price', quota: 'throughput' } as const;

export function hasResidency(ask: ViewSettings['ask']): boolean {
  return (ask['residency'] ?? '') !== '';
}

function conditionsOf(ask: ViewSettings['ask']): [name: string, value: string][] {
  return Object.entries(ask).filter(
    ([name, value]) =>
      value !== '' &&
      !NO_CONDITIONS.has(name) &&
      // A residency leaves out global profiles by itself, and does not take both.
      !(name === 'allowGlobal' && hasResidency(ask)),
  );
}

/** What everything on the page is seen through, as the application takes it: the conditions on a route. */
export function lensOf(ask: ViewSettings['ask']): string {
  return new URLSearchParams(conditionsOf(ask).filter(([name]) => !ORDER.has(name))).toString();
}

/** The conditions, and the order of the routes that meet them. */
export function routeQuery({ ask, cells }: Asked): string {
  const query = new URLSearchParams(conditionsOf(ask));
  if (!query.has('prefer') && PREFERRED[cells] !== '') {
    query.set('prefer', PREFERRED[cells]);
  }
  return query.toString();
}

/** The conditions in few words; empty where there is none. */
export function lensInWords(ask: ViewSettings['ask']): string {
  return conditionsOf(ask)
    .filter(([name]) => !ORDER.has(name))
    .map(([name, value]) => conditionInWords(name, value))
    .join(', ');
}

/** What a condition asks for. */
export function conditionInWords(name: string, value: string): string {
  switch (name) {
    case 'residency':
      return `within ${GEOGRAPHY_LABELS[value] ?? value}`;
    case 'retention':
      return `kept at most: ${RETENTION_WORDS[value as RetentionMode] ?? value}`;
    case 'allowGlobal':
      return 'without global profiles';
    case 'via':
      return `by ${value.replaceAll(',', ' or ')}`;
    case 'access':
      return value === 'any' ? 'with denied ones' : 'with known access';
    case 'minDaysToEndOfLife':
      return `at least ${value} days to its end`;
    case 'maxOutputPricePerMillion':
      return `at most ${value} for a million tokens out`;
    case 'minTokensPerMinute':
      return `at least ${value} tokens a minute`;
    case 'unknownFacts':
      return 'without what is not known';
    default:
      return `${name} ${value}`;
  }
}
