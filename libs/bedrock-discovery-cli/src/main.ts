import { runCli } from './run-cli.js';

// A remark of the SDK on versions of Node, which nobody who asks for a route can do anything about.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read has had enough, as `head` has after ten lines.
    if (error.code === 'EPIPE') {
      process.exit(0);
    }
    throw error;
  });
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => interrupted.abort());
}

// Pauses of the library keep no process alive by themselves, and a command that waits for one must live on.
const alive = setInterval(() => undefined, 2 ** 30);
// The bundle is CommonJS, which knows no `await` outside of functions.
void run();

async function run(): Promise<void> {
  process.exitCode = await runCli(process.argv.slice(2), {
    out: process.stdout,
    error: process.stderr,
    environment: process.env,
    signal: interrupted.signal,
  });
  clearInterval(alive);
  await Promise.all([process.stdout, process.stderr].map(written));
  // What is still waited for by others, such as credentials that the SDK asks a machine for, is nobody's concern any more.
  process.exit();
}

/** Resolves once what was written has left the process. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
