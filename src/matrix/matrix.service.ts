import { Injectable } from '@nestjs/common';
import type { Matrix, MatrixState } from 'explorer-web';
import {
  type DiscoveredModel,
  type DiscoveredProfile,
  InvocationRouter,
  ModelAccessService,
  ModelDiscoveryService,
  ProfileDiscoveryService,
  type RegionStatus,
} from 'nestjs-bedrock-discovery';
import { PreparedResponse } from '../responses/prepared-response.js';
import { DiscoverySource } from '../source/discovery-source.js';
import { buildMatrix } from './build-matrix.js';
import { LatestValue } from './latest-value.js';

const NO_MODELS: readonly DiscoveredModel[] = [];
const NO_PROFILES: readonly DiscoveredProfile[] = [];

/** The matrix as it was built last, kept until something in it differs. */
@Injectable()
export class MatrixService {
  readonly #models = new LatestValue(NO_MODELS, () => this.models.getAllModels());
  readonly #profiles = new LatestValue(NO_PROFILES, () => this.profiles.getAllProfiles());
  #text = '';
  #response: PreparedResponse | undefined;

  constructor(
    private readonly router: InvocationRouter,
    private readonly models: ModelDiscoveryService,
    private readonly profiles: ProfileDiscoveryService,
    private readonly access: ModelAccessService,
    private readonly source: DiscoverySource,
  ) {}

  /** Never waits for AWS: regions that have not answered are `pending`. */
  async response(): Promise<PreparedResponse> {
    const modelStatuses = this.models.getRegionStatuses();
    const profileStatuses = this.profiles.getRegionStatuses();
    const models = isAnyKnown(modelStatuses) ? await this.#models.get() : NO_MODELS;
    const profiles = isAnyKnown(profileStatuses) ? await this.#profiles.get() : NO_PROFILES;
    const verdicts = isAnyKnown([...modelStatuses, ...profileStatuses]) ? await this.router.peekModelVerdicts() : [];
    const accessTo = (modelId: string, region: string): MatrixState['access'] => this.#accessTo(modelId, region);
    const { kind: source, note } = this.source;
    const parts = { verdicts, models, profiles, modelStatuses, profileStatuses, accessTo };
    const matrix: Matrix = { source, note, ...buildMatrix(parts) };
    const text = JSON.stringify(matrix);
    if (this.#response === undefined || text !== this.#text) {
      this.#response = new PreparedResponse(text, {
        'Content-Type': 'application/json; charset=utf-8',
        'Cache-Control': 'no-cache',
      });
      this.#text = text;
    }
    return this.#response;
  }

  #accessTo(modelId: string, region: string): MatrixState['access'] {
    const { state } = this.access.peekAccess(modelId, region);
    return state === 'unknown' ? undefined : state;
  }
}

/** Asking for what is not known at all would begin a scan, which is not the page's to begin. */
function isAnyKnown(statuses: readonly RegionStatus[]): boolean {
  return statuses.some(({ scannedAt }) => scannedAt !== undefined);
}
