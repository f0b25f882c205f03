import { type BedrockDiscoveryOptions, optionsFromEnvironment } from 'nestjs-bedrock-discovery/on-demand';
import type { GlobalOptions } from './global-options.js';

/** Longest time for one operation in one region where `--timeout` does not ask for less; as in the library. */
const REGION_TIMEOUT_MS = 8_000;

/**
 * The options of the library: those of the environment, and above them those of the command line. A command asks AWS when
 * it decides to, and never by itself.
 *
 * @throws InvalidOptionsError for a variable that is wrong.
 */
export function discoveryOptions(globals: GlobalOptions, environment: NodeJS.ProcessEnv): BedrockDiscoveryOptions {
  const { profile, regions, cacheDir, cache, timeout } = globals;
  const options = optionsFromEnvironment(environment);
  return {
    ...options,
    ...(profile !== undefined && { awsProfile: profile }),
    ...(regions !== undefined && { regions }),
    scan: {
      ...options.scan,
      onBootstrap: 'off',
      ...(timeout !== undefined && { deadlineMs: timeout, regionTimeoutMs: Math.min(timeout, REGION_TIMEOUT_MS) }),
    },
    cache: {
      ...options.cache,
      ...(cacheDir !== undefined && { directory: cacheDir }),
      ...(!cache && { directory: false }),
    },
    refresh: { ...options.refresh, mode: 'off' },
  };
}
