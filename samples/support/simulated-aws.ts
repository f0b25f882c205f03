import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BedrockSimulator, type SimulatorOptions } from 'bedrock-simulator';

/** A simulator that this process takes for AWS, and a folder of its own for the cache. */
export async function startSimulatedAws(options: SimulatorOptions = {}) {
  const simulator = await BedrockSimulator.start({ latency: 'none', ...options });
  const folder = await mkdtemp(join(tmpdir(), 'samples-'));
  const before = { ...process.env };
  setEnvironment({ ...simulator.environment(), XDG_CACHE_HOME: folder, HOME: folder, LOCALAPPDATA: folder });
  return {
    simulator,
    folder,
    environment: { ...process.env },
    async stop(): Promise<void> {
      setEnvironment({ ...Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined])), ...before });
      await simulator.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A variable that is assigned undefined would be the text "undefined". */
function setEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) {
      delete process.env[name];
    } else {
      process.env[name] = value;
    }
  }
}
