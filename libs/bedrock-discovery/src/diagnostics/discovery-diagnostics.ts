import { Injectable } from '@nestjs/common';
import { ACCESS_EVENTS, type AccessEvent } from '../access/access-events.js';
import { CACHE_EVENTS, type CacheEvent } from '../cache/cache-events.js';
import { REGION_EVENTS, type RegionEvent } from '../inventory/region-events.js';
import { SCAN_EVENTS, type ScanEvent } from '../inventory/scan-events.js';
import { REFRESH_EVENTS, type RefreshEvent } from '../refresh/refresh-events.js';
import type { DiagnosticEvent } from '../reporting/event-channel.js';
import { Reporter } from '../reporting/reporter.js';
import {
  ATTEMPT_EVENTS,
  type AttemptEvent,
  CIRCUIT_EVENTS,
  type CircuitEvent,
  RESOLVE_EVENTS,
  type ResolveEvent,
  RUN_EVENTS,
  type RunEvent,
} from '../routing/run-events.js';

/**
 * What is told of, by name.
 *
 * @publicApi
 */
export interface DiagnosticEvents {
  /** A pass over all listings. */
  readonly refresh: RefreshEvent;
  /** One listing, asked of regions. */
  readonly scan: ScanEvent;
  /** One listing, asked of one region. */
  readonly region: RegionEvent;
  /** A question for routes. */
  readonly resolve: ResolveEvent;
  /** A call that fails over. */
  readonly run: RunEvent;
  /** One attempt of such a call. */
  readonly attempt: AttemptEvent;
  /** A route or region that is called less, or again. */
  readonly circuit: CircuitEvent;
  /** Access to a model that turns out otherwise. */
  readonly access: AccessEvent;
  /** A question to the cache. */
  readonly cache: CacheEvent;
}

/** Where events can be subscribed to. */
interface Subscribable<E extends DiagnosticEvent> {
  subscribe(listener: (event: E) => void): () => void;
}

const CHANNELS: { readonly [N in keyof DiagnosticEvents]: Subscribable<DiagnosticEvents[N]> } = {
  refresh: REFRESH_EVENTS,
  scan: SCAN_EVENTS,
  region: REGION_EVENTS,
  resolve: RESOLVE_EVENTS,
  run: RUN_EVENTS,
  attempt: ATTEMPT_EVENTS,
  circuit: CIRCUIT_EVENTS,
  access: ACCESS_EVENTS,
  cache: CACHE_EVENTS,
};

/**
 * What happens in the library, as typed events. Whatever happens in a process is published on `node:diagnostics_channel`, where
 * nothing is made of it unless somebody subscribes: `nestjs-bedrock-discovery:<name>` for points in time (`resolve`, `circuit`,
 * `access`, `cache`), and the tracing channels of that name for what takes time (`refresh`, `scan`, `region`, `run`, `attempt`),
 * whose `asyncEnd` has the complete event. This service has the events of its registration alone.
 *
 * @publicApi
 */
@Injectable()
export class DiscoveryDiagnostics {
  readonly #reporter: Reporter;

  /** @internal Nest makes it. */
  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  /**
   * Calls with each event, once it is over where it takes time, until the returned function is called or the application closes.
   * What the listener throws is an uncaught exception, as for all that listen to these channels.
   */
  on<N extends keyof DiagnosticEvents>(name: N, listener: (event: DiagnosticEvents[N]) => void): () => void {
    const subscription = this.#reporter.observe(CHANNELS[name]).subscribe(listener);
    return () => subscription.unsubscribe();
  }
}
