/**
 * A model that retires, in the regions that state the same times for it. Plain, frozen, JSON-safe data.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html
 * @publicApi
 */
export interface RetiringModel {
  readonly modelId: string;
  readonly modelName: string;
  readonly providerName: string;
  /** Regions that list it with these times, by name. */
  readonly regions: readonly string[];
  /** `LEGACY`, or `ACTIVE` where the end is announced already. */
  readonly status: string;
  /** Since when, or from when on, it is legacy, ISO 8601. */
  readonly legacyTime?: string;
  /** Whole days until then; negative once it has passed. */
  readonly daysToLegacy?: number;
  /** From then on it may cost more, set by its provider, ISO 8601. */
  readonly publicExtendedAccessTime?: string;
  /** From then on calls fail, ISO 8601. Absent where AWS names no date. */
  readonly endOfLifeTime?: string;
  /** Whole days until then; negative where it has passed and the region lists the model still. */
  readonly daysToEndOfLife?: number;
  /** Later models of the same provider and family, the latest first; empty where the data does not say. */
  readonly supersededBy: readonly SupersedingModel[];
}

/**
 * A later edition of a model with at least its modalities.
 *
 * @publicApi
 */
export interface SupersedingModel {
  readonly modelId: string;
  readonly modelName: string;
  /** Regions in which it is active, by name. */
  readonly regions: readonly string[];
}
