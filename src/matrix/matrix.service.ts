import { Inject, Injectable } from '@nestjs/common';
import type { Matrix, MatrixState } from 'explorer-web';
import {
  BEDROCK_DISCOVERY_CLOCK,
  type Clock,
  type DiscoveredModel,
  type DiscoveredProfile,
  InvocationRouter,
  ModelAccessService,
  ModelDiscoveryService,
  ProfileDiscoveryService,
  type RegionStatus,
  type RouteConstraints,
} from 'nestjs-bedrock-discovery';
import { PreparedResponse } from '../responses/prepared-response.js';
import { DiscoverySource } from '../source/discovery-source.js';
import { buildMatrix } from './build-matrix.js';

/** So long an answer stands where no region has answered anew: those who look at once share it. */
const SHARED_MS = 1_000;
/** Questions whose answers are kept. */
const MOST_KEPT = 16;

/** What is built of: what the regions have answered, and what is listed. */
interface Seen {
  readonly statuses: readonly (readonly RegionStatus[])[];
  readonly answers: string;
  readonly models: readonly DiscoveredModel[];
  readonly profiles: readonly DiscoveredProfile[];
}

interface Built {
  readonly matrix: Matrix;
  readonly text: string;
  readonly response: PreparedResponse;
  readonly seen: Seen;
  readonly atMs: number;
}

/** The matrix as it was built last for each question, kept until something in it differs. */
@Injectable()
export class MatrixService {
  /** By what was asked, the one that was built last at the end. */
  readonly #built = new Map<string, Built>();
  #isReading = false;

  constructor(
    private readonly router: InvocationRouter,
    private readonly models: ModelDiscoveryService,
    private readonly profiles: ProfileDiscoveryService,
    private readonly access: ModelAccessService,
    private readonly source: DiscoverySource,
    @Inject(BEDROCK_DISCOVERY_CLOCK) private readonly clock: Clock,
  ) {}

  /** Never waits for AWS: regions that have not answered are `pending`. */
  async response(constraints: RouteConstraints = {}): Promise<PreparedResponse> {
    return (await this.#build(constraints)).response;
  }

  /**
   * Without conditions, as it was after the regions last answered: what changes by itself, such as the end of a lifecycle, may
   * be missing. The same object while nothing in it differs. Has nothing asked.
   */
  async current(): Promise<Matrix> {
    const last = this.#built.get(JSON.stringify({}));
    const isCurrent = last !== undefined && isSame(last.seen, this.#see());
    return (isCurrent ? last : await this.#build({}, { ahead: true })).matrix;
  }

  /** @param ahead of those who look: for no answer, which is always one of the moment */
  async #build(constraints: RouteConstraints, { ahead = false } = {}): Promise<Built> {
    const question = JSON.stringify(constraints);
    const seen = this.#see();
    const last = this.#built.get(question);
    if (last !== undefined && isSame(last.seen, seen) && this.clock.now() - last.atMs < SHARED_MS) {
      return last;
    }
    const { statuses, models, profiles } = seen;
    const [modelStatuses = [], profileStatuses = []] = statuses;
    const isKnown = isAnyKnown(statuses.flat());
    const verdicts = isKnown ? await this.router.peekModelVerdicts(constraints) : [];
    if (!ahead) {
      this.#read(isAnyKnown(modelStatuses), isAnyKnown(profileStatuses));
    }
    const accessTo = (modelId: string, region: string): MatrixState['access'] => this.#accessTo(modelId, region);
    const { kind: source, note } = this.source;
    const parts = { verdicts, models, profiles, modelStatuses, profileStatuses, accessTo };
    const matrix: Matrix = { source, note, ...buildMatrix(parts) };
    const text = JSON.stringify(matrix);
    const same = text === last?.text ? last : { matrix, text, response: preparedResponse(text) };
    const built = { ...same, seen, atMs: ahead ? Number.NEGATIVE_INFINITY : this.clock.now() };
    this.#keep(question, built);
    return built;
  }

  #see(): Seen {
    const statuses = [this.models.getRegionStatuses(), this.profiles.getRegionStatuses()];
    return {
      statuses,
      answers: JSON.stringify(statuses.map((each) => each.map(answerOf))),
      models: this.models.peekAllModels(),
      profiles: this.profiles.peekAllProfiles(),
    };
  }

  /** Looking is reading: what is due is asked for behind, where that is when it is read. */
  #read(models: boolean, profiles: boolean): void {
    if (this.#isReading) {
      return;
    }
    this.#isReading = true;
    const queries: Promise<unknown>[] = [
      ...(models ? [this.models.getAllModels()] : []),
      ...(profiles ? [this.profiles.getAllProfiles()] : []),
    ];
    void Promise.allSettled(queries).finally(() => (this.#isReading = false));
  }

  #keep(question: string, built: Built): void {
    this.#built.delete(question);
    this.#built.set(question, built);
    const [oldest] = this.#built.keys();
    if (this.#built.size > MOST_KEPT && oldest !== undefined) {
      this.#built.delete(oldest);
    }
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

/** Lists are published once for a scan, after the regions have answered; what is published is another array. */
function isSame(one: Seen, other: Seen): boolean {
  return one.answers === other.answers && one.models === other.models && one.profiles === other.profiles;
}

function answerOf({ region, status, scannedAt, stale, failure }: RegionStatus): readonly unknown[] {
  return [region, status, scannedAt, stale, failure?.at];
}

function preparedResponse(text: string): PreparedResponse {
  return new PreparedResponse(text, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-cache',
  });
}
