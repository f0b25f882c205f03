import type { Catalogue } from '../catalogue/catalogue.js';
import type { ModelAccessTable } from '../catalogue/model-access.js';
import type { RegionOptIns } from '../catalogue/region-opt-ins.js';

/** The operations that are played. */
export const OPERATION_NAMES = [
  'ListFoundationModels',
  'GetFoundationModel',
  'GetFoundationModelAvailability',
  'ListInferenceProfiles',
  'GetInferenceProfile',
  'ListRegions',
] as const;

export type OperationName = (typeof OPERATION_NAMES)[number];

/** One authenticated call, and the state it is answered from. */
export interface OperationCall {
  readonly region: string;
  readonly accountId: string;
  /** The decoded part of the path that names a resource, or empty. */
  readonly resource: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly catalogue: Catalogue;
  readonly access: ModelAccessTable;
  readonly optIns: RegionOptIns;
  /** The most that a page holds, whatever was asked for. */
  readonly pageSize: number;
}

/** One operation of one service. */
export interface Operation {
  readonly name: OperationName;
  /** Signing name, as in the credential scope. */
  readonly service: string;
  readonly method: string;
  /** Path up to the resource. */
  readonly path: string;
  /** Whether an encoded resource follows the path. */
  readonly takesResource: boolean;
  /**
   * @returns the JSON body of a 200
   * @throws AwsError for every other answer
   */
  readonly handle: (call: OperationCall) => object;
}
