#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

// It starts in a third of the time; it is made by `npm run build`.
const bundle = fileURLToPath(new URL('../bundle/main.cjs', import.meta.url));
if (!existsSync(bundle)) {
  await import('../dist/main.js');
} else if (module.enableCompileCache === undefined) {
  const { runCompiled } = await import('./run-compiled.js');
  runCompiled(bundle);
} else {
  // Node 22.8 and later remember what they have compiled.
  module.enableCompileCache();
  createRequire(import.meta.url)(bundle);
}
