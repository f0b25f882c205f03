/** A stream to write to. */
export interface Output {
  /** Writes a text as it is. */
  write(text: string): unknown;
  /** Whether a person sees it as it is written. */
  readonly isTTY?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
}

/** Where the command line writes, what it knows of its surroundings, and what ends it. */
export interface CliContext {
  /** Answers, and nothing else. */
  readonly out: Output;
  /** Progress, notes and errors. */
  readonly error: Output;
  /** Variables, such as `AWS_PROFILE` and `NO_COLOR`. */
  readonly environment: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
