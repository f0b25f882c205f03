/**
 * What can be known about the right to invoke a model in a region. `observed`: a real call succeeded. `available`: AWS says
 * so. `obtainable`: not agreed yet; a first call would accept the provider's terms for the account. `denied`: a call would be
 * refused until somebody changes something. `unknown`: not asked, or no answer.
 *
 * @publicApi
 */
export const ACCESS_STATES = ['observed', 'available', 'obtainable', 'denied', 'unknown'] as const;

/**
 * One of {@link ACCESS_STATES}.
 *
 * @publicApi
 */
export type AccessState = (typeof ACCESS_STATES)[number];

/**
 * Each state in a few words for people, to be put after "access: ".
 *
 * @publicApi
 */
export const ACCESS_TEXTS: Readonly<Record<AccessState, string>> = {
  observed: 'a call has succeeded',
  available: 'AWS says that the account has it',
  obtainable: "the first call would accept the provider's terms for the account",
  denied: 'denied',
  unknown: 'not known yet',
};

/**
 * Access to one model in one region, in words.
 *
 * @publicApi
 */
export interface ModelAccess {
  /** Base id of the model. */
  readonly modelId: string;
  /** The source region. */
  readonly region: string;
  /** What is known of it, in one word. */
  readonly state: AccessState;
  /** Why it is so, in a sentence. */
  readonly reason: string;
  /** What to do about it, where something can be done. */
  readonly remedy?: string;
  /** When AWS answered or the call was made, ISO 8601. */
  readonly checkedAt?: string;
}

/** One way to invoke a model, as evidence of real calls names it. */
export interface InvokedRoute {
  readonly modelId: string;
  /** Source region. */
  readonly region: string;
  /** What was passed as `modelId` of the call. */
  readonly invocationId: string;
}

/** What was known of access to a model in a region turned out to be otherwise. Never from or to `unknown`. */
export interface AccessFlip {
  /** Base id. */
  readonly modelId: string;
  /** The source region. */
  readonly region: string;
  /** What was known. */
  readonly before: AccessState;
  /** What is known now. */
  readonly after: AccessState;
}
