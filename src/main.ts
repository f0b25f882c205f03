import { Logger } from '@nestjs/common';
import { InvalidOptionsError } from 'nestjs-bedrock-discovery';
import { type Command, HELP, parseCommandLine, UsageError } from './cli/command-line.js';
import { assertFree, listen } from './cli/listen.js';
import { QuietLogger } from './cli/quiet-logger.js';
import { createApplication } from './create-application.js';
import { DEMONSTRATION } from './source/demonstration.js';
import { DiscoverySource } from './source/discovery-source.js';

const FAILED = 1;
const WRONG_USAGE = 2;

async function serve({ source, host, port, access }: Command & { kind: 'serve' }): Promise<void> {
  await assertFree(host, port);
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

try {
  const command = parseCommandLine(process.argv.slice(2), process.env);
  if (command.kind === 'help') {
    process.stdout.write(HELP);
  } else {
    await serve(command);
  }
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`bedrock-explorer: ${message.replaceAll('\n', ' ')}\n`);
  process.exitCode = error instanceof UsageError || error instanceof InvalidOptionsError ? WRONG_USAGE : FAILED;
}
