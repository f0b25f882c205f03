import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What the page is made of, as it was built. */
export interface PageFiles {
  readonly script: Buffer;
  readonly styles: string;
  readonly icon: Buffer;
}

/** @throws Error where the page has not been built */
export function readPageFiles(): PageFiles {
  const folder = dirname(createRequire(import.meta.url).resolve('explorer-web/package.json'));
  const script = join(folder, 'bundle/page.js');
  if (!existsSync(script)) {
    throw new Error(`The page has not been built: there is no ${script}. Run npm run build.`);
  }
  return {
    script: readFileSync(script),
    styles: readFileSync(join(folder, 'bundle/page.css'), 'utf8'),
    icon: readFileSync(join(folder, 'styles/icon.svg')),
  };
}
