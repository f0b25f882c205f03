import type { Matrix, MatrixModel, MatrixRegion, MatrixState } from '../api/matrix.types.js';

/** What one cell shows and says. */
export interface CellView {
  /** Whether the model can be invoked here, as far as is known. */
  readonly invocable: boolean;
  readonly classes: string;
  /** Geographies of system profiles, one to a line. */
  readonly text: string;
  /** The whole in words. */
  readonly label: string;
}

/** At most two letters: two stand above each other in a cell. */
const SHORT: Readonly<Record<string, string>> = { apac: 'ap', 'us-gov': 'gv' };
const MOST_LINES = 2;

/** Cells that share a state look alike; what was described once is not described again. */
const described = new WeakMap<object, Map<string, CellView>>();
const ELSEWHERE = {};

export function describeCell(matrix: Matrix, model: MatrixModel, column: number): CellView {
  const region = matrix.regions[column];
  const state = model.states[model.cells[column] ?? -1];
  if (region === undefined) {
    throw new RangeError(`There is no column ${column}.`);
  }
  const key = `${region.models} ${region.profiles}`;
  const owner = state ?? ELSEWHERE;
  const views = described.get(owner) ?? new Map<string, CellView>();
  described.set(owner, views);
  let view = views.get(key);
  if (view === undefined) {
    view = state === undefined ? withoutState(region) : withState(matrix, state, region);
    views.set(key, view);
  }
  return view;
}

export function isLegacy({ lifecycle }: MatrixState): boolean {
  return lifecycle !== undefined && lifecycle.status !== 'ACTIVE';
}

function withoutState({ models, profiles }: MatrixRegion): CellView {
  const unknown = [models, profiles].filter((each) => each !== 'known' && each !== 'stale');
  if (unknown.length === 0) {
    return { invocable: false, classes: 'no', text: '', label: 'Not offered' };
  }
  if (unknown.includes('pending')) {
    return { invocable: false, classes: 'pd', text: '', label: 'Not known yet: the region has not answered' };
  }
  if (unknown.includes('partial')) {
    return { invocable: false, classes: 'uk', text: '', label: 'Unknown: not all of the region could be read' };
  }
  const label =
    unknown.length === 2
      ? 'Unknown: asking the region failed'
      : `Unknown: asking for ${models === 'failed' ? 'models' : 'profiles'} failed`;
  return { invocable: false, classes: 'uk', text: '', label };
}

function withState(matrix: Matrix, state: MatrixState, region: MatrixRegion): CellView {
  const geographies = [...new Set(state.profiles.map((number) => matrix.profiles[number]?.geography ?? ''))];
  const system = geographies.filter((geography) => geography !== 'application' && geography !== 'global');
  const onDemand = state.inference.includes('ON_DEMAND');
  const denied = state.access === 'denied';
  const reachable = onDemand || state.profiles.length > 0;
  const stale = region.models === 'stale' || region.profiles === 'stale';
  const partial = [region.models, region.profiles].some((each) => each !== 'known' && each !== 'stale');
  const flags: readonly (readonly [boolean, string])[] = [
    [onDemand, 'od'],
    [system.length > 0, 'ge'],
    [geographies.includes('global'), 'gl'],
    [geographies.includes('application'), 'ap'],
    [!reachable, 'li'],
    [isLegacy(state), 'lg'],
    [stale, 'st'],
    [partial, 'pa'],
    [denied, 'dn'],
    [state.access === 'obtainable', 'ob'],
  ];
  return {
    invocable: reachable && !denied,
    classes: flags.flatMap(([holds, name]) => (holds ? [name] : [])).join(' '),
    text: system
      .slice(0, MOST_LINES)
      .map((geography) => SHORT[geography] ?? geography)
      .join('\n'),
    label: sentence(matrix, state, { onDemand, stale, partial, unlisted: isUnlisted(state, region) }),
  };
}

/** Where the region's models are not known, nobody knows whether it lists this one. */
function isUnlisted({ lifecycle }: MatrixState, { models }: MatrixRegion): boolean {
  return lifecycle === undefined && (models === 'known' || models === 'stale');
}

function sentence(
  matrix: Matrix,
  state: MatrixState,
  is: { onDemand: boolean; stale: boolean; partial: boolean; unlisted: boolean },
): string {
  const names = state.profiles.map((number) => matrix.profiles[number]);
  const application = names.filter((profile) => profile?.geography === 'application').length;
  const geographies = [...new Set(names.map((profile) => profile?.geography ?? ''))];
  const system = geographies.filter((geography) => geography !== 'application');
  const ways = [
    ...(is.onDemand ? ['on demand'] : []),
    ...(system.length > 0 ? [`through ${system.join(' and ')} ${system.length > 1 ? 'profiles' : 'profile'}`] : []),
    ...(application > 0 ? [`through ${application} application ${application > 1 ? 'profiles' : 'profile'}`] : []),
  ];
  const [first, ...rest] = ways;
  const how =
    first === undefined
      ? `Listed, but no way to invoke it${state.inference.includes('PROVISIONED') ? ' but provisioned throughput' : ''}`
      : [first.charAt(0).toUpperCase() + first.slice(1), ...rest].join(', ');
  const { lifecycle, access } = state;
  return [
    how,
    ...(is.unlisted ? ['the region does not list the model itself'] : []),
    ...(isLegacy(state)
      ? [`legacy${lifecycle?.endOfLifeTime === undefined ? '' : `, ends ${lifecycle.endOfLifeTime.slice(0, 10)}`}`]
      : []),
    ...(access === undefined ? [] : [ACCESS[access]]),
    ...(is.partial ? ['not all of the region is known'] : []),
    ...(is.stale ? ['from old data'] : []),
  ].join('; ');
}

const ACCESS: Readonly<Record<NonNullable<MatrixState['access']>, string>> = {
  observed: 'a call has succeeded',
  available: 'access granted',
  obtainable: 'a first call accepts the terms',
  denied: 'access denied',
  unknown: 'access not known',
};
