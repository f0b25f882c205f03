import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiscoveryRefresher } from 'nestjs-bedrock-discovery';
import { createApplication } from './application.js';
import { measure } from './measure.js';
import { getAll, newAgent, PlainSdk, type RecordedRequest } from './requests.js';
import type { Simulator } from './simulator-process.js';
import { summarise, type Summary } from './statistics.js';

const ROUNDS = 30;
const WARM_UP = 10;
/** More than what is written behind a refresh takes: it is a part of what it costs. */
const WRITING_MS = 60;
/** The region that changes lists as much as an average one. */
const CHANGING = 'eu-north-1';

export interface UnchangedRow {
  readonly name: string;
  readonly unit: 'ms' | 'ratio';
  readonly value: Summary | number;
  readonly bound?: number;
}

/** The processor's time of all threads for one piece of work and what it leaves behind, in milliseconds. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/**
 * What refreshes cost that change nothing, or one region, beside plain GETs of the same bytes that are parsed. The library keeps
 * what it learns on disk, and its writes are waited for. The kinds take turns, so that all see the same machine.
 */
export async function measureUnchanged(
  target: Simulator,
  requests: readonly RecordedRequest[],
): Promise<UnchangedRow[]> {
  const directory = await mkdtemp(join(tmpdir(), 'bedrock-discovery-bench-'));
  const [agent, peer] = [newAgent(target), new PlainSdk(target)];
  const application = await createApplication(target, { cache: { directory } });
  const refresher = application.get(DiscoveryRefresher);
  const refresh = async (): Promise<void> => {
    await refresher.refresh({ force: true });
    await new Promise((resolve) => setTimeout(resolve, WRITING_MS));
  };
  const kinds = {
    floor: () => getAll(target, requests, agent, (body) => JSON.parse(body.toString()) as unknown),
    peer: () => peer.list(),
    library: refresh,
    changed: refresh,
  };
  const names = Object.keys(kinds) as (keyof typeof kinds)[];
  const cpu: Record<keyof typeof kinds, number[]> = { floor: [], peer: [], library: [], changed: [] };
  const stalls: Record<keyof typeof kinds, number[]> = { floor: [], peer: [], library: [], changed: [] };
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const name of names) {
      if (name === 'changed') {
        await target.change(CHANGING);
      }
      const spent = await cpuOf(kinds[name]);
      if (round >= 0) {
        cpu[name].push(spent);
      }
    }
  }
  for (let round = 0; round < ROUNDS / 2; round += 1) {
    for (const name of names.filter((each) => each !== 'changed')) {
      stalls[name].push((await measure(kinds[name])).stallMs);
    }
  }
  await application.close();
  peer.destroy();
  agent.destroy();
  await rm(directory, { recursive: true });
  return rowsOf(cpu, stalls, target.regions.length);
}

function rowsOf(
  cpu: Readonly<Record<'floor' | 'peer' | 'library' | 'changed', number[]>>,
  stalls: Readonly<Record<'floor' | 'peer' | 'library', number[]>>,
  regions: number,
): UnchangedRow[] {
  const [floor, peer, library, changed] = [cpu.floor, cpu.peer, cpu.library, cpu.changed].map(summarise) as [
    Summary,
    Summary,
    Summary,
    Summary,
  ];
  const stall = { floor: summarise(stalls.floor), library: summarise(stalls.library) };
  return [
    { name: 'unchanged refresh, CPU, floor (plain GETs with JSON.parse)', unit: 'ms', value: floor },
    { name: 'unchanged refresh, CPU, peer (plain SDK)', unit: 'ms', value: peer },
    { name: 'unchanged refresh, CPU, library with a folder', unit: 'ms', value: library },
    { name: 'unchanged refresh, CPU, library / floor', unit: 'ratio', value: library.median / floor.median, bound: 1 },
    {
      name: `one of ${regions} regions changed, CPU beyond an unchanged refresh / its share of the plain SDK's`,
      unit: 'ratio',
      value: (changed.median - library.median) / (peer.median / regions),
    },
    { name: 'unchanged refresh, event-loop stall, floor', unit: 'ms', value: stall.floor },
    {
      name: 'unchanged refresh, event-loop stall, p95 beyond the floor',
      unit: 'ms',
      value: stall.library.p95 - stall.floor.p95,
      bound: 3,
    },
  ];
}
