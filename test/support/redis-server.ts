import { beforeAll, describe } from '@jest/globals';
import { createClient } from '@redis/client';
import * as BenchRedis from '../../bench/redis-server.js';
import { afterThisTest, temporaryFolder } from './cleanup.js';

const given = process.env['REDIS_URL'];
const isInstalled = given !== undefined || BenchRedis.isRedisInstalled();
const NO_REDIS = 'no redis-server was found: install one, or name a running one in REDIS_URL';
const NOT_OURS = 'the server that REDIS_URL names is neither stopped nor filled';

/** Tests with a real Redis. Where there is none they are skipped, and it is said why; where CI is set, that is a failure. */
export function describeWithRedis(name: string, tests: () => void): void {
  describeUnless(isInstalled ? undefined : NO_REDIS, name, tests);
}

/** As {@link describeWithRedis}, for what stops, fills or restarts a server, which is not ours to do to the one of `REDIS_URL`. */
describeWithRedis.ofOurOwn = (name: string, tests: () => void): void =>
  describeUnless(!isInstalled ? NO_REDIS : given === undefined ? undefined : NOT_OURS, name, tests);

function describeUnless(reason: string | undefined, name: string, tests: () => void): void {
  const isSkipped = reason === NOT_OURS || (reason !== undefined && !process.env['CI']);
  if (isSkipped) {
    process.stderr.write(`Skipped: "${name}": ${reason}.\n`);
  }
  beforeAll(() => {
    if (reason !== undefined && !isSkipped) {
      throw new Error(`Redis cannot be tested: ${reason}.`);
    }
  });
  const suite = isSkipped ? describe.skip : describe;
  suite(name, tests);
}

/** One that keeps nothing; it ends with the current test. */
export const RedisServer = {
  /** @param settings as of the command line, such as `--requirepass` and a password */
  async start(...settings: readonly string[]): Promise<BenchRedis.RedisServer> {
    const server = await BenchRedis.RedisServer.start('--dir', await temporaryFolder(), ...settings);
    afterThisTest(() => server.end());
    return server;
  },
};
export type RedisServer = BenchRedis.RedisServer;

/** It ends with the current test. */
export const Cable = {
  async to(port: number): Promise<BenchRedis.Cable> {
    const cable = await BenchRedis.Cable.to(port);
    afterThisTest(() => cable.stop());
    return cable;
  },
};
export type Cable = BenchRedis.Cable;

/** A server, and keys that nobody else has there: that of `REDIS_URL`, else one that ends with the current test. */
export async function startRedis(): Promise<{ url: string; keyPrefix: string }> {
  const url = given ?? (await RedisServer.start()).url;
  return { url, keyPrefix: `test:${process.pid}:${performance.now()}:` };
}

/** What a server answers to a command. */
export async function askRedis(url: string, ...command: readonly string[]): Promise<unknown> {
  const client = createClient({ url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}
