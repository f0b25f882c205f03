import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const MEASURE = new URL('../../bench/dist/churn.js', import.meta.url).href;
const [REFRESHES, WARM_UP] = [60, 40];

/** A process of its own, whose heap holds nothing else. `npm run bench -- --only churn` has more refreshes and a closer bound. */
async function grownMegabytes(): Promise<number> {
  const program = `import { measureChurn } from '${MEASURE}'; console.log(await measureChurn(${REFRESHES}, ${WARM_UP}));`;
  const flags = ['--no-warnings', '--expose-gc', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { env: { ...process.env, NODE_OPTIONS: '' } });
  return Number(stdout);
}

it('refreshes in each of which a region lists something else leave nothing behind in memory', async () => {
  // What one answer of a region takes would be several times as much, kept sixty times.
  expect(await grownMegabytes()).toBeLessThan(1);
}, 120_000);
