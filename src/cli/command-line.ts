import { parseArgs } from 'node:util';

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'serve'; readonly source: 'simulator' | 'aws'; readonly host: string; readonly port: number };

export const HELP = `Bedrock Explorer: where, and under which id, can I run this model?

  npm start                 with an embedded simulator in place of AWS: no account needed
  npm run start:aws         with real AWS: the SDK's default credentials, options from BEDROCK_DISCOVERY_… variables

  --aws                     real AWS
  --help                    this text

  HOST                      address to listen on (default 127.0.0.1)
  PORT                      port to listen on (default 3000; 0: any free one)
`;

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 3000;
const HIGHEST_PORT = 65_535;

/** The command line, or a variable that belongs to it, is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError that says what is accepted */
export function parseCommandLine(argv: readonly string[], environment: NodeJS.ProcessEnv): Command {
  const { help, aws } = flagsOf(argv);
  if (help === true) {
    return { kind: 'help' };
  }
  return {
    kind: 'serve',
    source: aws === true ? 'aws' : 'simulator',
    host: environment['HOST']?.trim() || DEFAULT_HOST,
    port: portOf(environment['PORT']?.trim()),
  };
}

function flagsOf(argv: readonly string[]): { aws?: boolean; help?: boolean } {
  try {
    const options = { aws: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    const [problem] = (error as Error).message.split('. ');
    throw new UsageError(`${problem}. Accepted: --aws, --help.`, { cause: error });
  }
}

function portOf(text: string | undefined): number {
  if (text === undefined || text === '') {
    return DEFAULT_PORT;
  }
  if (!/^\d{1,5}$/.test(text) || Number(text) > HIGHEST_PORT) {
    throw new UsageError(`PORT must be a whole number from 0 to ${HIGHEST_PORT}, got '${text}'.`);
  }
  return Number(text);
}
