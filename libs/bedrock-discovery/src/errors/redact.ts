import { isRecord, oneLine, read } from '../util/guards.js';

const MASK = '***';
/** Of a text that others wrote, no more is looked at. */
const MAX_TEXT_LENGTH = 4_096;

/** Each with a group 1 that stays readable. Order matters: what is named goes before what is only recognised by shape. */
const SECRETS: readonly RegExp[] = [
  // To the last @: a password may hold one.
  /(\/\/)[^/\s]*(?=@)/g,
  /(\bBearer\s+)[^\s"',]+/gi,
  /(\bBasic\s+)[A-Za-z0-9+/=]{8,}/gi,
  /(\b(?:X-Amz-)?(?:Signature|Credential|Security-Token)["']?\s*[=:]\s*["']?)[^\s"',&;]+/gi,
  /(\b(?:aws_?)?(?:secret_?access_?key|session_?token|security_?token|access_?key_?id|password|api_?key)["']?\s*[=:]\s*["']?)[^\s"',&;}]+/gi,
  /()\b(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{12,}\b/g,
  /()\b(?:ABSK|bedrock-api-key-)[A-Za-z0-9+/=_-]{8,}/g,
  // A secret access key: 40 characters that mix cases and digits, as no hash in hexadecimal and no word does.
  /()(?<![A-Za-z0-9/+])(?=[a-z0-9/+]*[A-Z])(?=[A-Z0-9/+]*[a-z])(?=[A-Za-z/+]*[0-9])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g,
  // Session tokens, bearer tokens and the like. Dashes and underscores are left out: names in ARNs have them.
  /()(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{64,}={0,2}/g,
];

/** The start of a text that others wrote. No word is cut in two, since half a token is no longer recognised as one. */
export function clip(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) {
    return text;
  }
  const start = text.slice(0, MAX_TEXT_LENGTH);
  return `${start.slice(0, Math.max(start.lastIndexOf(' '), start.lastIndexOf('\n'), 0))}…`;
}

/**
 * Takes credentials, tokens, signatures and the user part of URLs out of a text that others wrote, and what would let it
 * leave its line, and cuts it.
 */
export function redact(text: string): string {
  return SECRETS.reduce((redacted, secret) => redacted.replace(secret, `$1${MASK}`), oneLine(clip(text)));
}

const MAX_CAUSES = 8;
/** Of a stack. */
const MAX_LINES = 30;
/** By which SDK and Node tell errors apart; with the latter two, `instanceof` of the SDK's error classes goes on working. */
const MARKS = ['code', 'syscall', '$fault', '$metadata'];
const METADATA = ['httpStatusCode', 'requestId', 'attempts', 'totalRetryDelay'];

/**
 * An error that may stand as a `cause`: what happened by name, message, stack, code, status and causes beneath, with secrets
 * taken out and nothing else attached.
 */
export function redactedCause(error: unknown, depth = MAX_CAUSES): Error {
  const name = redactedText(read(error, 'name'));
  const stack = read(error, 'stack');
  const message = redactedText(read(error, 'message') ?? error);
  const [part] = [read(error, 'errors')].flat();
  const beneath = read(error, 'cause') ?? part;
  const options = depth > 1 && isRecord(beneath) ? { cause: redactedCause(beneath, depth - 1) } : {};
  const cause = new Error(message, options);
  cause.name = name ?? 'Error';
  cause.stack = typeof stack === 'string' ? redactedLines(stack) : `${cause.name}: ${cause.message}`;
  return Object.assign(cause, plain(error, MARKS));
}

function redactedLines(text: string): string {
  return text.split('\n', MAX_LINES).map(redact).join('\n');
}

function redactedText(value: unknown): string | undefined {
  return typeof value === 'string' ? redact(value) : undefined;
}

/** Numbers and texts of an object, and those of its metadata. */
function plain(value: unknown, keys: readonly string[]): Record<string, unknown> {
  const entries = keys.map((key): [string, unknown] => {
    const item = read(value, key);
    const shown = typeof item === 'number' ? item : redactedText(item);
    return [key, key === '$metadata' && isRecord(item) ? plain(item, METADATA) : shown];
  });
  return Object.fromEntries(entries.filter(([, shown]) => shown !== undefined));
}
