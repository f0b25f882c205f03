import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import type { Session } from '../discovery/session.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { GlobalOptions } from '../options/global-options.js';
import { createPalette, usesColour } from '../output/palette.js';
import { Printer } from '../output/printer.js';
import { oneLine } from '../output/text.js';

/** One run of the command line. */
export interface CliRun {
  readonly context: CliContext;
  exitCode: ExitCode;
}

/** What a command works with. */
export interface Tools {
  readonly session: Session;
  readonly printer: Printer;
  readonly globals: GlobalOptions;
  readonly context: CliContext;
  /** Tells a person something beside the answer, in one line. */
  readonly note: (text: string) => void;
}

/** Opens what a command needs, runs it and closes all again, whatever the end. */
export async function withTools(
  run: CliRun,
  command: Command,
  work: (tools: Tools) => Promise<ExitCode | undefined>,
): Promise<void> {
  const { context } = run;
  const globals = command.optsWithGlobals<GlobalOptions>();
  const printer = printerFor(context, globals);
  // Loaded here, since help and wrong usage are told without it.
  const { Session: Opened } = await import('../discovery/session.js');
  const session = await Opened.open(globals, context);
  const note = (text: string): void => {
    if (globals.quiet !== true) {
      context.error.write(`${oneLine(text)}\n`);
    }
  };
  try {
    run.exitCode = (await work({ session, printer, globals, context, note })) ?? EXIT.ok;
  } finally {
    await session.close();
  }
}

function printerFor({ out, environment }: CliContext, { json, csv, color, wide, quiet }: GlobalOptions): Printer {
  const format = json === true ? 'json' : csv === true ? 'csv' : 'text';
  return new Printer(out, format, createPalette(usesColour(out, environment, color)), wide, quiet);
}
