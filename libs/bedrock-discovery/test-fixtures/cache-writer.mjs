// node cache-writer.mjs <folder> <key> <first> <count> <bytes>
// Stores first, first + 1, ... under the key on disk and prints each number once it is stored, or the error's code.
import { writeSync } from 'node:fs';
import { createCacheStores } from '../dist/cache/tiers.js';
import { encodeEnvelope } from '../dist/cache/envelope.js';

const [directory, key, ...numbers] = process.argv.slice(2);
const [first, count, bytes] = numbers.map(Number);
const [, disk] = await createCacheStores({
  cache: { memoryTtlMs: 3_600_000, diskTtlMs: 86_400_000, directory, namespace: 'default' },
});
const filling = 'x'.repeat(bytes);
for (let number = first; number < first + count; number++) {
  const stored = disk.set(key, encodeEnvelope({ key, storedAtMs: Date.now(), value: { number, filling } }));
  // Synchronously: what is printed must not be lost with the process.
  writeSync(
    1,
    `${await stored.then(
      () => number,
      (error) => error.code,
    )}\n`,
  );
}
