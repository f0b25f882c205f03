/**
 * What is known about the right to invoke a model in a region. `observed`: a real call succeeded. `available`: AWS says so.
 * `obtainable`: not agreed yet; a first call would accept the provider's terms for the account. `denied`: a call would be
 * refused until somebody changes something. `unknown`: not asked, or no answer.
 *
 * @publicApi
 */
export type AccessState = 'observed' | 'available' | 'obtainable' | 'denied' | 'unknown';

/**
 * Access to one model in one region, in words.
 *
 * @publicApi
 */
export interface ModelAccess {
  readonly modelId: string;
  readonly region: string;
  readonly state: AccessState;
  readonly reason: string;
  /** What to do about it, where something can be done. */
  readonly remedy?: string;
  /** When AWS answered or the call was made, ISO 8601. */
  readonly checkedAt?: string;
}
