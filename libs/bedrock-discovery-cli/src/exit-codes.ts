/** What the command line ends with, for scripts to go by. */
export const EXIT = {
  /** There is an answer. */
  ok: 0,
  /** AWS could not be asked, or something else went wrong. */
  failed: 1,
  /** A command, an option or a variable is wrong. */
  usage: 2,
  /** There is no such model, or no route that meets the constraints. */
  notFound: 3,
  /** Nothing was found, but some regions are not known. */
  unknown: 4,
  /** Credentials or permissions are missing. */
  denied: 5,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For the help and the documentation. */
export const EXIT_CODES: readonly (readonly [code: ExitCode, meaning: string])[] = [
  [EXIT.ok, 'there is an answer'],
  [EXIT.failed, 'AWS could not be asked, or something else went wrong'],
  [EXIT.usage, 'a command, an option or a variable is wrong'],
  [EXIT.notFound, 'there is no such model, or no route that meets the constraints'],
  [EXIT.unknown, 'nothing was found, but some regions are not known: unknown is not "no"'],
  [EXIT.denied, 'credentials are missing, wrong or expired, or a permission is missing'],
  [EXIT.interrupted, 'ended by Ctrl-C'],
];
