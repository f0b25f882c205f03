import type { RegionName } from '../../regions/partitions.js';

/**
 * Where a model stands in its life. All times are ISO 8601; older regions list the status alone.
 *
 * @publicApi
 */
export interface ModelLifecycle {
  /** `ACTIVE` or `LEGACY`, or whatever AWS adds. */
  readonly status: string;
  /** Since when it can be called. */
  readonly startOfLifeTime?: string;
  /** Since when, or from when on, it is legacy: still there, and not for new applications. */
  readonly legacyTime?: string;
  /** From then on it may cost more, set by its provider. */
  readonly publicExtendedAccessTime?: string;
  /** From then on calls fail. */
  readonly endOfLifeTime?: string;
}

/**
 * What differs from region to region.
 *
 * @publicApi
 */
export interface ModelInRegion {
  /** Of the model in this region. */
  readonly modelArn: string;
  /** `ON_DEMAND`, `PROVISIONED`, `INFERENCE_PROFILE`; without `ON_DEMAND` the bare id cannot be invoked. May be empty. */
  readonly inferenceTypesSupported: readonly string[];
  /** Where it stands in its life in this region. */
  readonly lifecycle: ModelLifecycle;
}

/**
 * What a model can do, as far as is known: what is left out is unknown, not "no". Plain, frozen, JSON-safe data.
 *
 * @publicApi
 */
export interface ModelCapabilities {
  /** Of input and output together, in tokens. */
  readonly contextTokens?: number;
  /** The longest answer, in tokens. */
  readonly maxOutputTokens?: number;
  /** Takes tools. */
  readonly toolUse?: boolean;
  /** Reasons before it answers, where it is asked to. */
  readonly reasoning?: boolean;
  /** Answers by a schema. */
  readonly structuredOutput?: boolean;
  /** The dated table that comes with the library. */
  readonly source: 'table';
  /** When it was so: a month or a day. */
  readonly asOf: string;
}

/** What a model can do, wherever that is known from. */
export type Abilities = Omit<ModelCapabilities, 'source' | 'asOf'>;

/**
 * What a model must be able to do.
 *
 * @publicApi
 */
export interface CapabilityDemands {
  /** Input and output together that its context window must hold, in tokens. */
  minContextTokens?: number;
  /** That its longest answer must hold, in tokens. */
  minOutputTokens?: number;
  /** It must take tools. */
  toolUse?: true;
  /** It must reason. */
  reasoning?: true;
  /** It must answer by a schema. */
  structuredOutput?: true;
}

/**
 * A foundation model and where it is, described as most regions do. Plain, frozen, JSON-safe data from ListFoundationModels.
 *
 * @publicApi
 */
export interface DiscoveredModel {
  /** Base id, such as `amazon.nova-pro-v1:0`. */
  readonly modelId: string;
  /** Such as `Nova Pro`. */
  readonly modelName: string;
  /** Such as `Amazon`. */
  readonly providerName: string;
  /** `TEXT`, `IMAGE`, `VIDEO`, `SPEECH` and what AWS adds. */
  readonly inputModalities: readonly string[];
  /** `TEXT`, `IMAGE`, `EMBEDDING` and what AWS adds. */
  readonly outputModalities: readonly string[];
  /** Absent where AWS does not say. */
  readonly responseStreamingSupported?: boolean;
  /** `FINE_TUNING`, `DISTILLATION` and what AWS adds; may be empty. */
  readonly customizationsSupported: readonly string[];
  /** Absent where nothing is known of it. Not from AWS, which does not list it. */
  readonly capabilities?: ModelCapabilities;
  /** Regions that list it, by name. */
  readonly regions: readonly string[];
  /** By region. */
  readonly availability: Readonly<Record<string, ModelInRegion>>;
}

/**
 * Conditions that must all hold. Texts are compared without regard to case.
 *
 * @publicApi
 */
export interface ModelFilter extends CapabilityDemands {
  /** Name of the provider, such as `Anthropic`, in full. */
  provider?: string;
  /** The same under its former name. @deprecated in favour of `provider` */
  providerName?: string;
  /** One that the model takes, such as `IMAGE`. */
  inputModality?: string;
  /** One that the model answers in, such as `TEXT`. */
  outputModality?: string;
  /** Supported in any region, or in `region` where that is given. */
  inferenceType?: string;
  /** The status in any region, or in `region` where that is given. */
  lifecycle?: string;
  /** As stated; a model of which AWS does not say so meets neither. */
  streaming?: boolean;
  /** Listed in this region. */
  region?: RegionName;
  /** Words that id, name and provider contain, all of them, in any order. */
  search?: string;
  /** Whether models qualify of which a capability that is demanded is not known. @default 'keep' */
  unknownFacts?: 'keep' | 'reject';
}

/** One model as one region lists it. */
export interface ListedModel {
  /** What most regions say alike. */
  readonly described: Omit<DiscoveredModel, 'capabilities' | 'regions' | 'availability'>;
  /** What holds in this region alone. */
  readonly here: ModelInRegion;
}

/**
 * A model that retires, in the regions that state the same times for it. Plain, frozen, JSON-safe data.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html
 * @publicApi
 */
export interface RetiringModel {
  /** Base id. */
  readonly modelId: string;
  /** As AWS lists it. */
  readonly modelName: string;
  /** As AWS lists it. */
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
  /** Base id. */
  readonly modelId: string;
  /** As AWS lists it. */
  readonly modelName: string;
  /** Regions in which it is active, by name. */
  readonly regions: readonly string[];
}
