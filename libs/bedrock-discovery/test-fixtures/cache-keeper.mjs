// node cache-keeper.mjs <folder> <names> <first> <count>
// Keeps first, first + 1, ... under each of the names, separated by commas, as what regions list is kept, and as an entry of
// its own under the first, and prints each number once both are on disk. A number is a time; values repeat themselves.
import { writeSync } from 'node:fs';
import { createCache } from 'cache-manager';
import { KeptValues } from '../dist/cache/kept-values.js';
import { TieredCache } from '../dist/cache/tiered-cache.js';
import { createCacheStores } from '../dist/cache/tiers.js';
import { resolveOptions } from '../dist/options/resolve-options.js';
import { Reporter } from '../dist/reporting/reporter.js';
import { systemClock } from '../dist/util/clock.js';

const [directory, list, first, count] = process.argv.slice(2);
const options = resolveOptions({ cache: { directory } });
const stores = await createCacheStores(options);
const cache = new TieredCache(createCache({ stores }), options, systemClock, new Reporter('', options, systemClock));
const kept = new KeptValues(cache, options, systemClock);
const filling = 'x'.repeat(300_000);
const names = list.split(',');
for (let number = Number(first); number < Number(first) + Number(count); number++) {
  const release = kept.hold();
  names.forEach((name) => void kept.set('owner', `models/${name}`, [name, number % 20, 'x'.repeat(20_000)], number));
  await Promise.all([release(), cache.set(names[0], { number, filling })]);
  // Synchronously: what is printed must not be lost with the process.
  writeSync(1, `${number}\n`);
}
