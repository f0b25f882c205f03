export { runCli } from './run-cli.js';
export type { CliContext, Output } from './cli-context.js';
export { EXIT, EXIT_CODES, type ExitCode } from './exit-codes.js';
