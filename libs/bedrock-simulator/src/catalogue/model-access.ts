import { checkKeys, checkOneOf, checkText } from '../settings/checks.js';

/** What GetFoundationModelAvailability answers, and what a call of the model is met with; what is left out is green. */
export interface ModelAccess {
  /** NOT_AVAILABLE: the first call accepts the provider's terms, and succeeds. ERROR: calls are denied. */
  agreement?: 'AVAILABLE' | 'PENDING' | 'NOT_AVAILABLE' | 'ERROR';
  /** NOT_AUTHORIZED: the principal's policies deny calls. */
  authorization?: 'AUTHORIZED' | 'NOT_AUTHORIZED';
  /** NOT_AVAILABLE: the account has no right to the model, and calls are denied. */
  entitlement?: 'AVAILABLE' | 'NOT_AVAILABLE';
  /** NOT_AVAILABLE: the model is not to be had in the region, and calls are denied. */
  region?: 'AVAILABLE' | 'NOT_AVAILABLE';
  /** `missing`: calls fail once 15 minutes have gone by since the first. GetFoundationModelAvailability says nothing of it. */
  useCaseForm?: 'submitted' | 'missing';
}

const ACCEPTED: Record<keyof ModelAccess, readonly string[]> = {
  agreement: ['AVAILABLE', 'PENDING', 'NOT_AVAILABLE', 'ERROR'],
  authorization: ['AUTHORIZED', 'NOT_AUTHORIZED'],
  entitlement: ['AVAILABLE', 'NOT_AVAILABLE'],
  region: ['AVAILABLE', 'NOT_AVAILABLE'],
  useCaseForm: ['submitted', 'missing'],
};

const PROVISIONAL_ACCESS_MS = 15 * 60_000;

/** What was set about access to models, for all regions or for one. */
export class ModelAccessTable {
  readonly #set = new Map<string, Map<string, ModelAccess>>();
  readonly #provisionalUntilMs = new Map<string, number>();

  constructor(private readonly onChange: () => void) {}

  set(modelId: string, access: ModelAccess, region = '*'): void {
    checkText('setAccess modelId', modelId);
    checkKeys('setAccess', access, Object.keys(ACCEPTED));
    for (const [key, value] of Object.entries(access)) {
      checkOneOf(`setAccess ${key}`, value, ACCEPTED[key as keyof ModelAccess]);
    }
    const regions = this.#set.get(modelId) ?? new Map<string, ModelAccess>();
    this.#set.set(modelId, regions.set(region, access));
    if (access.useCaseForm !== undefined) {
      this.#provisionalUntilMs.delete(modelId);
    }
    this.onChange();
  }

  /** One region's word goes before that for all. */
  get(modelId: string, region: string): ModelAccess {
    const regions = this.#set.get(modelId);
    return { ...regions?.get('*'), ...regions?.get(region) };
  }

  /** The account subscribes as a whole: what was NOT_AVAILABLE becomes AVAILABLE in every region. */
  acceptAgreement(modelId: string): void {
    const regions = this.#set.get(modelId) ?? new Map<string, ModelAccess>();
    for (const [region, access] of regions) {
      if (access.agreement === 'NOT_AVAILABLE') {
        regions.set(region, { ...access, agreement: 'AVAILABLE' });
      }
    }
    this.onChange();
  }

  /** Whether access without the form still lasts; the first call begins it. */
  holdsProvisionally(modelId: string, nowMs: number): boolean {
    const untilMs = this.#provisionalUntilMs.get(modelId) ?? nowMs + PROVISIONAL_ACCESS_MS;
    this.#provisionalUntilMs.set(modelId, untilMs);
    return nowMs < untilMs;
  }
}
