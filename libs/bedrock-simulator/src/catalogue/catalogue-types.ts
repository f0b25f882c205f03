/** The regions that a cross-region profile may serve a call in; `'global'`: any commercial region. */
export type Destinations = readonly string[] | 'global';

/** `modelLifecycle` as Bedrock lists it; times are ISO 8601. */
export interface ModelLifecycle {
  /** Where it stands in its life. */
  status: 'ACTIVE' | 'LEGACY' | (string & {});
  /** Since when it can be called. */
  startOfLifeTime?: string;
  /** From then on calls fail. */
  endOfLifeTime?: string;
  /** Since when, or from when on, it is legacy. */
  legacyTime?: string;
  /** From then on it may cost more. */
  publicExtendedAccessTime?: string;
}

/** One line of the rate card of a provider's offer, as ListFoundationModelAgreementOffers has it. */
export interface Rate {
  /** Such as `USE1_InputTokenCount_Global`. */
  readonly dimension: string;
  /** In US dollars, as a text. */
  readonly price: string;
  /** Such as `Million Input Tokens Global`. */
  readonly description?: string;
  /** Default: `Units`. */
  readonly unit?: string;
}

/** Whether calls of a model may bring tools: `not-streaming`: only those whose answer is not a stream. */
export const TOOL_USES = ['yes', 'not-streaming', 'no'] as const;

/** One of {@link TOOL_USES}. */
export type ToolUse = (typeof TOOL_USES)[number];

/** A foundation model with what differs by region. */
export interface CatalogueModel {
  readonly modelId: string;
  readonly modelName: string;
  readonly providerName: string;
  readonly inputModalities: readonly string[];
  readonly outputModalities: readonly string[];
  /** Absent on some models, as in real answers. */
  readonly responseStreamingSupported?: boolean;
  readonly customizationsSupported: readonly string[];
  readonly lifecycle: ModelLifecycle;
  /** Regions whose lifecycle differs from `lifecycle`. */
  readonly regionalLifecycle: ReadonlyMap<string, ModelLifecycle>;
  /** Region → `inferenceTypesSupported`; a region that is missing does not list the model. */
  readonly inferenceTypes: ReadonlyMap<string, readonly string[]>;
  /** Of the offer that its provider makes; absent where calls take no agreement. */
  readonly rateCard?: readonly Rate[];
  /** Absent: `yes`. */
  readonly toolUse?: ToolUse;
}

/** An inference profile, system-defined or of an account. */
export interface CatalogueProfile {
  readonly inferenceProfileId: string;
  readonly inferenceProfileName: string;
  readonly description?: string;
  readonly type: 'SYSTEM_DEFINED' | 'APPLICATION';
  /** Owner of an application profile. */
  readonly accountId?: string;
  readonly modelId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Source region → where a call made there may be served. */
  readonly routes: ReadonlyMap<string, Destinations>;
}
