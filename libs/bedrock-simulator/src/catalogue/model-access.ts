import { checkKeys, checkOneOf } from '../settings/checks.js';

/** What GetFoundationModelAvailability answers; what is left out is green. */
export interface ModelAccess {
  agreement?: 'AVAILABLE' | 'PENDING' | 'NOT_AVAILABLE' | 'ERROR';
  authorization?: 'AUTHORIZED' | 'NOT_AUTHORIZED';
  entitlement?: 'AVAILABLE' | 'NOT_AVAILABLE';
  region?: 'AVAILABLE' | 'NOT_AVAILABLE';
}

const ACCEPTED: Record<keyof ModelAccess, readonly string[]> = {
  agreement: ['AVAILABLE', 'PENDING', 'NOT_AVAILABLE', 'ERROR'],
  authorization: ['AUTHORIZED', 'NOT_AUTHORIZED'],
  entitlement: ['AVAILABLE', 'NOT_AVAILABLE'],
  region: ['AVAILABLE', 'NOT_AVAILABLE'],
};

/** What was set about access to models, for all regions or for one. */
export class ModelAccessTable {
  readonly #set = new Map<string, ModelAccess>();

  constructor(private readonly onChange: () => void) {}

  set(modelId: string, access: ModelAccess, region = '*'): void {
    checkKeys('setAccess', access, Object.keys(ACCEPTED));
    for (const [key, value] of Object.entries(access)) {
      checkOneOf(`setAccess ${key}`, value, ACCEPTED[key as keyof ModelAccess]);
    }
    this.#set.set(`${modelId}|${region}`, access);
    this.onChange();
  }

  /** One region's word goes before that for all. */
  get(modelId: string, region: string): ModelAccess {
    return { ...this.#set.get(`${modelId}|*`), ...this.#set.get(`${modelId}|${region}`) };
  }
}
