// node scripts/build.mjs
// Type checks and compiles all packages; what does not need each other at the same time.
import { spawn } from 'node:child_process';

/** @throws if it fails, which it says itself */
function run(command) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`"${command}" has failed.`))));
  });
}

/** Waits for all, so that none goes on behind whoever reads of a failure. */
async function sideBySide(...commands) {
  const ended = await Promise.allSettled(commands.map(run));
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
}

try {
  await sideBySide('tsc -b libs/bedrock-simulator', 'tsc -b libs/bedrock-discovery libs/explorer-web');
  await run('tsc -b libs/bedrock-discovery-cli');
  await sideBySide('tsc -b', 'npm run bundle --workspaces --if-present');
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
