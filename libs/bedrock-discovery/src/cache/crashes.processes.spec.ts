import { createCache } from 'cache-manager';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type ResolvedOptions, resolveOptions } from '../options/resolve-options.js';
import { Reporter } from '../reporting/reporter.js';
import { systemClock } from '../util/clock.js';
import { catchWarnings, runProgram, temporaryFolder } from './cache.spec.fixture.js';
import { KeptValues } from './kept-values.js';
import { TieredCache } from './tiered-cache.js';
import { createCacheStores } from './tiers.js';

const KEEPER = new URL('../../test-fixtures/cache-keeper.mjs', import.meta.url);

// `npm run crash -- --kills 1000 --rounds 1000` sets these.
const KILLS = Number(process.env['CRASH_KILLS'] ?? 12);
const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 12);
/** Beyond what a first write takes. */
const KILLED_WITHIN_MS = 60;

jest.setTimeout(300_000 + KILLS * 10_000 + ROUNDS * 2_000);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let warnings: ReturnType<typeof catchWarnings>;
beforeEach(async () => {
  folder = await temporaryFolder();
  warnings = catchWarnings();
});
afterEach(async () => {
  warnings.mockRestore();
  await folder.remove();
});

/** A process that keeps numbers; `killAfterMs` counts from the first that is kept. */
async function keep(
  names: readonly string[],
  { count, killAfterMs }: { count: number; killAfterMs?: number },
): Promise<number[]> {
  const args = [folder.path, names.join(','), Date.now(), count];
  return (await runProgram(KEEPER, args, { killAfterMs })).map(Number);
}

interface Reader {
  readonly cache: TieredCache;
  readonly kept: KeptValues;
}

/** As a process that starts now. */
async function open(): Promise<Reader> {
  const options: ResolvedOptions = resolveOptions({ cache: { directory: folder.path } });
  const stores = await createCacheStores(options);
  const cache = new TieredCache(createCache({ stores }), options, systemClock, new Reporter('', options, systemClock));
  return { cache, kept: new KeptValues(cache, options, systemClock) };
}

/** By name, the number that is kept; a value that is not that of its number is torn. */
async function numbersIn({ kept }: Reader): Promise<ReadonlyMap<string, number>> {
  const stamps = await kept.look('owner');
  const values = await kept.fetch('owner', stamps);
  return new Map(
    [...stamps].map(([name, { at }]) => {
      const [, own] = name.split('/');
      expect(values.get(name)).toEqual([own, at % 20, expect.stringMatching(/^x{20000}$/)]);
      return [own ?? '', at];
    }),
  );
}

async function kindsOfFiles(): Promise<{ entries: number; others: string[] }> {
  const files = (await folder.files()).map((file) => file.slice(folder.path.length));
  const others = files.filter((file) => !/-[0-9a-f]{16}\.v1\.json$/.test(file));
  return { entries: files.length - others.length, others };
}

describe('processes that are killed while they write', () => {
  it(`tear nothing, and lose nothing that was kept: ${KILLS} times`, async () => {
    const lane = async (names: readonly string[]): Promise<void> => {
      for (let kill = 0; kill < KILLS / 2; kill += 1) {
        const kept = await keep(names, { count: 100_000, killAfterMs: Math.random() * KILLED_WITHIN_MS });
        const last = kept.at(-1) ?? Number.POSITIVE_INFINITY;
        const reader = await open();
        const found = await numbersIn(reader);
        for (const name of names) {
          expect(found.get(name)).toBeGreaterThanOrEqual(last);
        }
        const entry = await reader.cache.get<{ number: number; filling: string }>(names[0] ?? '');
        expect(entry?.number).toBeGreaterThanOrEqual(last);
        expect(entry?.filling).toHaveLength(300_000);
      }
    };
    await Promise.all([lane(['a', 'b', 'c']), lane(['d', 'e'])]);
    expect(warnings).not.toHaveBeenCalled();
    const { others } = await kindsOfFiles();
    expect(await (await open()).cache.prune()).toBe(others.length);
    expect((await kindsOfFiles()).others).toEqual([]);
  });
});

describe('eight processes of one folder', () => {
  it('show every reader whole values while all write, and leave what the last of each has kept', async () => {
    const processes = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    let left = processes.length;
    const writers = processes.map((name) => keep([name], { count: ROUNDS }).finally(() => (left -= 1)));
    let reads = 0;
    while (left > 0) {
      await numbersIn(await open());
      reads += 1;
    }
    const last = await Promise.all(writers);
    expect(reads).toBeGreaterThan(0);
    const reader = await open();
    const found = await numbersIn(reader);
    expect(processes.map((name) => [name, found.get(name)])).toEqual(
      processes.map((name, index) => [name, last[index]?.at(-1)]),
    );
    expect(warnings).not.toHaveBeenCalled();
    expect((await kindsOfFiles()).others).toEqual([]);
  });
});
