import { HELP, parseCommandLine, UsageError } from './cli/command-line.js';
import { assertFree } from './cli/listen.js';

const FAILED = 1;
const WRONG_USAGE = 2;

try {
  const command = parseCommandLine(process.argv.slice(2), process.env);
  if (command.kind === 'help') {
    process.stdout.write(HELP);
  } else {
    await assertFree(command.host, command.port);
    // All that an application stands on, which is not loaded to say that there is none.
    const { serve } = await import('./cli/serve.js');
    await serve(command);
  }
} catch (error) {
  const { message, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  process.stderr.write(`bedrock-explorer: ${message.replaceAll('\n', ' ')}\n`);
  process.exitCode = error instanceof UsageError || code === 'INVALID_OPTIONS' ? WRONG_USAGE : FAILED;
}
