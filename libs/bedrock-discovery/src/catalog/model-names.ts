import { distance } from 'fastest-levenshtein';

/** What a model is known by. */
export interface NamedModel {
  readonly modelId: string;
  readonly modelName: string;
  readonly providerName: string;
}

export type NameMatch =
  | { readonly modelId: string }
  /** None, or more than one, with the ids that may have been meant, nearest first. */
  | { readonly ambiguous: boolean; readonly nearest: readonly string[] };

const MAX_NEAREST = 5;
const MIN_PART = 5;

/** Names of all models in the forms that people write, built once for an inventory. */
export class ModelNames {
  /** By form, from the most to the least specific; each maps a normalised name to the models that bear it. */
  readonly #forms: readonly ReadonlyMap<string, readonly string[]>[];
  readonly #texts: readonly (readonly [modelId: string, texts: readonly string[]])[];

  constructor(models: readonly NamedModel[]) {
    this.#forms = FORMS.map((form) => {
      const byName = new Map<string, string[]>();
      for (const model of models) {
        for (const name of new Set(form(model).map(normalise))) {
          byName.set(name, [...(byName.get(name) ?? []), model.modelId]);
        }
      }
      return byName;
    });
    this.#texts = models.map((model) => [model.modelId, FORMS.flatMap((form) => form(model)).map(normalise)]);
  }

  /**
   * The model that a text names: its id, without provider, version, date or context size, or its name, in any case and
   * with any punctuation. Of a model and its variants with another context size, the model itself is meant.
   */
  match(text: string): NameMatch {
    const wanted = normalise(text);
    for (const byName of this.#forms) {
      const found = byName.get(wanted) ?? [];
      if (found.length > 0) {
        return unambiguous(found) ?? { ambiguous: true, nearest: Object.freeze(found.slice(0, MAX_NEAREST)) };
      }
    }
    const containing = this.#texts.filter(([, texts]) => texts.some((name) => isPartOf(wanted, name)));
    return unambiguous(containing.map(([modelId]) => modelId)) ?? { ambiguous: false, nearest: this.#nearest(wanted) };
  }

  #nearest(wanted: string): readonly string[] {
    const scored = this.#texts.map(([modelId, texts]) => ({
      modelId,
      // What contains the text, or is contained, is nearer than what merely looks alike.
      score: Math.min(...texts.map((name) => distance(wanted, name) - (overlaps(wanted, name) ? wanted.length : 0))),
    }));
    scored.sort((a, b) => a.score - b.score || (a.modelId < b.modelId ? -1 : 1));
    return Object.freeze(scored.slice(0, MAX_NEAREST).map(({ modelId }) => modelId));
  }
}

const FORMS: readonly ((model: NamedModel) => string[])[] = [
  ({ modelId }) => [modelId],
  ({ modelId }) => [withoutProvider(modelId)],
  ({ modelId }) => [modelId, withoutProvider(modelId)].map(withoutRevision),
  ({ modelId }) => [modelId, withoutProvider(modelId)].map(withoutVersion),
  ({ modelName, providerName }) => [modelName, `${providerName} ${modelName}`],
  ({ modelId }) => [modelId, withoutProvider(modelId)].map((id) => withoutDate(withoutVersion(id))),
];

function withoutProvider(modelId: string): string {
  return modelId.replace(/^[^.]+\.(?=.)/, '');
}

/** `:0`, and the context size behind it. */
function withoutRevision(modelId: string): string {
  return modelId.replace(/(?<=.):\d+(?::\w+)?$/, '');
}

/** `-v1` as well. */
function withoutVersion(modelId: string): string {
  return withoutRevision(modelId).replace(/(?<=.)-v\d+$/, '');
}

function withoutDate(modelId: string): string {
  return modelId.replace(/(?<=.)-\d{8}$/, '');
}

/** The only model, or the one of which all others are variants with another context size. */
function unambiguous(modelIds: readonly string[]): NameMatch | undefined {
  const modelId = modelIds.find((id) => modelIds.every((other) => other === id || other.startsWith(`${id}:`)));
  return modelId === undefined ? undefined : { modelId };
}

/** Whether a name holds a text that is long enough to tell, and does not cut through a number: 4 is not 4.5. */
function isPartOf(text: string, name: string): boolean {
  const at = name.indexOf(text);
  const end = at + text.length;
  const cuts = areDigits(name.charAt(at - 1), name.charAt(at)) || areDigits(name.charAt(end - 1), name.charAt(end));
  return text.length >= MIN_PART && at !== -1 && !cuts;
}

function areDigits(...characters: readonly string[]): boolean {
  return characters.every((character) => /\d/.test(character));
}

function normalise(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{Letter}\p{Number}]+/gu, '');
}

function overlaps(a: string, b: string): boolean {
  return a.length > 2 && b.length > 2 && (a.includes(b) || b.includes(a));
}
