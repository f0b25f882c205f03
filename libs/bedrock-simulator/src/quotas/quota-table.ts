import type { Catalogue } from '../catalogue/catalogue.js';
import type { CatalogueModel } from '../catalogue/catalogue-types.js';
import { AwsError } from '../protocol/aws-error.js';
import { checkKeys, checkNumber, checkOneOf, checkText } from '../settings/checks.js';
import { defined } from '../settings/defined.js';
import { type Allowance, PerDay, PerMinute } from './allowance.js';

/** What kind of call a quota is for: by the bare id, through a geographic profile, or through a global one. */
export const QUOTA_SCOPES = ['on-demand', 'cross-region', 'global'] as const;

/** One of {@link QUOTA_SCOPES}. */
export type QuotaScope = (typeof QUOTA_SCOPES)[number];

/** What an account may use of a model; what is left out stays as it is, at first without a limit. */
export interface ModelQuota {
  /** Of a model, not of a profile. */
  modelId: string;
  /** The kind of call that it is for. */
  scope: QuotaScope;
  /** The source region. Default: all. */
  region?: string;
  /** Input and output together. */
  tokensPerMinute?: number;
  /** Calls, whatever they take. */
  requestsPerMinute?: number;
  /**
   * As Service Quotas lists it: calls by the bare id and through geographic profiles have one listed quota, of which the
   * latter may use twice as much. Set for either, it holds for both.
   */
  tokensPerDay?: number;
  /** What the quota counts for a token of output. Default: 1. */
  outputBurn?: number;
  /** The model as the names of its quotas have it. Default: made of provider and name as most are. */
  quotaModelName?: string;
}

/** A quota as it is listed. */
export interface ListedQuota {
  readonly name: string;
  readonly value: number;
  readonly adjustable: boolean;
}

/** What a call is going to take. */
export interface QuotaUse {
  readonly accountId: string;
  readonly region: string;
  readonly modelId: string;
  readonly scope: QuotaScope;
  readonly inputTokens: number;
  /** The most that it may answer with. */
  readonly maxTokens: number;
  readonly nowMs: number;
}

/** What holds the use of a quota, until the call is over. */
export interface Reservation {
  /** The rest is given back at that time, in milliseconds since 1970. */
  settle(outputTokens: number, atMs: number): void;
}

type Limits = Omit<ModelQuota, 'modelId' | 'scope' | 'region'>;

const LIMITS = ['tokensPerMinute', 'requestsPerMinute', 'tokensPerDay'] as const;
const PER_MINUTE: Readonly<Record<QuotaScope, string>> = {
  'on-demand': 'On-demand model inference',
  'cross-region': 'Cross-region model inference',
  global: 'Global cross-region model inference',
};

/** The quotas of models, alike for all accounts, and what each account has left of them. */
export class QuotaTable {
  readonly #set = new Map<string, Limits>();
  readonly #allowances = new Map<string, Allowance>();

  /** @param onChange called after each edit */
  constructor(
    private readonly catalogue: Catalogue,
    private readonly onChange: () => void,
  ) {}

  /** What was used of the model's quotas is forgotten. */
  set(quota: ModelQuota): void {
    const { modelId, scope, region = '*', ...limits } = checked(quota, this.catalogue);
    const { tokensPerDay } = limits;
    this.#merge(modelId, scope, region, limits);
    if (scope !== 'global' && tokensPerDay !== undefined) {
      this.#merge(modelId, scope === 'on-demand' ? 'cross-region' : 'on-demand', region, { tokensPerDay });
    }
    for (const key of this.#allowances.keys()) {
      if (key.split('|')[1] === modelId) {
        this.#allowances.delete(key);
      }
    }
    this.onChange();
  }

  /** All that is set for a region, as Service Quotas names it, by name. */
  listed(region: string): ListedQuota[] {
    const modelIds = new Set([...this.#set.keys()].map((key) => key.split('|')[0] ?? ''));
    const quotas = [...modelIds].flatMap((modelId) => this.#listedOf(modelId, region));
    return quotas.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /**
   * Takes what a call may need at most: its input and the longest answer that it allows.
   *
   * @throws AwsError ThrottlingException where that is not left; nothing is taken then
   */
  reserve(use: QuotaUse): Reservation {
    const { modelId, scope, region, inputTokens, maxTokens, nowMs } = use;
    const { outputBurn = 1, ...limits } = this.#limitsOf(modelId, scope, region);
    const reserved = inputTokens + maxTokens;
    const day = this.#take(use, 'tokensPerDay', limits.tokensPerDay, reserved);
    const requests = this.#take(use, 'requestsPerMinute', limits.requestsPerMinute, 1, [[day, reserved]]);
    const tokens = this.#take(use, 'tokensPerMinute', limits.tokensPerMinute, reserved, [
      [day, reserved],
      [requests, 1],
    ]);
    return {
      settle: (outputTokens, atMs) => {
        const rest = reserved - inputTokens - outputTokens * outputBurn;
        day?.giveBack(rest, Math.max(atMs, nowMs));
        tokens?.giveBack(rest, Math.max(atMs, nowMs));
      },
    };
  }

  #take(
    { accountId, modelId, region, scope, nowMs }: QuotaUse,
    measure: (typeof LIMITS)[number],
    limit: number | undefined,
    amount: number,
    taken: readonly (readonly [Allowance | undefined, number])[] = [],
  ): Allowance | undefined {
    if (limit === undefined) {
      return undefined;
    }
    const key = [accountId, modelId, region, scope, measure].join('|');
    const doubled = measure === 'tokensPerDay' && scope === 'cross-region' ? 2 * limit : limit;
    const allowance =
      this.#allowances.get(key) ?? (measure === 'tokensPerDay' ? new PerDay(doubled) : new PerMinute(limit));
    this.#allowances.set(key, allowance);
    if (!allowance.take(amount, nowMs)) {
      taken.forEach(([other, of]) => other?.giveBack(of, nowMs));
      throw new AwsError('ThrottlingException', 429, THROTTLED[measure]);
    }
    return allowance;
  }

  #listedOf(modelId: string, region: string): ListedQuota[] {
    const model = this.catalogue.model(modelId);
    const ofScopes = QUOTA_SCOPES.map((scope) => ({ scope, limits: this.#limitsOf(modelId, scope, region) }));
    const given = ofScopes.map(({ limits }) => limits.quotaModelName).find((name) => name !== undefined);
    const name = given ?? quotaNameOf(modelId, model);
    const listed = (quota: string, value: number | undefined, adjustable: boolean): ListedQuota[] =>
      value === undefined ? [] : [{ name: quota, value, adjustable }];
    return ofScopes.flatMap(({ scope, limits: { tokensPerMinute, requestsPerMinute, tokensPerDay } }) => [
      ...listed(`${PER_MINUTE[scope]} tokens per minute for ${name}`, tokensPerMinute, true),
      ...listed(`${PER_MINUTE[scope]} requests per minute for ${name}`, requestsPerMinute, true),
      ...(scope === 'global' ? listed(`${PER_MINUTE[scope]} tokens per day for ${name}`, tokensPerDay, false) : []),
      ...(scope === 'on-demand'
        ? listed(
            `Model invocation max tokens per day for ${name} (doubled for cross-region calls)`,
            tokensPerDay,
            false,
          )
        : []),
    ]);
  }

  #merge(modelId: string, scope: QuotaScope, region: string, limits: Limits): void {
    const key = [modelId, scope, region].join('|');
    this.#set.set(key, { ...this.#set.get(key), ...limits });
  }

  /** One region's word goes before that for all. */
  #limitsOf(modelId: string, scope: QuotaScope, region: string): Limits {
    return { ...this.#set.get([modelId, scope, '*'].join('|')), ...this.#set.get([modelId, scope, region].join('|')) };
  }
}

/** In the words of real answers. */
const THROTTLED: Readonly<Record<(typeof LIMITS)[number], string>> = {
  requestsPerMinute: 'Too many requests, please wait before trying again.',
  tokensPerMinute: 'Too many tokens, please wait before trying again.',
  tokensPerDay: 'Too many tokens per day, please wait before trying again.',
};

function checked(quota: ModelQuota, catalogue: Catalogue): ModelQuota {
  checkKeys('setQuota', quota, ['modelId', 'scope', 'region', 'outputBurn', 'quotaModelName', ...LIMITS]);
  checkText('setQuota modelId', quota.modelId);
  checkOneOf('setQuota scope', quota.scope, QUOTA_SCOPES);
  if (quota.region !== undefined) {
    catalogue.checkRegion(quota.region);
  }
  for (const limit of [...LIMITS, 'outputBurn'] as const) {
    if (quota[limit] !== undefined) {
      checkNumber(`setQuota ${limit}`, quota[limit], 0);
    }
  }
  if (quota.quotaModelName !== undefined) {
    checkText('setQuota quotaModelName', quota.quotaModelName);
  }
  return defined(quota);
}

/** As most are named: provider and model, and of Anthropic's the version that the id has and the name has not. */
function quotaNameOf(modelId: string, model: CatalogueModel | undefined): string {
  const { modelName = modelId, providerName = '' } = model ?? {};
  const named = modelName.startsWith(providerName) ? modelName : `${providerName} ${modelName}`;
  const version = providerName === 'Anthropic' ? /-v(\d+)(?::\d+)?$/.exec(modelId)?.[1] : undefined;
  return version === undefined || / v\d+$/i.test(named) ? named.replace(/ v(\d+)$/, ' V$1') : `${named} V${version}`;
}
