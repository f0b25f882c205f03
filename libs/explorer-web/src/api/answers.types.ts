import type {
  DiscoveredModel,
  FoundModel,
  Provenance,
  RegionLatency,
  RegionStatus,
  Resolution,
} from 'nestjs-bedrock-discovery';

/** Whose the data is, where it comes from, how old it is, and whether anything is missing. */
export interface AnswerProvenance extends Omit<Provenance, 'source'> {
  readonly source: Provenance['source'] | 'simulator';
}

/** A page of a list, as `GET /models`, `/profiles`, `/regions` and `/changes` answer. */
export interface ListAnswer<T> {
  readonly items: readonly T[];
  /** Items of all pages. */
  readonly total: number;
  /** The `cursor` of the next page; absent on the last. */
  readonly next?: string;
  readonly provenance: AnswerProvenance;
}

/** `GET /changes`, oldest first, and `GET /changes/days`, newest first. */
export interface ChangesAnswer<T> extends ListAnswer<T> {
  /** ISO 8601; absent before the first scan. */
  readonly recordedSince?: string;
}

/** One of `GET /regions`. */
export interface RegionOverview {
  readonly region: string;
  readonly models?: RegionStatus;
  readonly profiles?: RegionStatus;
  readonly latency?: RegionLatency;
}

/** `GET /models/{id}/route`. */
export interface ExplainedResolution extends Omit<Resolution, 'explain'> {
  readonly text: string;
  readonly provenance: AnswerProvenance;
}

/** One of `GET /models?search=`. */
export type FoundModelAnswer = Pick<DiscoveredModel, 'modelId' | 'modelName' | 'providerName'> &
  Pick<FoundModel, 'verdict' | 'code' | 'reason' | 'failure' | 'route'>;

/** `GET /regions/history`: by region, the latest round trips as pairs of a time in milliseconds since 1970 and milliseconds. */
export type LatencyHistoryAnswer = Readonly<Record<string, readonly (readonly [at: number, latencyMs: number])[]>>;

/** An error of the application, in the format of RFC 9457. */
export interface Problem {
  readonly title: string;
  readonly detail: string;
  readonly status: number;
  readonly code: string;
  /** Of a model that was not found: what may have been meant, or, where it is `ambiguous`, all that bear the name. */
  readonly nearest?: readonly string[];
  readonly ambiguous?: boolean;
  readonly unknownRegions?: readonly string[];
}
