import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiscoveryRefresher } from 'nestjs-bedrock-discovery';
import { createApplication } from './application.js';
import { startSimulator } from './simulator-process.js';

/** That lists something else each time. */
const CHANGING = 'eu-north-1';
/** More than what is written behind a refresh takes. */
const WRITING_MS = 1_000;

/**
 * By how many megabytes the heap grows over so many refreshes, of each of which one region lists something else, with a folder
 * to keep what is learnt. The smallest of three looks counts, since what is under way when one looks is no growth.
 *
 * @param warmUp refreshes before, until code is compiled and what is bounded is full: of changes 1,000 are kept, two of each
 */
export async function measureChurn(refreshes: number, warmUp = 600): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'bedrock-discovery-bench-'));
  const simulator = await startSimulator({ latency: 'none', optIn: 'all' });
  // What does not change needs few regions to be asked about.
  const regions = simulator.regions.filter((region) => region.startsWith('eu-'));
  const application = await createApplication(simulator, { cache: { directory }, regions });
  const refresher = application.get(DiscoveryRefresher);
  const refresh = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      await simulator.change(CHANGING);
      await refresher.refresh({ force: true });
    }
  };
  const settled = async (): Promise<number> => {
    const looks: number[] = [];
    for (let look = 0; look < 3; look += 1) {
      await refresh(1);
      await new Promise((resolve) => setTimeout(resolve, WRITING_MS));
      globalThis.gc?.();
      looks.push(process.memoryUsage().heapUsed);
    }
    return Math.min(...looks);
  };
  await refresh(warmUp);
  const before = await settled();
  await refresh(refreshes);
  const after = await settled();
  await application.close();
  simulator.stop();
  await rm(directory, { recursive: true });
  return (after - before) / 1e6;
}
