import type { AccessState, ModelLifecycle, RegionFailure, Verdict, VerdictCode, Via } from 'nestjs-bedrock-discovery';

/**
 * All models × all regions in one answer: `GET /matrix`. What many cells share is written once, so that it stays small:
 * a cell is the number of a state of its model, a state names profiles and its price by their numbers.
 */
export interface Matrix {
  readonly source: 'simulator' | 'aws';
  /** Says in words where the data comes from. */
  readonly note: string;
  /** By name. */
  readonly regions: readonly MatrixRegion[];
  readonly profiles: readonly MatrixProfile[];
  readonly prices: readonly MatrixPrice[];
  /** By id. */
  readonly models: readonly MatrixModel[];
}

/**
 * `partial`: what it lacks is unknown, since not all could be read. `stale`: served, but old or from before a failure.
 * `pending`: not asked yet. `failed`: asked, and nothing is known.
 */
export type Knowledge = 'known' | 'partial' | 'stale' | 'pending' | 'failed';

export interface MatrixRegion {
  readonly region: string;
  readonly models: Knowledge;
  readonly profiles: Knowledge;
  /** What keeps its cells unknown, by operation; only where that failed and nothing is known. */
  readonly failures?: {
    readonly models?: MatrixFailure;
    readonly profiles?: MatrixFailure;
  };
}

/** Without its time, which would be another one at each scan. */
type MatrixFailure = Pick<RegionFailure, 'kind' | 'message' | 'remedy'>;

export interface MatrixProfile {
  readonly id: string;
  readonly name: string;
  /** The prefix of a system profile's id; `application` for one of the account's own. */
  readonly geography: string;
}

export interface MatrixModel {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly streaming?: boolean;
  readonly states: readonly MatrixState[];
  /** By the position of the region: the number of a state, -1 where the model is not offered. */
  readonly cells: readonly number[];
}

/** The verdict on a model in a region, and what it is about. */
export interface MatrixState {
  readonly verdict: Verdict;
  /** Why not. */
  readonly code?: VerdictCode;
  /** The ways to invoke it that the verdict speaks of; none where it is unknown. */
  readonly vias: readonly Via[];
  /** Numbers of the profiles among them. */
  readonly profiles: readonly number[];
  /** `ON_DEMAND`, `PROVISIONED`, `INFERENCE_PROFILE`, or whatever AWS adds. */
  readonly inference: readonly string[];
  /** Absent where the region does not list the model itself, as far as is known. */
  readonly lifecycle?: ModelLifecycle;
  /** Absent where it was never asked for. */
  readonly access?: AccessState;
  /** Number of the price of the cheapest of the ways, where it can be invoked. Absent where none is known. */
  readonly price?: number;
  /** The most that any of the ways allows. Absent where none is known. */
  readonly tokensPerMinute?: number;
}

/** Of a million tokens. */
export interface MatrixPrice {
  readonly in: number;
  readonly out: number;
  /** ISO 4217. */
  readonly currency: string;
  /** Its calls may be served anywhere. */
  readonly anywhere?: true;
}
