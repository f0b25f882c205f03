import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What an application with a schedule and a cache imports anyway. */
const FLOOR = ['reflect-metadata', '@nestjs/core', '@nestjs/schedule', '@nestjs/cache-manager'];

/** User CPU time of whole processes, in milliseconds: of one that imports only the floor, and of one that imports the library too. */
export async function measureImport(rounds: number): Promise<{ floor: number[]; library: number[] }> {
  const times: { floor: number[]; library: number[] } = { floor: [], library: [] };
  for (let round = 0; round < rounds; round += 1) {
    times.floor.push(await userTimeOf(FLOOR));
    times.library.push(await userTimeOf([...FLOOR, 'nestjs-bedrock-discovery']));
  }
  return times;
}

async function userTimeOf(packages: readonly string[]): Promise<number> {
  const imports = packages.map((name) => `await import('${name}');`).join('');
  const script = `${imports} process.stdout.write(String(process.cpuUsage().user / 1_000));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  return Number(stdout);
}
