#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';

// Node 22.8 and later remember what they have compiled.
module.enableCompileCache?.();
// The bundle starts in half the time; it is made by `npm run build`.
const bundle = new URL('../bundle/main.js', import.meta.url);
await import(existsSync(bundle) ? bundle.href : '../dist/main.js');
