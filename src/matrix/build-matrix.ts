import type {
  Knowledge,
  Matrix,
  MatrixModel,
  MatrixPrice,
  MatrixProfile,
  MatrixRegion,
  MatrixState,
} from 'explorer-web';
import {
  type DiscoveredModel,
  type DiscoveredProfile,
  type ModelVerdict,
  type PathVerdict,
  type RegionStatus,
  type RegionVerdict,
  VIAS,
} from 'nestjs-bedrock-discovery';

export interface MatrixParts {
  /** By id. */
  readonly verdicts: readonly ModelVerdict[];
  /** What describes the models and profiles that the verdicts are about. */
  readonly models: readonly DiscoveredModel[];
  readonly profiles: readonly DiscoveredProfile[];
  readonly modelStatuses: readonly RegionStatus[];
  readonly profileStatuses: readonly RegionStatus[];
  /** Undefined where access was never asked for. */
  readonly accessTo?: (modelId: string, region: string) => MatrixState['access'];
}

/** The verdict on each model in each region, with what describes it; what many cells share is written once. */
export function buildMatrix(parts: MatrixParts): Omit<Matrix, 'source' | 'note'> {
  const statuses = { models: byRegion(parts.modelStatuses), profiles: byRegion(parts.profileStatuses) };
  const regions = [...new Set([...statuses.models.keys(), ...statuses.profiles.keys()])].sort();
  const described = new Map(parts.models.map((model) => [model.modelId, model]));
  const shared = { numbers: numbersOf(parts.profiles), prices: new PriceNumbers() };
  const models = parts.verdicts.map((verdict) => {
    const accessTo = (region: string): MatrixState['access'] => parts.accessTo?.(verdict.modelId, region);
    return rowOf(verdict, described.get(verdict.modelId), regions, shared, accessTo);
  });
  return {
    regions: regions.map((region) => columnOf(region, statuses.models.get(region), statuses.profiles.get(region))),
    profiles: parts.profiles.map(describeProfile),
    prices: shared.prices.list,
    models,
  };
}

/** What cells name by its number. */
interface Shared {
  /** Of profiles, by what a call passes as `modelId`. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly prices: PriceNumbers;
}

class PriceNumbers {
  readonly list: MatrixPrice[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(price: MatrixPrice | undefined): number | undefined {
    if (price === undefined) {
      return undefined;
    }
    const key = JSON.stringify(price);
    const number = this.#numbers.get(key) ?? this.list.push(price) - 1;
    this.#numbers.set(key, number);
    return number;
  }
}

function knowledgeOf(status: RegionStatus | undefined): Knowledge {
  if (status?.scannedAt === undefined) {
    return status?.status === 'failed' ? 'failed' : 'pending';
  }
  return status.unreadable !== undefined ? 'partial' : status.stale ? 'stale' : 'known';
}

function columnOf(region: string, models: RegionStatus | undefined, profiles: RegionStatus | undefined): MatrixRegion {
  const failures = { ...failureOf('models', models), ...failureOf('profiles', profiles) };
  const column = { region, models: knowledgeOf(models), profiles: knowledgeOf(profiles) };
  return Object.keys(failures).length === 0 ? column : { ...column, failures };
}

function failureOf(operation: 'models' | 'profiles', status: RegionStatus | undefined): MatrixRegion['failures'] {
  if (status?.failure === undefined || knowledgeOf(status) !== 'failed') {
    return {};
  }
  const { kind, message, remedy } = status.failure;
  return { [operation]: { kind, message, remedy } };
}

function rowOf(
  { modelId, modelName, providerName, regions: judged }: ModelVerdict,
  model: DiscoveredModel | undefined,
  regions: readonly string[],
  shared: Shared,
  accessTo: (region: string) => MatrixState['access'],
): MatrixModel {
  const verdicts = new Map(judged.map((verdict) => [verdict.region, verdict]));
  const states: MatrixState[] = [];
  const known = new Map<string, number>();
  const cells = regions.map((region) => {
    const verdict = verdicts.get(region) ?? { region, verdict: 'unknown', paths: [] };
    if (verdict.code === 'NOT_OFFERED') {
      return -1;
    }
    const state = stateOf(verdict, model?.availability[region], shared, accessTo(region));
    const key = JSON.stringify(state);
    const number = known.get(key) ?? states.push(state) - 1;
    known.set(key, number);
    return number;
  });
  const { inputModalities: input = [], outputModalities: output = [], responseStreamingSupported } = model ?? {};
  const streaming = responseStreamingSupported === undefined ? {} : { streaming: responseStreamingSupported };
  return { id: modelId, name: modelName, provider: providerName, input, output, ...streaming, states, cells };
}

function stateOf(
  { verdict, code, paths }: RegionVerdict,
  listed: DiscoveredModel['availability'][string] | undefined,
  { numbers, prices }: Shared,
  access: MatrixState['access'],
): MatrixState {
  const ways = paths.filter((path) => path.verdict === verdict && path.code === code);
  return {
    verdict,
    ...(code !== undefined && { code }),
    vias: VIAS.filter((via) => ways.some((way) => way.via === via)),
    profiles: ways.flatMap(({ invocationId }) => numbers.get(invocationId) ?? []),
    // Regions list them in either order.
    inference: [...(listed?.inferenceTypesSupported ?? [])].sort(),
    ...(listed !== undefined && { lifecycle: listed.lifecycle }),
    ...(access !== undefined && { access }),
    ...(verdict === 'eligible' && present({ price: prices.numberOf(priceOf(ways)), tokensPerMinute: quotaOf(ways) })),
  };
}

/** Of the cheapest way, by three tokens in for each one out. Those in another currency than the first are not compared. */
function priceOf(ways: readonly PathVerdict[]): MatrixPrice | undefined {
  const priced = ways.flatMap(({ price, destinations }) => (price === undefined ? [] : [{ price, destinations }]));
  const blend = ({ price }: (typeof priced)[number]): number => 3 * price.inputPerMillion + price.outputPerMillion;
  const [cheapest] = priced
    .filter(({ price }) => price.currency === priced[0]?.price.currency)
    .sort((one, other) => blend(one) - blend(other));
  if (cheapest === undefined) {
    return undefined;
  }
  const { inputPerMillion, outputPerMillion, currency } = cheapest.price;
  return {
    in: inputPerMillion,
    out: outputPerMillion,
    currency,
    ...(cheapest.destinations === 'global' && { anywhere: true }),
  };
}

function quotaOf(ways: readonly PathVerdict[]): number | undefined {
  const known = ways.flatMap(({ quota }) => quota?.tokensPerMinute ?? []);
  return known.length === 0 ? undefined : Math.max(...known);
}

function present<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** By what a call passes as `modelId`. */
function numbersOf(profiles: readonly DiscoveredProfile[]): ReadonlyMap<string, number> {
  return new Map(
    profiles.flatMap(({ inferenceProfileId, availability }, number) =>
      [inferenceProfileId, ...Object.values(availability).map(({ inferenceProfileArn }) => inferenceProfileArn)].map(
        (id) => [id, number] as const,
      ),
    ),
  );
}

function describeProfile({
  inferenceProfileId: id,
  inferenceProfileName: name,
  type,
}: DiscoveredProfile): MatrixProfile {
  return { id, name, geography: type === 'APPLICATION' ? 'application' : (id.split('.', 1)[0] ?? '') };
}

function byRegion(statuses: readonly RegionStatus[]): ReadonlyMap<string, RegionStatus> {
  return new Map(statuses.map((status) => [status.region, status]));
}
