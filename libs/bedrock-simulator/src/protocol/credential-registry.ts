import { checkKeys, checkText, refuse } from '../settings/checks.js';
import { deriveSigningKey } from './signing.js';

/** Credentials that the simulator accepts, and the account they belong to. */
export interface SimulatorCredentials {
  /** What requests name them by. */
  accessKeyId: string;
  /** What requests are signed with. */
  secretAccessKey: string;
  /** When set, a request without exactly this token is refused. */
  sessionToken?: string;
  /** From then on they are answered with ExpiredTokenException; a time in milliseconds, ISO 8601 text or Date. */
  expiresAt?: Date | string | number;
  /** Default: the simulator's `accountId`. */
  accountId?: string;
}

/** Registered credentials as the verifier needs them. */
export interface Principal {
  readonly accessKeyId: string;
  readonly accountId: string;
  readonly sessionToken?: string;
  readonly expiresAtMs: number;
  /** The key that requests of that day, region and service are signed with. */
  signingKey(date: string, region: string, service: string): Buffer;
}

const KEYS = ['accessKeyId', 'secretAccessKey', 'sessionToken', 'expiresAt', 'accountId'] as const;

/** More days × regions × services than any test run meets. */
const MAX_SIGNING_KEYS = 1000;

/** The credentials that are valid here. Their values never show in an error. */
export class CredentialRegistry {
  readonly #principals = new Map<string, Principal>();

  constructor(private readonly defaultAccountId: string) {}

  /** Registers credentials, or replaces those with the same access key id. */
  add(credentials: SimulatorCredentials): void {
    checkKeys('credentials', credentials, KEYS);
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    for (const key of ['accessKeyId', 'secretAccessKey'] as const) {
      if (typeof credentials[key] !== 'string' || credentials[key] === '') {
        throw new RangeError(`bedrock-simulator: credentials need "${key}", a text that is not empty.`);
      }
    }
    if (/[/,\s]/.test(accessKeyId)) {
      throw new RangeError('bedrock-simulator: an accessKeyId holds no slash, comma or space: it travels in a header.');
    }
    const expiresAtMs = credentials.expiresAt === undefined ? Infinity : new Date(credentials.expiresAt).getTime();
    if (Number.isNaN(expiresAtMs)) {
      refuse('credentials.expiresAt', 'a Date, ISO 8601 text or milliseconds', 'no time');
    }
    const keys = new Map<string, Buffer>();
    this.#principals.set(accessKeyId, {
      accessKeyId,
      accountId: checkAccountId(credentials.accountId ?? this.defaultAccountId),
      ...(sessionToken ? { sessionToken } : {}),
      expiresAtMs,
      signingKey: (date, region, service) => {
        const name = `${date}/${region}/${service}`;
        let key = keys.get(name);
        if (key === undefined) {
          if (keys.size >= MAX_SIGNING_KEYS) {
            keys.clear();
          }
          key = deriveSigningKey(secretAccessKey, date, region, service);
          keys.set(name, key);
        }
        return key;
      },
    });
  }

  /** Forgets credentials: their next request is answered as that of an unknown key. */
  remove(accessKeyId: string): void {
    this.#principals.delete(accessKeyId);
  }

  get(accessKeyId: string): Principal | undefined {
    return this.#principals.get(accessKeyId);
  }
}

export function checkAccountId(accountId: unknown): string {
  const text = checkText('accountId', accountId);
  return /^\d{12}$/.test(text) ? text : refuse('accountId', 'twelve digits', accountId);
}
