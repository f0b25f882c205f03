import type { OperationName } from '../operations/operation.js';

/** One request that arrived whole enough to be read. */
export interface RecordedRequest {
  /** ISO 8601, by the simulator's clock. */
  readonly at: string;
  /** From the signature's scope; undefined when the request was not signed. */
  readonly region?: string;
  readonly service?: string;
  /** Undefined for a path that no operation has. */
  readonly operation?: OperationName;
  readonly method: string;
  /** Path and query as they arrived. */
  readonly path: string;
  readonly accessKeyId?: string;
}

/** Which requests to count; what is left out matches all. */
export interface RequestFilter {
  operation?: OperationName;
  region?: string;
}

/** The latest that are kept one by one; counts go on. */
const MAX_LISTED = 10_000;

/** The requests that arrived, for assertions about how many there were. */
export class RequestLog {
  readonly #counts = new Map<string, { operation?: OperationName; region?: string; count: number }>();
  #listed: RecordedRequest[] = [];

  /** @internal */
  record(request: RecordedRequest): void {
    const { operation, region } = request;
    const key = `${operation ?? ''}|${region ?? ''}`;
    const entry = this.#counts.get(key);
    if (entry === undefined) this.#counts.set(key, { operation, region, count: 1 });
    else entry.count++;
    this.#listed.push(request);
    if (this.#listed.length > 2 * MAX_LISTED) this.#listed = this.#listed.slice(-MAX_LISTED);
  }

  /** How many arrived since the start or the last {@link reset}. */
  count(filter: RequestFilter = {}): number {
    let count = 0;
    for (const entry of this.#counts.values()) {
      const wanted =
        (filter.operation === undefined || filter.operation === entry.operation) &&
        (filter.region === undefined || filter.region === entry.region);
      if (wanted) count += entry.count;
    }
    return count;
  }

  /** The latest requests (at most 10,000), oldest first. */
  list(): RecordedRequest[] {
    return this.#listed.slice(-MAX_LISTED);
  }

  reset(): void {
    this.#counts.clear();
    this.#listed = [];
  }
}
