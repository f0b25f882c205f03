import { checkAccountId, type SimulatorCredentials } from '../protocol/credential-registry.js';
import { checkInteger, checkKeys, checkText, checkTexts, refuse } from '../settings/checks.js';
import { defined } from '../settings/defined.js';
import type { SimulatorOptions } from './simulator-options.js';

/** Options with their defaults, checked. */
export interface ResolvedOptions
  extends Required<Omit<SimulatorOptions, 'credentials' | WithoutDefault>>, Pick<SimulatorOptions, WithoutDefault> {
  readonly credentials: readonly [SimulatorCredentials, ...SimulatorCredentials[]];
}

type WithoutDefault = 'asOf' | 'catalogue';

/** Recognisable as made up, wherever they turn up. */
const DEFAULT_CREDENTIALS: SimulatorCredentials = {
  accessKeyId: 'SIMULATORKEYID',
  secretAccessKey: 'simulator-secret-access-key',
};

const DEFAULTS = {
  port: 0,
  host: '127.0.0.1',
  tls: false,
  listenerPerRegion: false,
  latency: 'realistic',
  modelLatency: 0,
  jitter: 0.1,
  optIn: [],
  additionalRegions: [],
  credentials: DEFAULT_CREDENTIALS,
  accountId: '123456789012',
  seed: 1,
  now: Date.now,
  pageSize: 1000,
} satisfies Required<Omit<SimulatorOptions, WithoutDefault>>;

const KEYS = [...Object.keys(DEFAULTS), 'asOf', 'catalogue'];

/**
 * Fills in defaults. `latency`, `modelLatency`, `jitter`, `optIn`, `catalogue` and each set of credentials are checked by what takes them.
 *
 * @throws RangeError that names the option and says what is accepted
 */
export function resolveOptions(options: SimulatorOptions): ResolvedOptions {
  checkKeys('BedrockSimulator.start', options, KEYS);
  const resolved = { ...DEFAULTS, ...defined(options) };
  checkInteger('port', resolved.port, 0, 65_535);
  checkText('host', resolved.host);
  for (const flag of ['tls', 'listenerPerRegion'] as const) {
    if (typeof resolved[flag] !== 'boolean') {
      refuse(flag, 'true or false', resolved[flag]);
    }
  }
  checkAccountId(resolved.accountId);
  checkInteger('seed', resolved.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (typeof resolved.now !== 'function') {
    refuse('now', 'a function that returns milliseconds', resolved.now);
  }
  if (options.asOf !== undefined && options.asOf !== 'now' && Number.isNaN(Date.parse(options.asOf))) {
    refuse('asOf', "an ISO 8601 time or 'now'", options.asOf);
  }
  checkInteger('pageSize', resolved.pageSize, 1);
  checkTexts('additionalRegions', resolved.additionalRegions);
  const [first, ...others] = [resolved.credentials].flat();
  if (first === undefined) {
    throw new RangeError('bedrock-simulator: credentials must hold at least one set.');
  }
  return { ...resolved, credentials: [first, ...others] };
}
