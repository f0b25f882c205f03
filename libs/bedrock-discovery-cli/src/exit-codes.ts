/** What the command line ends with, for scripts to go by. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  unknown: 4,
  denied: 5,
  interrupted: 130,
} as const;

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
