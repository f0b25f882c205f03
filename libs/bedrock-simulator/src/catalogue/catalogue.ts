import { checkKeys, checkOneOf, checkText, checkTexts, refuse } from '../settings/checks.js';
import { defined } from '../settings/defined.js';
import type { CatalogueSource } from './catalogue-file.js';
import {
  type CatalogueModel,
  type CatalogueProfile,
  type Destinations,
  type ModelLifecycle,
  type Rate,
  TOOL_USES,
  type ToolUse,
} from './catalogue-types.js';
import { builtInCatalogue } from './read-catalogue.js';

/** A model to add; what is left out takes a plain default, or what the model has already. */
export interface NewModel {
  /** Base id; that of a model that is there changes it. */
  modelId: string;
  /** Default: the id. */
  modelName?: string;
  /** Default: the id's part before the first dot. */
  providerName?: string;
  /** Default: `['TEXT']`. */
  inputModalities?: readonly string[];
  /** Default: `['TEXT']`. */
  outputModalities?: readonly string[];
  /** Whether answers can be streamed. Default: not said. */
  responseStreamingSupported?: boolean;
  /** Default: none. */
  customizationsSupported?: readonly string[];
  /** Default: `['ON_DEMAND']`. */
  inferenceTypesSupported?: readonly string[];
  /** Default: `{ status: 'ACTIVE' }`. */
  lifecycle?: ModelLifecycle;
  /** Regions that list it. Default: all. */
  regions?: readonly string[];
}

/** A system-defined profile to add. */
export interface NewProfile {
  /** Its prefix is a geography, such as `eu`, or `global`. */
  inferenceProfileId: string;
  /** Default: the id. */
  inferenceProfileName?: string;
  /** Default: what follows the id's first dot. */
  modelId?: string;
  /** Source region → destinations. */
  routes: Readonly<Record<string, Destinations>>;
}

/** A profile that an account makes for itself, to track cost or usage. */
export interface NewApplicationProfile {
  /** The source region it is made in. */
  region: string;
  /** As the account calls it. */
  name: string;
  /** The system-defined profile it copies; or else `modelId`. */
  copyFrom?: string;
  /** The single model it wraps; or else `copyFrom`. */
  modelId?: string;
  /** In words. Default: none. */
  description?: string;
  /** Default: the simulator's account. */
  accountId?: string;
}

/** What became of a {@link NewApplicationProfile}. */
export interface ApplicationProfile {
  /** Opaque. */
  readonly inferenceProfileId: string;
  /** What calls name it by. */
  readonly inferenceProfileArn: string;
}

const LISTS = [
  'inputModalities',
  'outputModalities',
  'customizationsSupported',
  'inferenceTypesSupported',
  'regions',
] as const;
const MODEL_KEYS = [
  ...LISTS,
  'modelId',
  'modelName',
  'providerName',
  'responseStreamingSupported',
  'lifecycle',
] as const;
const RATE_KEYS = ['dimension', 'price', 'description', 'unit'] as const;
const PROFILE_KEYS = ['inferenceProfileId', 'inferenceProfileName', 'modelId', 'routes'] as const;
const APPLICATION_PROFILE_KEYS = ['region', 'name', 'copyFrom', 'modelId', 'description', 'accountId'] as const;

/** What is offered where, as it stands after the edits made so far. */
export class Catalogue {
  /** All regions that answer. */
  readonly regions: readonly string[];
  readonly enabledByDefault: readonly string[];
  readonly optInRegions: readonly string[];

  /** Lifecycles that nobody has set. */
  readonly #shipped: ReadonlySet<ModelLifecycle>;
  readonly #models: Map<string, CatalogueModel>;
  readonly #profiles: Map<string, CatalogueProfile>;
  readonly #asOfMs: number | 'now';

  /**
   * @param onChange called after each edit
   * @param additionalRegions enabled for everybody, and empty at first
   * @param asOf when the lifecycles of the source are judged
   */
  constructor(
    source: CatalogueSource = builtInCatalogue(),
    private readonly onChange: () => void = () => undefined,
    additionalRegions: readonly string[] = [],
    asOf: string = source.surveyedOn,
  ) {
    const { enabledByDefault, optIn, models, profiles } = source;
    this.regions = [...new Set([...enabledByDefault, ...optIn, ...additionalRegions])];
    this.optInRegions = optIn;
    this.enabledByDefault = this.regions.filter((region) => !optIn.includes(region));
    this.#asOfMs = asOf === 'now' ? 'now' : Date.parse(asOf);
    this.#shipped = new Set(models.flatMap((model) => [model.lifecycle, ...model.regionalLifecycle.values()]));
    this.#models = new Map(models.map((model) => [model.modelId, model]));
    this.#profiles = new Map(profiles.map((profile) => [profile.inferenceProfileId, profile]));
  }

  hasRegion(region: string): boolean {
    return this.regions.includes(region);
  }

  /** @throws RangeError for a region that is not in the catalogue */
  checkRegion(region: unknown): string {
    const known = this.regions.find((name) => name === region);
    return known ?? refuse('region', `one of ${this.regions.join(', ')}`, region);
  }

  model(modelId: string): CatalogueModel | undefined {
    return this.#models.get(modelId);
  }

  modelsIn(region: string): CatalogueModel[] {
    return [...this.#models.values()].filter((model) => model.inferenceTypes.has(region));
  }

  /** The regions that list a model. */
  regionsOf(modelId: string): string[] {
    return this.regions.filter((region) => this.#models.get(modelId)?.inferenceTypes.has(region));
  }

  /** What is listed from `region`, application profiles only of `accountId`. */
  profilesIn(region: string, accountId: string): CatalogueProfile[] {
    return [...this.#profiles.values()].filter(
      (profile) => profile.routes.has(region) && (profile.accountId ?? accountId) === accountId,
    );
  }

  /** Adds a model; of one that is there already, what is left out stays, and its regions are added to. */
  addModel(model: NewModel): void {
    checkKeys('addModel', model, MODEL_KEYS);
    const { modelId, regions = this.regions, inferenceTypesSupported = ['ON_DEMAND'], ...facts } = defined(model);
    checkText('addModel modelId', modelId);
    for (const list of LISTS) {
      if (model[list] !== undefined) {
        checkTexts(`addModel ${list}`, model[list]);
      }
    }
    const former = this.#models.get(modelId);
    const inferenceTypes = new Map(former?.inferenceTypes);
    for (const region of regions) {
      inferenceTypes.set(this.checkRegion(region), inferenceTypesSupported);
    }
    this.#models.set(modelId, {
      modelName: modelId,
      providerName: modelId.split('.')[0] ?? modelId,
      inputModalities: ['TEXT'],
      outputModalities: ['TEXT'],
      customizationsSupported: [],
      lifecycle: { status: 'ACTIVE' },
      regionalLifecycle: new Map(),
      ...former,
      ...facts,
      modelId,
      inferenceTypes,
    });
    this.onChange();
  }

  /** Takes a model out of one region's list, or of all. Its profiles stay: real lists have such ghosts. */
  removeModel(modelId: string, region?: string): void {
    const model = this.#knownModel(modelId);
    if (region === undefined) {
      this.#models.delete(modelId);
    } else {
      this.#models.set(modelId, { ...model, inferenceTypes: without(model.inferenceTypes, this.checkRegion(region)) });
    }
    this.onChange();
  }

  /**
   * Whether a model has reached the end of its life. What the catalogue says is judged as of a time of its own, so that models
   * do not end while nobody looks; what was set is judged by the clock.
   */
  hasEnded(model: CatalogueModel, region: string, nowMs: number): boolean {
    const lifecycle = model.regionalLifecycle.get(region) ?? model.lifecycle;
    const judgedAt = this.#shipped.has(lifecycle) ? this.#asOfMs : 'now';
    const atMs = judgedAt === 'now' ? nowMs : judgedAt;
    return lifecycle.endOfLifeTime !== undefined && atMs >= Date.parse(lifecycle.endOfLifeTime);
  }

  /** Sets a model's lifecycle, everywhere or in one region. */
  setLifecycle(modelId: string, lifecycle: ModelLifecycle, region?: string): void {
    const model = this.#knownModel(modelId);
    checkText('lifecycle status', lifecycle.status);
    this.#models.set(
      modelId,
      region === undefined
        ? { ...model, lifecycle, regionalLifecycle: new Map() }
        : { ...model, regionalLifecycle: new Map(model.regionalLifecycle).set(this.checkRegion(region), lifecycle) },
    );
    this.onChange();
  }

  /** Sets the rate card of the offer that a model's provider makes; undefined: it makes none. */
  setRateCard(modelId: string, rateCard: readonly Rate[] | undefined): void {
    const { rateCard: _former, ...model } = this.#knownModel(modelId);
    for (const rate of rateCard ?? []) {
      checkKeys('setRateCard rate', rate, RATE_KEYS);
      checkText('setRateCard dimension', rate.dimension);
      checkText('setRateCard price', rate.price);
    }
    this.#models.set(modelId, { ...model, ...(rateCard && { rateCard }) });
    this.onChange();
  }

  setToolUse(modelId: string, toolUse: ToolUse): void {
    const model = this.#knownModel(modelId);
    this.#models.set(modelId, { ...model, toolUse: checkOneOf('setToolUse', toolUse, TOOL_USES) });
    this.onChange();
  }

  addProfile(profile: NewProfile, now: Date): void {
    checkKeys('addProfile', profile, PROFILE_KEYS);
    const id = checkText('addProfile inferenceProfileId', profile.inferenceProfileId);
    const routes = Object.entries(profile.routes ?? {}).map(
      ([source, destinations]) => [this.checkRegion(source), checkDestinations(destinations)] as const,
    );
    if (routes.length === 0) {
      refuse('addProfile routes', 'an object { [source region]: destinations }', profile.routes);
    }
    this.#profiles.set(id, {
      inferenceProfileId: id,
      inferenceProfileName: profile.inferenceProfileName ?? id,
      type: 'SYSTEM_DEFINED',
      modelId: profile.modelId ?? id.slice(id.indexOf('.') + 1),
      createdAt: now.toISOString(),
      updatedAt: now.toISOString(),
      routes: new Map(routes),
    });
    this.onChange();
  }

  /** @param id opaque, as AWS makes it */
  addApplicationProfile(profile: NewApplicationProfile, id: string, accountId: string, now: Date): CatalogueProfile {
    checkKeys('addApplicationProfile', profile, APPLICATION_PROFILE_KEYS);
    const region = this.checkRegion(profile.region);
    const source = this.#sourceOf(profile, region);
    const added: CatalogueProfile = {
      inferenceProfileId: id,
      inferenceProfileName: checkText('addApplicationProfile name', profile.name),
      ...(profile.description === undefined ? {} : { description: profile.description }),
      type: 'APPLICATION',
      accountId,
      modelId: source.modelId,
      createdAt: now.toISOString(),
      updatedAt: now.toISOString(),
      routes: new Map([[region, source.destinations]]),
    };
    this.#profiles.set(id, added);
    this.onChange();
    return added;
  }

  /** Where a profile may serve calls made from `sourceRegion`; a source region without one so far gets the profile. */
  setDestinations(profileId: string, sourceRegion: string, destinations: Destinations): void {
    const profile = this.#knownProfile(profileId);
    const routes = new Map(profile.routes).set(this.checkRegion(sourceRegion), checkDestinations(destinations));
    this.#profiles.set(profileId, { ...profile, routes });
    this.onChange();
  }

  /** Takes a profile, of either type, out of one source region's list, or of all. */
  removeProfile(profileId: string, sourceRegion?: string): void {
    const profile = this.#knownProfile(profileId);
    if (sourceRegion === undefined) {
      this.#profiles.delete(profileId);
    } else {
      const routes = without(profile.routes, this.checkRegion(sourceRegion));
      this.#profiles.set(profileId, { ...profile, routes });
    }
    this.onChange();
  }

  #sourceOf(profile: NewApplicationProfile, region: string): { modelId: string; destinations: Destinations } {
    if ((profile.copyFrom === undefined) === (profile.modelId === undefined)) {
      refuse('addApplicationProfile', 'given either copyFrom or modelId', profile);
    }
    if (profile.modelId !== undefined) {
      const { modelId } = this.#knownModel(profile.modelId);
      return { modelId, destinations: [region] };
    }
    const { modelId, routes } = this.#knownProfile(profile.copyFrom ?? '');
    const destinations = routes.get(region);
    if (destinations === undefined) {
      return refuse('copyFrom', `a profile that ${region} lists`, profile.copyFrom);
    }
    return { modelId, destinations };
  }

  #knownModel(modelId: string): CatalogueModel {
    return this.#models.get(modelId) ?? refuse('modelId', 'the id of a model in the catalogue', modelId);
  }

  #knownProfile(profileId: string): CatalogueProfile {
    return this.#profiles.get(profileId) ?? refuse('profileId', 'the id of a profile in the catalogue', profileId);
  }
}

/** Destinations may lie outside the catalogue: real profiles name regions that an account never sees. */
function checkDestinations(destinations: Destinations): Destinations {
  return destinations === 'global' ? destinations : checkTexts("destinations, where not 'global',", destinations);
}

function without<V>(map: ReadonlyMap<string, V>, key: string): Map<string, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
