/** The regions that a cross-region profile may serve a call in; `'global'`: any commercial region. */
export type Destinations = readonly string[] | 'global';

/** `modelLifecycle` as Bedrock lists it; times are ISO 8601. */
export interface ModelLifecycle {
  status: 'ACTIVE' | 'LEGACY' | (string & {});
  startOfLifeTime?: string;
  endOfLifeTime?: string;
  legacyTime?: string;
  publicExtendedAccessTime?: string;
}

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
