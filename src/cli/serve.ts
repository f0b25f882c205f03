import { Logger } from '@nestjs/common';
import { createApplication } from '../create-application.js';
import { DEMONSTRATION } from '../source/demonstration.js';
import { DiscoverySource } from '../source/discovery-source.js';
import type { Command } from './command-line.js';
import { listen } from './listen.js';
import { QuietLogger } from './quiet-logger.js';

/** Starts the application, and prints where it is. */
export async function serve({ source, host, port, access }: Command & { kind: 'serve' }): Promise<void> {
  const app = await createApplication({
    ...(source === 'aws' ? { aws: true } : { ...DEMONSTRATION, prepare: DEMONSTRATION.play }),
    logger: new QuietLogger(),
    access,
  });
  app.enableShutdownHooks(['SIGINT', 'SIGTERM', 'SIGHUP'], { useProcessExit: true });
  try {
    const url = await listen(app, host, port);
    new Logger('BedrockExplorer').log(app.get(DiscoverySource).note);
    const pages = ['/docs', '/endpoints'].map((path) => `  ${url}${path}\n`);
    process.stdout.write(`\nBedrock Explorer: ${url}\n\nIts API:\n${pages.join('')}\nCtrl-C ends it.\n`);
  } catch (error) {
    await app.close();
    throw error;
  }
}
