import type { FoundModel, RejectedRoute, Route } from 'nestjs-bedrock-discovery';
import { VIA_WORDS, VERDICT_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import type { Column } from '../output/table.js';
import { list, milliseconds, spaced, tenths } from '../output/words.js';

/** A route and its place. */
export interface RankedRow {
  readonly rank: number;
  readonly route: Route;
}

/** The columns of a route without its place. */
export const ROUTE_COLUMNS: readonly Column<RankedRow>[] = [
  { name: 'region', title: 'REGION', text: ({ route }) => route.region, essential: true },
  {
    name: 'latencyMs',
    title: 'LATENCY',
    text: ({ route }) => tenths(route.latencyMs),
    short: ({ route }) => milliseconds(route.latencyMs),
    align: 'right',
  },
  {
    name: 'invocationId',
    title: 'INVOCATION ID',
    text: ({ route }) => route.invocationId,
    cut: 'middle',
    essential: true,
    style: (_row, { strong }) => strong,
  },
  {
    name: 'destinations',
    title: 'SERVED IN',
    text: ({ route }) => spaced([route.destinations].flat()),
    short: ({ route }) => servedIn(route),
    style: ({ route }, { warning }) => (route.destinations === 'global' ? warning : String),
  },
  {
    name: 'via',
    title: 'VIA',
    text: ({ route }) => route.via,
    short: ({ route }) => VIA_WORDS[route.via],
  },
  {
    name: 'access',
    title: 'ACCESS',
    text: ({ route }) => route.access,
    style: ({ route }, { good, bad, faint }) =>
      route.access === 'denied' ? bad : route.access === 'unknown' ? faint : good,
  },
  {
    name: 'inputPerMillion',
    title: 'IN/M',
    text: ({ route }) => `${route.price?.inputPerMillion ?? ''}`,
    short: ({ route: { price } }) => (price === undefined ? '' : `${price.inputPerMillion} ${price.currency}`),
    align: 'right',
  },
  {
    name: 'outputPerMillion',
    title: 'OUT/M',
    text: ({ route }) => `${route.price?.outputPerMillion ?? ''}`,
    short: ({ route: { price } }) => (price === undefined ? '' : `${price.outputPerMillion} ${price.currency}`),
    align: 'right',
  },
  {
    name: 'tokensPerMinute',
    title: 'TOKENS/MIN',
    text: ({ route }) => `${route.quota?.tokensPerMinute ?? ''}`,
    short: ({ route }) => route.quota?.tokensPerMinute?.toLocaleString('en') ?? '',
    align: 'right',
  },
];

function servedIn({ destinations, region }: Route): string {
  if (destinations === 'global') {
    return 'any region';
  }
  const [only] = destinations;
  return destinations.length === 1
    ? only === region
      ? 'this region'
      : `${only}`
    : `${destinations.length} regions: ${list(destinations)}`;
}

export const RANK_COLUMN: Column<RankedRow> = {
  name: 'rank',
  title: '#',
  text: ({ rank }) => `${rank}`,
  align: 'right',
};

export const REASONS_COLUMN: Column<RankedRow> = {
  name: 'reasons',
  title: 'WHY',
  text: ({ route }) => route.reasons.join(' '),
};

/** The members of a family, each with its best route. */
export const FOUND_COLUMNS: readonly Column<FoundModel>[] = [
  { name: 'modelId', title: 'MODEL ID', text: ({ modelId }) => modelId, cut: 'middle', essential: true },
  { name: 'modelName', title: 'NAME', text: ({ modelName }) => modelName },
  {
    name: 'verdict',
    title: 'INVOCABLE',
    text: ({ verdict, code }): string => code ?? verdict,
    short: ({ verdict, code }) => (code === undefined ? INVOCABLE[verdict] : `no: ${VERDICT_WORDS[code]}`),
    style: ({ verdict }, { good, bad, faint }) => (verdict === 'eligible' ? good : verdict === 'unknown' ? faint : bad),
  },
  { name: 'region', title: 'BEST FROM', text: ({ route }) => route?.region ?? '' },
  {
    name: 'latencyMs',
    title: 'LATENCY',
    text: ({ route }) => tenths(route?.latencyMs),
    short: ({ route }) => milliseconds(route?.latencyMs),
    align: 'right',
  },
  {
    name: 'invocationId',
    title: 'INVOCATION ID',
    text: ({ route }) => route?.invocationId ?? '',
    cut: 'middle',
  },
  { name: 'reason', title: 'WHY NOT', text: ({ reason }) => reason ?? '' },
];

const INVOCABLE = { eligible: 'yes', not: 'no', unknown: 'not known' } as const;

export const REJECTED_COLUMNS: readonly Column<RejectedRoute>[] = [
  { name: 'region', title: 'REGION', text: ({ region }) => region, essential: true },
  {
    name: 'invocationId',
    title: 'INVOCATION ID',
    text: ({ invocationId }) => invocationId,
    cut: 'middle',
    essential: true,
  },
  { name: 'code', title: 'LEFT OUT', text: ({ code }) => code, style: (_row, { warning }) => warning },
  { name: 'reason', title: 'WHY', text: ({ reason }) => reason },
];
