import { checkKeys, checkText, checkTexts, refuse } from '../settings/checks.js';

/** What an account can own that is called by its ARN. */
export const ACCOUNT_MODEL_KINDS = [
  'provisioned-throughput',
  'imported-model',
  'custom-deployment',
  'marketplace-endpoint',
  'prompt-router',
] as const;

/** One of {@link ACCOUNT_MODEL_KINDS}. */
export type AccountModelKind = (typeof ACCOUNT_MODEL_KINDS)[number];

/** Something to add that an account owns. */
export interface NewAccountModel {
  /** What it is. */
  kind: AccountModelKind;
  /** Where it is. */
  region: string;
  /** As its owner calls it; a part of its ARN. */
  name: string;
  /**
   * Ids of the models that it is made of, or chooses among; those of a router may be of profiles. The first answers calls.
   * Provisioned throughput and routers need one.
   */
  models?: readonly string[];
  /** Of provisioned throughput: it serves a custom model that is made of the model. Default: the model itself. */
  customized?: boolean;
  /** Default: the one with which it takes calls. Imported models have none. */
  status?: string;
  /** Default: the simulator's account. */
  accountId?: string;
}

export interface AccountModel {
  readonly kind: AccountModelKind;
  readonly region: string;
  readonly name: string;
  readonly models: readonly string[];
  readonly customized: boolean;
  readonly status: string;
  readonly accountId: string;
  readonly arn: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** The status with which it takes calls, and what its ARN calls it. */
const KINDS: Readonly<Record<AccountModelKind, { readonly status: string; readonly resource: string }>> = {
  'provisioned-throughput': { status: 'InService', resource: 'provisioned-model' },
  'imported-model': { status: 'Active', resource: 'imported-model' },
  'custom-deployment': { status: 'Active', resource: 'custom-model-deployment' },
  'marketplace-endpoint': { status: 'REGISTERED', resource: 'endpoint' },
  'prompt-router': { status: 'AVAILABLE', resource: 'prompt-router' },
};

const KEYS = ['kind', 'region', 'name', 'models', 'customized', 'status', 'accountId'] as const;

/** What accounts own, beside what everybody is offered. */
export class AccountModels {
  readonly #models = new Map<string, AccountModel>();

  /** @param onChange called after each edit */
  constructor(private readonly onChange: () => void) {}

  /**
   * @param id opaque, as AWS makes it
   * @returns its ARN
   */
  add(model: NewAccountModel, id: string, accountId: string, now: Date): string {
    checkKeys('addAccountModel', model, KEYS);
    const kind = KINDS[model.kind] ?? refuse('addAccountModel kind', ACCOUNT_MODEL_KINDS.join(', '), model.kind);
    const name = checkText('addAccountModel name', model.name);
    const models = checkTexts('addAccountModel models', model.models ?? []);
    if (models.length === 0 && ['provisioned-throughput', 'prompt-router'].includes(model.kind)) {
      refuse('addAccountModel models', 'the id of one model at least', model.models);
    }
    const isEndpoint = model.kind === 'marketplace-endpoint';
    const prefix = `arn:aws:${isEndpoint ? 'sagemaker' : 'bedrock'}:${model.region}:${accountId}`;
    const arn = `${prefix}:${kind.resource}/${isEndpoint ? name : id}`;
    this.#models.set(arn, {
      kind: model.kind,
      region: model.region,
      name,
      models,
      customized: model.customized ?? false,
      status: model.status ?? kind.status,
      accountId,
      arn,
      createdAt: now.toISOString(),
    });
    this.onChange();
    return arn;
  }

  setStatus(arn: string, status: string): void {
    this.#models.set(arn, { ...this.#known(arn), status: checkText('status', status) });
    this.onChange();
  }

  remove(arn: string): void {
    this.#known(arn);
    this.#models.delete(arn);
    this.onChange();
  }

  /** What an account owns in a region, in the order of adding. */
  of(kind: AccountModelKind, region: string, accountId: string): AccountModel[] {
    return [...this.#models.values()].filter(
      (model) => model.kind === kind && model.region === region && model.accountId === accountId,
    );
  }

  /** What takes calls by this ARN. */
  callable(arn: string, region: string, accountId: string): AccountModel | undefined {
    const model = this.#models.get(arn);
    const isTheirs = model?.region === region && model.accountId === accountId;
    return isTheirs && model.status === KINDS[model.kind].status ? model : undefined;
  }

  #known(arn: string): AccountModel {
    return this.#models.get(arn) ?? refuse('arn', 'the ARN of something that was added by addAccountModel', arn);
  }
}
