import type { AccessState, ModelLifecycle } from 'nestjs-bedrock-discovery';

/**
 * All models × all regions in one answer: `GET /matrix`. What many cells share is written once, so that it stays small:
 * a cell is the number of a state of its model, a state names profiles by their number.
 */
export interface Matrix {
  readonly source: 'simulator' | 'aws';
  /** Says in words where the data comes from. */
  readonly note: string;
  /** By name. */
  readonly regions: readonly MatrixRegion[];
  readonly profiles: readonly MatrixProfile[];
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
}

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
  /** By the position of the region: the number of a state, -1 where nothing is offered. */
  readonly cells: readonly number[];
}

/** How a model can be invoked in a region. */
export interface MatrixState {
  /** Absent where the region offers profiles of the model, but does not list the model itself. */
  readonly lifecycle?: ModelLifecycle;
  /** `ON_DEMAND`, `PROVISIONED`, `INFERENCE_PROFILE`, or whatever AWS adds. */
  readonly inference: readonly string[];
  /** Numbers of the active profiles that lead to it. */
  readonly profiles: readonly number[];
  /** Absent where it was never asked for. */
  readonly access?: AccessState;
}
