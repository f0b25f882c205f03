import { MAX_LENGTH, parseReference } from './arn.js';
import { type InvocationPath, invocationPaths } from './invocation-paths.js';
import { ModelNames, type NamedModel } from './model-names.js';
import type { ModelIndex } from './models/model-index.js';
import { compareEditions, startOfLife } from './models/retiring-models.js';
import type { ProfileIndex } from './profiles/profile-index.js';
import { isText } from '../util/guards.js';
import { pair } from '../util/pair.js';

/** What a text names: a model, and a profile if it is that of one. */
export interface Subject {
  readonly modelId: string;
  readonly profileId?: string;
}

/** What a text stands for. */
export type Reference =
  | ({ readonly kind: 'subject' } & Subject)
  /** Several models, newest first, those that cannot be invoked last. */
  | { readonly kind: 'family'; readonly modelIds: readonly string[] }
  /** Formed like the id of a model or profile, and listed by no region that is known. */
  | { readonly kind: 'unlisted'; readonly id: string }
  | { readonly kind: 'nothing' };

/** Longer than any name; only ids and ARNs may be. */
const MAX_NAME_LENGTH = 256;
const MAX_NEAREST = 5;
/** `provider.model`, with whatever may follow. */
const MODEL_ID = /^[a-z0-9-]{1,63}\.[a-z0-9][a-z0-9._:-]*$/;
/** Application profiles have opaque ids. */
const OPAQUE_ID = /^(?=[a-z]*\d)[a-z0-9]{12}$/;

/**
 * All that is known of models and profiles at one instant: what ids and names stand for, and the ways to invoke each model.
 * Immutable; what is asked for first is worked out then.
 */
export class Catalog {
  readonly #paths = new Map<string, readonly InvocationPath[]>();
  #modelIds: readonly string[] | undefined;
  #names: ModelNames | undefined;

  constructor(
    readonly models: ModelIndex | undefined,
    readonly profiles: ProfileIndex | undefined,
  ) {}

  /** Ids of all models that any region lists, itself or through a profile, in order. */
  get modelIds(): readonly string[] {
    this.#modelIds ??= [
      ...new Set([...(this.models?.byId.keys() ?? []), ...(this.profiles?.byModel.keys() ?? [])]),
    ].sort();
    return this.#modelIds;
  }

  /** What the model is called; of one that only profiles lead to, what its id says. */
  describe(modelId: string): NamedModel {
    const model = this.models?.byId.get(modelId);
    return model ?? { modelId, modelName: modelId, providerName: modelId.split('.', 1)[0] ?? '' };
  }

  /** Every way to invoke a model that any region lists, by region. */
  pathsTo(modelId: string): readonly InvocationPath[] {
    const known = this.#paths.get(modelId) ?? invocationPaths(modelId, this.models, this.profiles);
    this.#paths.set(modelId, known);
    return known;
  }

  /** By region, the models that it takes calls of, as listed. */
  openModels(): ReadonlyMap<string, readonly string[]> {
    const byRegion = new Map<string, Set<string>>();
    for (const modelId of this.modelIds) {
      for (const { region, open } of this.pathsTo(modelId)) {
        if (open) {
          byRegion.set(region, (byRegion.get(region) ?? new Set()).add(modelId));
        }
      }
    }
    return new Map([...byRegion].map(([region, ids]) => [region, [...ids]]));
  }

  /**
   * What a text stands for: the id or ARN of a model or profile, the name of either, or a part of one that only one bears.
   *
   * @param now milliseconds since the epoch: what has ended cannot be invoked
   */
  lookUp(text: string, now: number): Reference {
    const wanted = text.trim();
    if (wanted.length > MAX_LENGTH || !isText(wanted)) {
      return { kind: 'nothing' };
    }
    const { id, kind, region } = parseReference(wanted);
    const subject = this.#byId(id, kind, region);
    if (subject !== undefined) {
      return { kind: 'subject', ...subject };
    }
    const named = kind === undefined && id.length <= MAX_NAME_LENGTH ? this.#byName(id) : [];
    const [only, another] = named;
    if (only !== undefined) {
      return another === undefined
        ? { kind: 'subject', ...only }
        : { kind: 'family', modelIds: this.#inOrder(unique(named.map(({ modelId }) => modelId)), now) };
    }
    return kind !== undefined || MODEL_ID.test(id) || OPAQUE_ID.test(id)
      ? { kind: 'unlisted', id }
      : { kind: 'nothing' };
  }

  /** The models whose names are nearest to a text, of those that can be invoked, if any can: nearest first, then newest. */
  nearest(text: string, now: number): readonly string[] {
    if (text.length > MAX_NAME_LENGTH) {
      return [];
    }
    const distances = new Map(
      this.#modelNames.distances(parseReference(text).id).map(({ modelId, distance }) => [modelId, distance]),
    );
    const current = this.modelIds.filter((modelId) => this.#isCurrent(modelId, now));
    const sorted = [...this.#inOrder(current.length > 0 ? current : this.modelIds, now)];
    sorted.sort((a, b) => (distances.get(a) ?? 0) - (distances.get(b) ?? 0));
    return Object.freeze(sorted.slice(0, MAX_NEAREST));
  }

  get #modelNames(): ModelNames {
    this.#names ??= new ModelNames(this.modelIds.map((modelId) => this.describe(modelId)));
    return this.#names;
  }

  #byId(id: string, kind: 'model' | 'profile' | undefined, region: string | undefined): Subject | undefined {
    if (kind !== 'profile' && this.#isModel(id)) {
      return { modelId: id };
    }
    if (kind === 'model') {
      return undefined;
    }
    const wrapped = this.#modelOf(id, region);
    if (wrapped !== undefined) {
      return { modelId: wrapped, profileId: id };
    }
    // A profile that no region lists, as guessed ids are: its model is known, and no path leads through it.
    const guessed = id.slice(id.indexOf('.') + 1);
    return guessed !== id && this.#isModel(guessed) ? { modelId: guessed, profileId: id } : undefined;
  }

  #byName(text: string): readonly Subject[] {
    const models = this.#modelNames.named(text);
    if (models.length > 0) {
      return models.map((modelId) => ({ modelId }));
    }
    const name = text.toLowerCase();
    return (this.profiles?.profiles ?? []).flatMap(
      ({ inferenceProfileId, inferenceProfileName, modelIds: [modelId] }) =>
        modelId !== undefined && inferenceProfileName.toLowerCase() === name
          ? [{ modelId, profileId: inferenceProfileId }]
          : [],
    );
  }

  #isModel(id: string): boolean {
    return this.models?.byId.has(id) === true || this.profiles?.byModel.has(id) === true;
  }

  /** The model of a profile as listed, in one region if given. */
  #modelOf(profileId: string, region: string | undefined): string | undefined {
    const inRegion = region === undefined ? undefined : this.profiles?.modelInRegion.get(pair(profileId, region));
    return inRegion ?? this.profiles?.byId.get(profileId)?.modelIds[0];
  }

  #isCurrent(modelId: string, now: number): boolean {
    return this.pathsTo(modelId).some(({ open, endsAt }) => open && endsAt > now);
  }

  /** Those that can be invoked first, then the newest, then by id. */
  #inOrder(modelIds: readonly string[], now: number): readonly string[] {
    const ordered = modelIds.map((modelId) => {
      const model = this.models?.byId.get(modelId);
      const start = model && startOfLife(model);
      return { modelId, model, current: this.#isCurrent(modelId, now) ? 0 : 1, start: start ?? 0 };
    });
    ordered.sort(
      (a, b) =>
        a.current - b.current ||
        b.start - a.start ||
        (a.model && b.model ? compareEditions(a.model, b.model) : a.modelId < b.modelId ? -1 : 1),
    );
    return Object.freeze(ordered.map(({ modelId }) => modelId));
  }
}

function unique(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)];
}
