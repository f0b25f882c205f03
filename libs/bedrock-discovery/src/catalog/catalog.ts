import type { AccountIndex } from './account/account-index.js';
import { viaOfArn } from './account/account-listings.js';
import type { AccountModel } from './account/account-model.types.js';
import type { MantleIndex } from './account/mantle-index.js';
import { MAX_LENGTH, parseReference } from './arn.js';
import { type InvocationPath, invocationPaths } from './invocation-paths.js';
import { ModelNames, type NamedModel } from './model-names.js';
import type { ModelIndex } from './models/model-index.js';
import { compareEditions, startOfLife } from './models/retiring-models.js';
import { modelsInRegion, type ProfileIndex } from './profiles/profile-index.js';
import { groupBy } from '../util/group-by.js';
import { isText } from '../util/guards.js';
import { isStandardVia, type Via, VIA_WORDS, VIAS_OF_MODELS } from './vias.js';

/** What a text names: a model, and a profile, or what else stands for it, if it is that of one. */
export interface Subject {
  /** Of what the account owns and stands for no foundation model: its ARN. */
  readonly modelId: string;
  /** Of a profile, or the ARN of what the account owns. */
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
 * All that is known of models, profiles and what the account owns at one instant: what ids and names stand for, and the ways to invoke each model.
 * Immutable; what is asked for first is worked out then.
 */
export class Catalog {
  readonly #paths = new Map<string, readonly InvocationPath[]>();
  #modelIds: readonly string[] | undefined;
  #names: ModelNames | undefined;
  #owned: ReadonlyMap<string, readonly AccountModel[]> | undefined;

  constructor(
    readonly models: ModelIndex | undefined,
    readonly profiles: ProfileIndex | undefined,
    readonly owned: readonly AccountIndex[] = [],
    readonly mantle?: MantleIndex,
  ) {}

  /**
   * Ids of all models that any region lists, itself, through a profile or otherwise, in order; of what the account owns and
   * stands for none of them, ARNs.
   */
  get modelIds(): readonly string[] {
    this.#modelIds ??= [
      ...new Set([
        ...(this.models?.byId.keys() ?? []),
        ...(this.profiles?.byModel.keys() ?? []),
        ...this.#ownedByModel.keys(),
        ...(this.mantle?.byId.keys() ?? []),
      ]),
    ].sort();
    return this.#modelIds;
  }

  /** What the model is called; of one that the region's lists of models lack, what its id says. */
  describe(modelId: string): NamedModel {
    const owned = this.#ownedBy(modelId);
    if (owned !== undefined) {
      return { modelId, modelName: owned.name, providerName: `Own ${VIA_WORDS[owned.via]}` };
    }
    const model = this.models?.byId.get(modelId);
    return model ?? { modelId, modelName: modelId, providerName: modelId.split('.', 1)[0] ?? '' };
  }

  /** Ways that may lead to it, whether or not any is listed: to what the account owns, the only one. */
  viasTo(modelId: string): readonly Via[] {
    const own = viaOfArn(modelId);
    return own === undefined ? VIAS_OF_MODELS : [own];
  }

  /** Every way to invoke a model that any region lists, by region. */
  pathsTo(modelId: string): readonly InvocationPath[] {
    const known = this.#paths.get(modelId) ?? invocationPaths(modelId, this, this.#ownedByModel.get(modelId) ?? []);
    this.#paths.set(modelId, known);
    return known;
  }

  /** By region, the models that it takes calls of, as listed, and of which AWS says who may call them. */
  openModels(): ReadonlyMap<string, readonly string[]> {
    const byRegion = new Map<string, Set<string>>();
    for (const modelId of this.modelIds) {
      for (const { region, open, via } of this.pathsTo(modelId)) {
        if (open && isStandardVia(via)) {
          byRegion.set(region, (byRegion.get(region) ?? new Set()).add(modelId));
        }
      }
    }
    return new Map([...byRegion].map(([region, ids]) => [region, [...ids]]));
  }

  /**
   * What a text stands for: the id or ARN of a model or profile, the ARN of what the account owns, the name of any of them, or a part of one that only one bears.
   *
   * @param now milliseconds since the epoch: what has ended cannot be invoked
   */
  lookUp(text: string, now: number): Reference {
    const wanted = text.trim();
    if (wanted.length > MAX_LENGTH || !isText(wanted)) {
      return { kind: 'nothing' };
    }
    const owned = this.#ownedBy(wanted);
    if (owned !== undefined) {
      const { arn, modelId } = owned;
      return { kind: 'subject', ...(modelId === undefined ? { modelId: arn } : { modelId, profileId: arn }) };
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

  /** What the account owns, by the model that it stands for; by its own ARN where that is none. */
  get #ownedByModel(): ReadonlyMap<string, readonly AccountModel[]> {
    this.#owned ??= groupBy(
      this.owned.flatMap(({ models }) => models),
      ({ modelId, arn }) => modelId ?? arn,
    );
    return this.#owned;
  }

  #ownedBy(arn: string): AccountModel | undefined {
    return this.owned.map(({ byArn }) => byArn.get(arn)).find((model) => model !== undefined);
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
    return [this.models?.byId, this.profiles?.byModel, this.mantle?.byId].some((ids) => ids?.has(id) === true);
  }

  /** The model of a profile as listed, in one region if given. */
  #modelOf(profileId: string, region: string | undefined): string | undefined {
    const profile = this.profiles?.byId.get(profileId);
    const [inRegion] = region === undefined || profile === undefined ? [] : modelsInRegion(profile, region);
    return inRegion ?? profile?.modelIds[0];
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
