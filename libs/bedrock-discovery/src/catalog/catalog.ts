import { LruMap } from '../util/lru-map.js';
import { parseReference } from './arn.js';
import { modelOf, withoutGeography } from './model-reference.js';
import type { ModelIndex } from './models/model-index.js';
import type { ProfileIndex } from './profiles/profile-index.js';
import { ModelNames, type NamedModel, type NameMatch } from './model-names.js';
import { type RouteCandidate, routeCandidates } from './invocation-paths.js';

/** What an id names: a model, and a profile if it is that of one. */
export interface Subject {
  readonly modelId: string;
  readonly profileId?: string;
}

const MAX_SUBJECTS = 1_000;

/** What models and profiles are known, as routing sees it: ids and names, and ways to invoke a model. Immutable but for memory. */
export class RouteInventory {
  readonly #subjects = new LruMap<string, Subject>(MAX_SUBJECTS);
  readonly #candidates = new Map<string, readonly RouteCandidate[]>();
  #names: ModelNames | undefined;

  constructor(
    readonly models: ModelIndex | undefined,
    readonly profiles: ProfileIndex | undefined,
  ) {}

  /** What an id, an ARN or a name stands for, or why it stands for nothing. */
  subjectOf(id: string): Subject | NameMatch {
    const remembered = this.#subjects.get(id);
    if (remembered !== undefined) {
      return remembered;
    }
    const subject = this.#find(id.trim());
    if ('modelId' in subject) {
      this.#subjects.set(id, subject);
    }
    return subject;
  }

  /** Every way to invoke a model that any region lists. */
  candidatesOf(modelId: string): readonly RouteCandidate[] {
    const known = this.#candidates.get(modelId) ?? routeCandidates(modelId, this.models, this.profiles);
    this.#candidates.set(modelId, known);
    return known;
  }

  #find(idOrArn: string): Subject | NameMatch {
    const { id, kind, region } = parseReference(idOrArn);
    if (kind !== 'profile' && this.#isModel(id)) {
      return { modelId: id };
    }
    const wrapped = this.profiles && kind !== 'model' ? modelOf(this.profiles, id, region) : undefined;
    if (wrapped !== undefined) {
      return { modelId: wrapped, profileId: id };
    }
    // A profile that no region lists, as guessed ids are: its model is known, and no route leads through it.
    const guessed = withoutGeography(id);
    if (kind !== 'model' && guessed !== id && this.#isModel(guessed)) {
      return { modelId: guessed, profileId: id };
    }
    this.#names ??= new ModelNames([...(this.models?.models ?? []), ...this.#onlyWrapped()]);
    return this.#names.match(id);
  }

  #isModel(id: string): boolean {
    return this.models?.byId.has(id) === true || this.profiles?.byModel.has(id) === true;
  }

  /** Models that profiles wrap and no region's list of models has. */
  #onlyWrapped(): NamedModel[] {
    return [...(this.profiles?.byModel.keys() ?? [])]
      .filter((modelId) => this.models?.byId.has(modelId) !== true)
      .map((modelId) => ({ modelId, modelName: modelId, providerName: '' }));
  }
}
