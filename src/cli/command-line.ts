import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import type { AccessOptions } from '../security/access.options.js';
import { hostIn, isLoopback } from '../security/trusted-hosts.js';

export type Command =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'serve';
      readonly source: 'simulator' | 'aws';
      readonly host: string;
      readonly port: number;
      readonly access: AccessOptions;
    };

export const HELP = `Bedrock Explorer: where, and under which id, can I run this model?

  npm start                 with an embedded simulator in place of AWS: no account needed
  npm run start:aws         with real AWS: the SDK's default credentials, options from BEDROCK_DISCOVERY_… variables

  --aws                     real AWS
  --help                    this text

  HOST                      address to listen on (default 127.0.0.1)
  PORT                      port to listen on (default 3000; 0: any free one)
  EXPLORER_TOKEN            asked of whoever has AWS asked; needed where HOST is not of this machine alone
  EXPLORER_HOSTS            names by which it is reached beside those of this machine, separated by commas
`;

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 3000;
const HIGHEST_PORT = 65_535;
const SHORTEST_TOKEN = 16;
const LONGEST_TOKEN = 512;

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
  const host = environment['HOST']?.trim() || DEFAULT_HOST;
  return {
    kind: 'serve',
    source: aws === true ? 'aws' : 'simulator',
    host,
    port: portOf(environment['PORT']?.trim()),
    access: {
      ...tokenOf(environment['EXPLORER_TOKEN']?.trim(), host),
      // Requests to an address of this machine are known by the connection that they come on.
      hosts: [...hostsOf(environment['EXPLORER_HOSTS']), ...(isIP(host) === 0 ? [host] : [])],
    },
  };
}

/** No text of it is quoted: it is a secret. */
function tokenOf(token: string | undefined, host: string): Pick<AccessOptions, 'token'> {
  if (token === undefined || token === '') {
    if (!isLoopback(host)) {
      throw new UsageError(
        `HOST is ${host}, where others reach the application: set EXPLORER_TOKEN to a secret, which is asked of whoever has AWS asked.`,
      );
    }
    return {};
  }
  if (token.length < SHORTEST_TOKEN || token.length > LONGEST_TOKEN || !/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(
      `EXPLORER_TOKEN must have ${SHORTEST_TOKEN} to ${LONGEST_TOKEN} printable ASCII characters and no space, as openssl rand -base64 32 makes it.`,
    );
  }
  return { token };
}

function hostsOf(text = ''): readonly string[] {
  const hosts = text.split(',').flatMap((host) => host.trim() || []);
  const wrong = hosts.find((host) => hostIn(host) !== host.toLowerCase().replace(/^\[|\]$/g, ''));
  if (wrong !== undefined) {
    throw new UsageError(
      `EXPLORER_HOSTS must be names or addresses without scheme and port, such as explorer.example.com, got '${wrong}'.`,
    );
  }
  return hosts.map((host) => hostIn(host) ?? host);
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
