import {
  type BedrockDiscoveryOptions,
  InvalidOptionsError,
  nearestRegion,
  optionsFromEnvironment,
} from 'nestjs-bedrock-discovery';
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
  const { profile, regions, listings, cacheDir, cache, timeout } = globals;
  const options = optionsFromEnvironment(environment);
  refuseSlips('BEDROCK_DISCOVERY_REGIONS', options.regions);
  refuseSlips('BEDROCK_DISCOVERY_PREFERRED_REGIONS', options.preferredRegions);
  return {
    ...options,
    ...(profile !== undefined && { awsProfile: profile }),
    ...(regions !== undefined && { regions }),
    ...(listings !== undefined && { listings }),
    scan: {
      ...options.scan,
      onBootstrap: 'off',
      ...(timeout !== undefined && {
        deadlineMs: timeout,
        // The account is asked for its regions before.
        regionTimeoutMs: Math.min(regions === undefined ? Math.ceil(timeout / 2) : timeout, REGION_TIMEOUT_MS),
      }),
    },
    cache: {
      ...options.cache,
      ...(cacheDir !== undefined && { directory: cacheDir }),
      ...(!cache && { directory: false }),
    },
    refresh: { ...options.refresh, mode: 'off' },
  };
}

/** As with names on the command line itself: somebody is there to correct them. */
function refuseSlips(variable: string, names: string | readonly string[] = []): void {
  for (const name of [names].flat()) {
    const meant = nearestRegion(name);
    if (meant !== undefined) {
      const problem = `environment variable ${variable}: no region is known by the name ${name}.`;
      throw new InvalidOptionsError(variable, `${problem} Did you mean ${meant}?`);
    }
  }
}
