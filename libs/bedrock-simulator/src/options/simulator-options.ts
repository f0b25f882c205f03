import type { RecordedCatalogue } from '../catalogue/catalogue-file.js';
import type { SimulatorCredentials } from '../protocol/credential-registry.js';
import type { LatencySetting } from '../latency/latency-model.js';

/** How a simulator starts; latency, faults, opt-ins, credentials and the catalogue can change while it runs. */
export interface SimulatorOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Address to listen on. Default `127.0.0.1`. */
  host?: string;
  /** Serve HTTPS with a certificate made at the start. Default false. */
  tls?: boolean;
  /** Besides the port for all, one for each region, which can be closed by itself. Default false. */
  listenerPerRegion?: boolean;
  /** Default `'realistic'`. */
  latency?: LatencySetting;
  /** How long models take from the start of a run to their first token, in milliseconds. Default 0. */
  modelLatency?: number;
  /** How far an answer may stray from its region's latency, as a share from 0 to 1. Default 0.1. */
  jitter?: number;
  /** Opt-in regions that the accounts have opted in to. Default none. */
  optIn?: 'all' | readonly string[];
  /**
   * What is offered where: a file that `bedrock-simulator record` has written, or what is in it. Default: what Bedrock offered on
   * the day of the simulator's own catalogue.
   */
  catalogue?: RecordedCatalogue | string;
  /** Regions beyond those of the catalogue, enabled by default and empty until `addModel` fills them. Default none. */
  additionalRegions?: readonly string[];
  /** Credentials that are accepted; the first are `simulator.credentials`. Default: made-up ones. */
  credentials?: SimulatorCredentials | readonly SimulatorCredentials[];
  /** Account of credentials that name none: twelve digits. Default `123456789012`. */
  accountId?: string;
  /** All that looks random follows from it: jitter, probabilities, ids. Default 1. */
  seed?: number;
  /**
   * The time as of which the lifecycles of the catalogue are judged, as ISO 8601, or `'now'`. Default: the day of the catalogue,
   * so that its models do not end while nobody looks. Lifecycles that are set are judged by the clock.
   */
  asOf?: string;
  /** The simulator's clock, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
  /** The most that a page of a paginated list holds, even when more was asked for. Default 1000. */
  pageSize?: number;
}
