import type { NamedModel } from '../../catalog/model-names.js';
import type { QuotaLimits, QuotaMeasure, QuotaScope } from './quota.types.js';

/** A quota as Service Quotas lists it, as far as it matters here. */
export interface ListedQuota {
  readonly name: string;
  readonly value: number;
  readonly code: string;
  readonly adjustable: boolean;
}

/** What a model is listed with, for one kind of call. */
export interface ListedLimits extends QuotaLimits {
  /** The quota that is 0, if one is; one that can be adjusted goes first. */
  readonly zero?: Pick<ListedQuota, 'code' | 'adjustable'>;
}

/** By model, then by kind of call. */
export type ListedModels = ReadonlyMap<string, Readonly<Partial<Record<QuotaScope, ListedLimits>>>>;

/** What a name says a quota is for; `times` that what is listed holds. */
interface Meaning {
  readonly model: string;
  readonly measure: QuotaMeasure;
  readonly scopes: readonly { readonly scope: QuotaScope; readonly times: number }[];
}

/** Two spellings; latency-optimized, batch and Mantle quotas begin otherwise. */
const INFERENCE =
  /^(on-demand|cross-region|global cross-region) (?:model inference|InvokeModel) (tokens|requests) per (minute|day) for (.+)$/i;
const PER_DAY = /^model invocation max tokens per day for (.+?)( \(doubled for cross-region calls\))?$/i;
const SCOPES: Readonly<Record<string, QuotaScope>> = {
  'on-demand': 'on-demand',
  'cross-region': 'cross-region',
  'global cross-region': 'global',
};
/** Behind a model's name, where the name itself has none. */
const VERSION = / v(\d+)$/;

/**
 * What is listed for models, by the names of the quotas alone. A quota whose name is not exactly that of one model is left
 * out, and so is what two quotas say differently.
 */
export function matchQuotas(quotas: readonly ListedQuota[], models: readonly NamedModel[]): ListedModels {
  const modelsOf = namedModels(models);
  const matched = new Map<string, Partial<Record<QuotaScope, ListedLimits>>>();
  const contradicted = new Set<string>();
  for (const quota of quotas) {
    const meaning = meaningOf(quota.name);
    if (meaning === undefined) {
      continue;
    }
    const { model, measure, scopes } = meaning;
    for (const modelId of modelsOf(model)) {
      for (const { scope, times } of scopes) {
        const ofModel = matched.get(modelId) ?? {};
        const former = ofModel[scope]?.[measure];
        const value = quota.value * times;
        if (former !== undefined && former !== value) {
          contradicted.add(`${modelId} ${scope} ${measure}`);
        }
        matched.set(modelId, { ...ofModel, [scope]: withQuota(ofModel[scope], measure, value, quota) });
      }
    }
  }
  return without(matched, contradicted);
}

function withQuota(
  limits: ListedLimits = {},
  measure: QuotaMeasure,
  value: number,
  { code, adjustable }: ListedQuota,
): ListedLimits {
  const isBetter = value === 0 && (limits.zero === undefined || (adjustable && !limits.zero.adjustable));
  return { ...limits, [measure]: value, ...(isBetter && { zero: { code, adjustable } }) };
}

function without(matched: ListedModels, contradicted: ReadonlySet<string>): ListedModels {
  return new Map(
    [...matched].map(([modelId, scopes]) => [
      modelId,
      Object.fromEntries(
        Object.entries(scopes).map(([scope, limits]) => [
          scope,
          Object.fromEntries(
            Object.entries(limits).filter(([measure]) => !contradicted.has(`${modelId} ${scope} ${measure}`)),
          ),
        ]),
      ),
    ]),
  );
}

function meaningOf(name: string): Meaning | undefined {
  const [, scope = '', unit = '', period = '', model = ''] = INFERENCE.exec(name) ?? [];
  const kind = SCOPES[scope.toLowerCase()];
  if (kind !== undefined) {
    const isDay = period.toLowerCase() === 'day';
    const isTokens = unit.toLowerCase() === 'tokens';
    const measure = isDay ? 'tokensPerDay' : isTokens ? 'tokensPerMinute' : 'requestsPerMinute';
    return isDay && !isTokens ? undefined : { model, measure, scopes: [{ scope: kind, times: 1 }] };
  }
  const [, ofDay, doubled] = PER_DAY.exec(name) ?? [];
  return ofDay === undefined
    ? undefined
    : {
        model: ofDay,
        measure: 'tokensPerDay',
        scopes: [
          { scope: 'on-demand', times: 1 },
          { scope: 'cross-region', times: doubled === undefined ? 1 : 2 },
        ],
      };
}

/** Finds the model, with its variants of other context sizes, that a quota calls by its name. */
function namedModels(models: readonly NamedModel[]): (name: string) => readonly string[] {
  const byName = new Map<string, string[]>();
  for (const { modelId, modelName, providerName } of models) {
    for (const name of new Set([normalise(modelName), normalise(`${providerName} ${modelName}`)])) {
      byName.set(name, [...(byName.get(name) ?? []), modelId]);
    }
  }
  const one = (found: readonly string[]): readonly string[] =>
    found.every((id) => isVariant(id, leastOf(found))) ? found : [];
  return (name) => {
    const wanted = normalise(name);
    const exact = byName.get(wanted);
    if (exact !== undefined) {
      return one(exact);
    }
    const version = VERSION.exec(wanted)?.[1];
    const found = version === undefined ? [] : (byName.get(wanted.replace(VERSION, '')) ?? []);
    return one(found.filter((id) => versionOf(id) === version));
  };
}

function leastOf(ids: readonly string[]): string {
  return ids.reduce((least, id) => (id.length < least.length ? id : least));
}

function isVariant(id: string, base: string): boolean {
  return id === base || id.startsWith(`${base}:`);
}

/** That of the id; without one it is the first. */
function versionOf(modelId: string): string {
  return /-v(\d+)(?::|$)/.exec(modelId)?.[1] ?? '1';
}

function normalise(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}.]+/gu, ' ')
    .trim();
}
