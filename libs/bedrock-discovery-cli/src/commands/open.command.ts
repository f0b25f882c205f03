import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { addConstraintOptions, type ConstraintOptions, constraintsOf } from '../options/constraint-options.js';
import type { CliRun } from './cli-run.js';

interface OpenOptions extends ConstraintOptions {
  readonly url: string;
}

const OWN_MACHINE = 'http://127.0.0.1:3000';
/** What opens an address where people are, by platform. */
const OPENERS: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
const USUAL_OPENER = ['xdg-open'] as const;

export function addOpenCommand(program: Command, run: CliRun): void {
  const added = program
    .command('open')
    .summary('the page of Bedrock Explorer at this question')
    .description(
      'Opens the page of Bedrock Explorer where it answers this question, and prints its address; into a pipe it is printed\n' +
        'alone.',
    )
    .argument('[model]', 'id, name, ARN or profile of a model, or a family')
    .option('--url <address>', 'where Bedrock Explorer is', OWN_MACHINE);
  // Nothing is asked of AWS, nor is anything read: it is the page that answers.
  addConstraintOptions(added).action((model: string | undefined, options: OpenOptions) => {
    const { out } = run.context;
    const address = addressOf(model, options);
    out.write(`${address}\n`);
    if (out.isTTY === true) {
      const [command, ...args] = OPENERS[process.platform] ?? USUAL_OPENER;
      // Where there is none, the address stands there to be copied.
      spawn(command, [...args, address], { detached: true, stdio: 'ignore' })
        .on('error', () => undefined)
        .unref();
    }
  });
}

/** As the page writes it into its own address. */
function addressOf(model: string | undefined, options: OpenOptions): string {
  const asked = Object.entries({ model, ...constraintsOf(options) }).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[`ask.${name}`, String(value)]],
  );
  const panel: [string, string][] = asked.length === 0 ? [] : [['panel', 'routes']];
  const hash = new URLSearchParams([...panel, ...asked]).toString();
  return `${options.url.replace(/[#/]*$/, '')}/${hash === '' ? '' : `#${hash}`}`;
}
