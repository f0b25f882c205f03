import type { Knowledge, Matrix, MatrixModel, MatrixProfile, MatrixState } from 'explorer-web';
import type { DiscoveredModel, DiscoveredProfile, RegionStatus } from 'nestjs-bedrock-discovery';

export interface MatrixParts {
  readonly models: readonly DiscoveredModel[];
  readonly profiles: readonly DiscoveredProfile[];
  readonly modelStatuses: readonly RegionStatus[];
  readonly profileStatuses: readonly RegionStatus[];
  /** Undefined where access was never asked for. */
  readonly accessTo?: (modelId: string, region: string) => MatrixState['access'];
}

/** What the rows and columns of the matrix are, and how each model can be invoked in each region. */
export function buildMatrix(parts: MatrixParts): Omit<Matrix, 'source' | 'note'> {
  const statuses = { models: byRegion(parts.modelStatuses), profiles: byRegion(parts.profileStatuses) };
  const regions = [...new Set([...statuses.models.keys(), ...statuses.profiles.keys()])].sort();
  const routes = profilesByModel(parts.profiles);
  return {
    regions: regions.map((region) => ({
      region,
      models: knowledgeOf(statuses.models.get(region)),
      profiles: knowledgeOf(statuses.profiles.get(region)),
    })),
    profiles: parts.profiles.map(describeProfile),
    models: [...parts.models, ...unlistedModels(parts.models, routes)].sort(byId).map((model) => {
      const accessTo = (region: string): MatrixState['access'] => parts.accessTo?.(model.modelId, region);
      return modelRow(model, regions, routes.get(model.modelId) ?? new Map(), accessTo);
    }),
  };
}

export function knowledgeOf(status: RegionStatus | undefined): Knowledge {
  if (status?.unreadable !== undefined) {
    return 'partial';
  }
  if (status?.scannedAt !== undefined) {
    return status.stale ? 'stale' : 'known';
  }
  return status?.status === 'failed' ? 'failed' : 'pending';
}

type Row = Omit<DiscoveredModel, 'customizationsSupported' | 'regions'>;
type ProfilesByRegion = ReadonlyMap<string, readonly number[]>;

function modelRow(
  model: Row,
  regions: readonly string[],
  profiles: ProfilesByRegion,
  accessTo: (region: string) => MatrixState['access'],
): MatrixModel {
  const states: MatrixState[] = [];
  const numbers = new Map<string, number>();
  const cells = regions.map((region) => {
    const here = model.availability[region];
    const led = profiles.get(region) ?? [];
    if (here === undefined && led.length === 0) {
      return -1;
    }
    const access = accessTo(region);
    const state = {
      ...(here !== undefined && { lifecycle: here.lifecycle }),
      inference: here?.inferenceTypesSupported ?? [],
      profiles: led,
      ...(access !== undefined && { access }),
    };
    const key = JSON.stringify(state);
    const number = numbers.get(key) ?? states.push(state) - 1;
    numbers.set(key, number);
    return number;
  });
  const { modelId: id, modelName: name, providerName: provider, inputModalities, outputModalities } = model;
  const { responseStreamingSupported: streaming } = model;
  const about = { id, name, provider, input: inputModalities, output: outputModalities };
  return { ...about, ...(streaming !== undefined && { streaming }), states, cells };
}

/** Models that no region lists, though profiles lead to them: they can be invoked all the same. */
function unlistedModels(listed: readonly Row[], routes: ReadonlyMap<string, ProfilesByRegion>): readonly Row[] {
  const known = new Set(listed.map(({ modelId }) => modelId));
  return [...routes.keys()]
    .filter((modelId) => !known.has(modelId))
    .map((modelId) => ({
      modelId,
      modelName: modelId,
      providerName: modelId.split('.', 1)[0] ?? '',
      inputModalities: [],
      outputModalities: [],
      availability: {},
    }));
}

function profilesByModel(profiles: readonly DiscoveredProfile[]): ReadonlyMap<string, Map<string, number[]>> {
  const models = new Map<string, Map<string, number[]>>();
  for (const [number, { modelIds, availability }] of profiles.entries()) {
    for (const modelId of modelIds) {
      const regions = models.get(modelId) ?? new Map<string, number[]>();
      models.set(modelId, regions);
      for (const [region, { status }] of Object.entries(availability)) {
        if (status === 'ACTIVE') {
          regions.set(region, [...(regions.get(region) ?? []), number]);
        }
      }
    }
  }
  return models;
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

function byId(a: Row, b: Row): number {
  return a.modelId < b.modelId ? -1 : 1;
}
