import { distance } from 'fastest-levenshtein';

/** What a model is known by. */
export interface NamedModel {
  readonly modelId: string;
  readonly modelName: string;
  readonly providerName: string;
}

interface Names {
  readonly modelId: string;
  /** All forms of id and name, normalised. */
  readonly forms: readonly string[];
  /** Words of provider, name and id. */
  readonly words: readonly string[];
  /** Words of provider and name alone: those that people write. */
  readonly spoken: ReadonlySet<string>;
}

/** A shorter part of a name says nothing. */
const MIN_PART = 5;

/** Names of all models in the forms that people write, built once for a catalog. */
export class ModelNames {
  /** By form, from the most to the least specific; each maps a normalised name to the models that bear it. */
  readonly #forms: readonly ReadonlyMap<string, readonly string[]>[];
  readonly #names: readonly Names[];

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
    this.#names = models.map((model) => {
      const spoken = wordsOf(`${model.providerName} ${model.modelName}`);
      return {
        modelId: model.modelId,
        forms: [...new Set(FORMS.flatMap((form) => form(model)).map(normalise))],
        words: [...new Set([...spoken, ...wordsOf(model.modelId)])],
        spoken: new Set(spoken),
      };
    });
  }

  /**
   * The models that a text names: by id, without provider, version, date or context size, by name, in any case and with any
   * punctuation; else those that have the text, or all of its words, in their name. Of a model and its variants with another
   * context size, the model itself is meant. One is what is named; several are a family; none is named by nothing.
   */
  named(text: string): readonly string[] {
    const wanted = normalise(text);
    if (wanted === '') {
      return [];
    }
    for (const byName of this.#forms) {
      const found = byName.get(wanted) ?? [];
      if (found.length > 0) {
        return withoutVariants(found);
      }
    }
    const words = wordsOf(text);
    const family = this.#names.filter(
      ({ forms, spoken }) => words.every((word) => spoken.has(word)) || forms.some((name) => isPartOf(wanted, name)),
    );
    return withoutVariants(family.map(({ modelId }) => modelId));
  }

  /** How far each model is from a text, word by word or as a whole; 0 is the same. In the order of the models. */
  distances(text: string): readonly { readonly modelId: string; readonly distance: number }[] {
    const wanted = normalise(text);
    const wantedWords = wordsOf(text);
    return this.#names.map(({ modelId, forms, words }) => {
      const byWord = wantedWords.map((word) => Math.min(...words.map((other) => distance(word, other))));
      const whole = Math.min(...forms.map((form) => distance(wanted, form)));
      return { modelId, distance: Math.min(whole, sum(byWord)) };
    });
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
  const dot = modelId.indexOf('.');
  return dot > 0 && dot < modelId.length - 1 ? modelId.slice(dot + 1) : modelId;
}

/** `:0`, and the context size behind it. */
function withoutRevision(modelId: string): string {
  return modelId.replace(/(?<=[^:]):\d+(?::\w+)?$/, '');
}

/** `-v1` as well. */
function withoutVersion(modelId: string): string {
  return withoutRevision(modelId).replace(/(?<=[^-])-v\d+$/, '');
}

function withoutDate(modelId: string): string {
  return modelId.replace(/(?<=[^-])-\d{8}$/, '');
}

/** Without those that are variants, with another context size, of another one. */
function withoutVariants(modelIds: readonly string[]): readonly string[] {
  return modelIds.filter((id) => !modelIds.some((other) => other !== id && id.startsWith(`${other}:`)));
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

/** `4.5` is one word. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{Letter}\p{Number}]+(?:\.\d+)*/gu) ?? [];
}

function sum(numbers: readonly number[]): number {
  return numbers.length === 0 ? Number.POSITIVE_INFINITY : numbers.reduce((total, number) => total + number, 0);
}
