import { randomShare } from '../settings/random-share.js';
import { ENABLED_BY_DEFAULT, MODELS, OPT_IN, PROFILES, REGIONS, SURVEYED_ON } from './catalogue-data.js';
import type { CatalogueSource } from './catalogue-file.js';
import type { CatalogueModel, CatalogueProfile, Destinations, ModelLifecycle } from './catalogue-types.js';

const MODALITIES: Record<string, string> = {
  T: 'TEXT',
  I: 'IMAGE',
  V: 'VIDEO',
  S: 'SPEECH',
  A: 'AUDIO',
  E: 'EMBEDDING',
};
const CUSTOMIZATIONS: Record<string, string> = { F: 'FINE_TUNING', D: 'DISTILLATION', P: 'PREFERENCE_FINE_TUNING' };
const INFERENCE_TYPES: Record<string, string> = { O: 'ON_DEMAND', P: 'PROVISIONED', I: 'INFERENCE_PROFILE' };

/** Profiles whose model is not listed anywhere still carry a date of creation. */
const FALLBACK_CREATION = '2024-09-25T00:00:00Z';

/** The built-in catalogue, freshly read. */
export function builtInCatalogue(): CatalogueSource {
  const models = readModels();
  const profiles = readProfiles(models);
  return { surveyedOn: SURVEYED_ON, enabledByDefault: ENABLED_BY_DEFAULT, optIn: OPT_IN, models, profiles };
}

/** The models of the built-in catalogue, freshly read. */
export function readModels(): CatalogueModel[] {
  return lines(MODELS).map((line) => {
    const [modelId = '', modelName = '', providerName = '', input, output, streaming, customizations, times, types] =
      line.split('|');
    const inferenceTypes = new Map<string, readonly string[]>();
    for (const group of types?.split(',') ?? []) {
      const [codes, regions] = group.split('=');
      for (const region of regionsOf(regions)) {
        const names = namesOf(codes, INFERENCE_TYPES);
        inferenceTypes.set(region, randomShare(modelId, region) < 0.5 ? names : names.toReversed());
      }
    }
    return {
      modelId,
      modelName,
      providerName,
      inputModalities: namesOf(input, MODALITIES),
      outputModalities: namesOf(output, MODALITIES),
      ...(streaming ? { responseStreamingSupported: streaming === 'y' } : {}),
      customizationsSupported: namesOf(customizations, CUSTOMIZATIONS),
      lifecycle: lifecycleOf(times ?? ''),
      regionalLifecycle: new Map(),
      inferenceTypes,
    };
  });
}

/**
 * The system-defined profiles of the built-in catalogue, freshly read. Their times are not facts but derived:
 * creation is the model's start of life, and half of them were updated since, with a fraction of a second.
 */
export function readProfiles(models: readonly CatalogueModel[]): CatalogueProfile[] {
  const starts = new Map(models.map((model) => [model.modelId, model.lifecycle.startOfLifeTime]));
  return lines(PROFILES).map((line) => {
    const [inferenceProfileId = '', inferenceProfileName = '', groups] = line.split('|');
    const modelId = inferenceProfileId.slice(inferenceProfileId.indexOf('.') + 1);
    const routes = new Map<string, Destinations>();
    for (const group of groups?.split(',') ?? []) {
      const [sources, destinations] = group.split('>');
      for (const source of regionsOf(sources)) {
        routes.set(source, destinations === '*' ? 'global' : regionsOf(destinations).toSorted());
      }
    }
    const createdAt = starts.get(modelId) ?? FALLBACK_CREATION;
    return {
      inferenceProfileId,
      inferenceProfileName,
      type: 'SYSTEM_DEFINED',
      modelId,
      createdAt,
      updatedAt: updatedAfter(createdAt, randomShare(inferenceProfileId)),
      routes,
    };
  });
}

function updatedAfter(createdAt: string, share: number): string {
  if (share < 0.5) {
    return createdAt;
  }
  const days = (share - 0.5) * 60;
  const updated = new Date(Date.parse(createdAt) + Math.round(days * 86_400_000)).toISOString();
  return `${updated.slice(0, -1)}${String(Math.floor(share * 1000)).padStart(3, '0')}Z`;
}

function lifecycleOf(times: string): ModelLifecycle {
  const [start, end, legacy, extended] = times
    .split(',')
    .map((time) => (time ? `${time}${':00:00Z'.slice(completed(time))}` : undefined));
  return {
    status: legacy ? 'LEGACY' : 'ACTIVE',
    ...(start ? { startOfLifeTime: start } : {}),
    ...(end ? { endOfLifeTime: end } : {}),
    ...(legacy ? { legacyTime: legacy } : {}),
    ...(extended ? { publicExtendedAccessTime: extended } : {}),
  };
}

/** How much of `:00:00Z` the data already spells out: `…T08`, `…T14:30` or `…T21:41:50`. */
function completed(time: string): number {
  return time.length - 'yyyy-mm-ddThh'.length;
}

function lines(table: string): string[] {
  return table.trim().split('\n');
}

function namesOf(codes = '', names: Record<string, string>): string[] {
  return codes.split('').map((code) => names[code] ?? code);
}

function regionsOf(bits = ''): string[] {
  const set = Number.parseInt(bits, 36);
  // Shifting would end at 32 regions.
  return REGIONS.filter((_, index) => Math.floor(set / 2 ** index) % 2 === 1);
}
