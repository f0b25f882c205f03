import { checkOneOf, checkText, checkTexts } from '../settings/checks.js';

/** What may be kept of requests, as accounts set it for a region. `inherit`: nothing is set, and the model's default holds. */
export const DATA_RETENTION_MODES = ['none', 'default', 'aws_review', 'provider_data_share', 'inherit'] as const;

/** One of {@link DATA_RETENTION_MODES}. */
export type DataRetentionMode = (typeof DATA_RETENTION_MODES)[number];

/** A mode that models take or refuse. */
export type EffectiveRetentionMode = Exclude<DataRetentionMode, 'inherit'>;

interface Setting {
  readonly mode: DataRetentionMode;
  /** ISO 8601; absent where nothing was ever set. */
  readonly updatedAt?: string;
}

const UNSET: Setting = { mode: 'inherit' };
const EFFECTIVE_MODES = DATA_RETENTION_MODES.filter((mode) => mode !== 'inherit');
const MODEL_DEFAULT: EffectiveRetentionMode = 'default';
const ALL = '*';

/** The models that are known to be strict, by their ids, as of 2026-11. */
const STRICT: readonly string[] = [
  'anthropic.claude-fable-5',
  'anthropic.claude-fable-5-1',
  'anthropic.claude-mythos-5',
];

/** The data retention modes of the accounts in each region, and those that models allow. */
export class DataRetentionTable {
  /** By account or `*`, then by region or `*`. */
  readonly #settings = new Map<string, Map<string, Setting>>();
  readonly #allowed = new Map<string, readonly EffectiveRetentionMode[]>(
    STRICT.map((modelId) => [modelId, ['aws_review', 'provider_data_share']]),
  );

  constructor(
    private readonly onChange: () => void,
    private readonly now: () => number,
  ) {}

  /** The latest setting holds; one for all regions or accounts goes before what single ones have set until then. */
  set(region: string, mode: DataRetentionMode, accountId = ALL): void {
    checkOneOf('setDataRetention mode', mode, DATA_RETENTION_MODES);
    const setting = { mode, updatedAt: new Date(this.now()).toISOString() };
    const accounts = accountId === ALL ? [...new Set([...this.#settings.keys(), ALL])] : [accountId];
    for (const account of accounts) {
      const former = region === ALL ? [] : (this.#settings.get(account) ?? []);
      this.#settings.set(account, new Map([...former, [region, setting]]));
    }
    this.onChange();
  }

  get(region: string, accountId: string): Setting {
    const own = this.#settings.get(accountId);
    const common = this.#settings.get(ALL);
    return own?.get(region) ?? own?.get(ALL) ?? common?.get(region) ?? common?.get(ALL) ?? UNSET;
  }

  setAllowed(modelId: string, modes: readonly EffectiveRetentionMode[]): void {
    checkText('setAllowedRetention modelId', modelId);
    const allowed = checkTexts('setAllowedRetention modes', modes).map((mode) =>
      checkOneOf('setAllowedRetention modes', mode, EFFECTIVE_MODES),
    );
    this.#allowed.set(modelId, allowed);
  }

  /** The mode in force for calls of a model, where the model refuses it; undefined where it allows it. */
  refusedMode(modelId: string, region: string, accountId: string): EffectiveRetentionMode | undefined {
    const { mode } = this.get(region, accountId);
    const effective = mode === 'inherit' ? MODEL_DEFAULT : mode;
    return (this.#allowed.get(modelId) ?? EFFECTIVE_MODES).includes(effective) ? undefined : effective;
  }
}
