import { readFile } from 'node:fs/promises';
import { isObject } from '../settings/objects.js';
import type { CatalogueModel, CatalogueProfile, Destinations, ModelLifecycle } from './catalogue-types.js';

/** A model of a catalogue of one's own, as ListFoundationModels lists it. */
export interface RecordedModel {
  /** As calls name it, such as `amazon.nova-lite-v1:0`. */
  readonly modelId: string;
  /** For people. */
  readonly modelName: string;
  /** Who made it, such as `Amazon`. */
  readonly providerName: string;
  /** `TEXT`, `IMAGE` and the like. */
  readonly inputModalities: readonly string[];
  /** `TEXT`, `IMAGE`, `EMBEDDING` and the like. */
  readonly outputModalities: readonly string[];
  /** Left out where the list does not say. */
  readonly responseStreamingSupported?: boolean;
  /** `FINE_TUNING` and the like; mostly none. */
  readonly customizationsSupported: readonly string[];
  /** In all regions that `regionalLifecycle` does not name. */
  readonly lifecycle: ModelLifecycle;
  /** Of the regions where it is another. */
  readonly regionalLifecycle?: Readonly<Record<string, ModelLifecycle>>;
  /** Region → `inferenceTypesSupported`; a region that is missing does not list the model. */
  readonly inferenceTypes: Readonly<Record<string, readonly string[]>>;
}

/** A system-defined profile of a catalogue of one's own, as ListInferenceProfiles lists it. */
export interface RecordedProfile {
  /** As calls name it, such as `eu.amazon.nova-lite-v1:0`. */
  readonly inferenceProfileId: string;
  /** For people. */
  readonly inferenceProfileName: string;
  /** Left out where the list does not say. */
  readonly description?: string;
  /** The model that it leads to. */
  readonly modelId: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601. */
  readonly updatedAt: string;
  /** Source region → destinations. */
  readonly routes: Readonly<Record<string, Destinations>>;
}

/** What is offered where, as `bedrock-simulator record` writes it and the option `catalogue` takes it. */
export interface RecordedCatalogue {
  /** ISO 8601. Lifecycles are judged as of this time, unless `asOf` says otherwise. */
  readonly surveyedOn: string;
  /** Regions that every account has. */
  readonly enabledByDefault: readonly string[];
  /** Regions that an account has to opt in to. */
  readonly optIn: readonly string[];
  /** All that any region lists. */
  readonly models: readonly RecordedModel[];
  /** Those that are defined by the system. */
  readonly profiles: readonly RecordedProfile[];
}

/** A catalogue as the simulator plays it. */
export interface CatalogueSource extends Pick<RecordedCatalogue, 'surveyedOn' | 'enabledByDefault' | 'optIn'> {
  readonly models: readonly CatalogueModel[];
  readonly profiles: readonly CatalogueProfile[];
}

/** A catalogue that is none: says where in it, and what is accepted there. */
export class CatalogueError extends RangeError {
  /** Tells it from other errors without `instanceof`. */
  override readonly name = 'CatalogueError';

  /**
   * @param path as in `models[3].inferenceTypes.eu-west-1`; empty for the catalogue itself
   * @param file that it was read from
   */
  constructor(
    readonly path: string,
    accepted: string,
    readonly file?: string,
  ) {
    super(`bedrock-simulator: ${file ?? 'catalogue'}: ${path === '' ? 'it' : path} must be ${accepted}.`);
  }
}

/**
 * Reads a catalogue, from a file where it is a path.
 *
 * @throws CatalogueError for what is none; a system error for a file that cannot be read
 */
export async function loadCatalogue(given: RecordedCatalogue | string): Promise<CatalogueSource> {
  if (typeof given !== 'string') {
    return readCatalogue(given);
  }
  const text = await readFile(given, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CatalogueError('', 'JSON, as `bedrock-simulator record` writes it', given);
  }
  return readCatalogue(value, given);
}

/** @throws CatalogueError for what is none */
export function readCatalogue(value: unknown, file?: string): CatalogueSource {
  const read = new Reader(file);
  const catalogue = read.object('', value);
  const enabledByDefault = read.texts('enabledByDefault', catalogue['enabledByDefault']);
  const optIn = read.texts('optIn', catalogue['optIn']);
  if (enabledByDefault.length + optIn.length === 0) {
    throw new CatalogueError('enabledByDefault', 'a list that holds a region, where optIn holds none', file);
  }
  return {
    surveyedOn: read.time('surveyedOn', catalogue['surveyedOn']),
    enabledByDefault,
    optIn,
    models: read.list('models', catalogue['models']).map((model, index) => read.model(`models[${index}]`, model)),
    profiles: read
      .list('profiles', catalogue['profiles'])
      .map((profile, index) => read.profile(`profiles[${index}]`, profile)),
  };
}

/** Written so that a newer one differs by the lines of what is new. */
export function writeCatalogue({ surveyedOn, enabledByDefault, optIn, models, profiles }: RecordedCatalogue): string {
  const lines = (items: readonly object[]): string =>
    items.length === 0 ? '[]' : `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
  const members = [
    `"surveyedOn": ${JSON.stringify(surveyedOn)}`,
    `"enabledByDefault": ${JSON.stringify(enabledByDefault)}`,
    `"optIn": ${JSON.stringify(optIn)}`,
    `"models": ${lines(models)}`,
    `"profiles": ${lines(profiles)}`,
  ];
  return `{\n${members.map((member) => `  ${member}`).join(',\n')}\n}\n`;
}

/** Checks what stands at a path. */
class Reader {
  constructor(private readonly file: string | undefined) {}

  object(path: string, value: unknown): Record<string, unknown> {
    return isObject(value) ? value : this.#refuse(path, 'an object');
  }

  list(path: string, value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : this.#refuse(path, 'a list');
  }

  text(path: string, value: unknown): string {
    return typeof value === 'string' && value !== '' ? value : this.#refuse(path, 'a text that is not empty');
  }

  texts(path: string, value: unknown): readonly string[] {
    return this.list(path, value).map((each, index) => this.text(`${path}[${index}]`, each));
  }

  time(path: string, value: unknown): string {
    const text = this.text(path, value);
    return Number.isNaN(Date.parse(text)) ? this.#refuse(path, 'a time in ISO 8601') : text;
  }

  /** What a member says of each region. */
  perRegion<T>(path: string, value: unknown, read: (path: string, value: unknown) => T): Map<string, T> {
    const entries = Object.entries(this.object(path, value));
    return new Map(entries.map(([region, each]) => [region, read(`${path}.${region}`, each)]));
  }

  model(path: string, value: unknown): CatalogueModel {
    const model = this.object(path, value);
    const text = (name: string): string => this.text(`${path}.${name}`, model[name]);
    const texts = (name: string): readonly string[] => this.texts(`${path}.${name}`, model[name]);
    const streams = model['responseStreamingSupported'];
    if (streams !== undefined && typeof streams !== 'boolean') {
      this.#refuse(`${path}.responseStreamingSupported`, 'true, false, or left out');
    }
    const lifecycleOf = this.#lifecycle.bind(this);
    return {
      modelId: text('modelId'),
      modelName: text('modelName'),
      providerName: text('providerName'),
      inputModalities: texts('inputModalities'),
      outputModalities: texts('outputModalities'),
      ...(typeof streams === 'boolean' && { responseStreamingSupported: streams }),
      customizationsSupported: texts('customizationsSupported'),
      lifecycle: lifecycleOf(`${path}.lifecycle`, model['lifecycle']),
      regionalLifecycle: this.perRegion(`${path}.regionalLifecycle`, model['regionalLifecycle'] ?? {}, lifecycleOf),
      inferenceTypes: this.perRegion(`${path}.inferenceTypes`, model['inferenceTypes'], this.texts.bind(this)),
    };
  }

  profile(path: string, value: unknown): CatalogueProfile {
    const profile = this.object(path, value);
    const text = (name: string): string => this.text(`${path}.${name}`, profile[name]);
    return {
      inferenceProfileId: text('inferenceProfileId'),
      inferenceProfileName: text('inferenceProfileName'),
      ...(profile['description'] !== undefined && { description: text('description') }),
      type: 'SYSTEM_DEFINED',
      modelId: text('modelId'),
      createdAt: this.time(`${path}.createdAt`, profile['createdAt']),
      updatedAt: this.time(`${path}.updatedAt`, profile['updatedAt']),
      routes: this.perRegion(`${path}.routes`, profile['routes'], (at, given) =>
        given === 'global' ? given : this.texts(at, given),
      ),
    };
  }

  #lifecycle(path: string, value: unknown): ModelLifecycle {
    const { status, ...times } = this.object(path, value);
    const read = Object.entries(times).map(([name, time]) => [name, this.time(`${path}.${name}`, time)]);
    return { status: this.text(`${path}.status`, status), ...(Object.fromEntries(read) as object) };
  }

  #refuse(path: string, accepted: string): never {
    throw new CatalogueError(path, accepted, this.file);
  }
}
