import { read } from '../util/guards.js';
import { clip, redact } from './redact.js';

/** What is readable of one error in a chain of causes, whoever made it. */
export interface Symptom {
  /** All that may name the error, without namespaces and tails. */
  readonly names: readonly string[];
  /** Of the operating system, TLS or the HTTP parser, such as `ECONNRESET`. */
  readonly code: string;
  /** It happened before there was a connection to send anything on. */
  readonly connecting: boolean;
  readonly message: string;
  readonly status: number | undefined;
  readonly contentType: string;
  readonly hasResponse: boolean;
  /** Something else than the service answered, such as a proxy with a page of its own. */
  readonly foreign: boolean;
}

const MAX_DEPTH = 8;
const MAX_MESSAGE_LENGTH = 500;

/** By which a service tells its answers, whatever their body. */
const SERVICE_HEADERS = ['x-amzn-requestid', 'x-amzn-request-id', 'x-amz-request-id', 'x-amzn-errortype'];
/** Without such a header, a body that names an exception is the service's all the same; a body that broke off is nobody's. */
const OWN_NAME = /Exception$|^(?:Timeout|Abort)Error$/;

const NOTHING: Symptom = {
  names: [],
  code: '',
  connecting: false,
  message: '',
  status: undefined,
  contentType: '',
  hasResponse: false,
  foreign: false,
};

/** The error itself, then its causes and the parts of an AggregateError, breadth first. */
export function symptomsOf(error: unknown): Symptom[] {
  const found = new Set<unknown>([error]);
  for (const link of found) {
    const parts = read(link, 'errors');
    for (const inner of [read(link, 'cause'), ...(Array.isArray(parts) ? (parts as unknown[]) : [])]) {
      if (inner !== undefined && inner !== null && found.size < MAX_DEPTH) {
        found.add(inner);
      }
    }
  }
  return [...found].map(symptomOf);
}

export function symptomOf(error: unknown): Symptom {
  if (typeof error === 'string') {
    return { ...NOTHING, message: firstLine(clip(error)) };
  }
  const response = read(error, '$response');
  const headers = read(response, 'headers');
  const metadata = read(error, '$metadata');
  const code = textOf(read(error, 'code'));
  const isSystemCode = /^(?:E[A-Z]|HPE_)|_/.test(code) && code !== 'SHUT_DOWN';
  const names = [
    read(error, 'name'),
    read(error, 'Code'),
    isSystemCode ? undefined : code,
    read(error, '__type'),
    headerOf(headers, 'x-amzn-errortype'),
  ]
    .map((name) => nameOf(textOf(name)))
    .filter((name) => name !== '');
  const status = read(metadata, 'httpStatusCode') ?? read(response, 'statusCode');
  const isMarked =
    textOf(read(metadata, 'requestId')) !== '' || SERVICE_HEADERS.some((name) => headerOf(headers, name) !== '');
  return {
    names,
    code: isSystemCode ? code : '',
    // A timeout while connecting has the code of any other timeout; the system call tells them apart.
    connecting: /^(?:connect|getaddrinfo)$/.test(textOf(read(error, 'syscall'))),
    message: firstLine(textOf(read(error, 'message')) || textOf(read(error, 'Message'))),
    status: typeof status === 'number' ? status : undefined,
    contentType: headerOf(headers, 'content-type'),
    hasResponse: typeof response === 'object' && response !== null,
    foreign: typeof status === 'number' && !isMarked && !isSystemCode && !names.some((name) => OWN_NAME.test(name)),
  };
}

/** `aws.protocols#ThrottlingException:http://internal.amazon.com/coral/` is a ThrottlingException. */
function nameOf(value: string): string {
  const name = value.replace(/^[^#]*#/, '').replace(/[:,].*$/s, '');
  return /^[A-Za-z][\w.]{0,80}$/.test(name) && !/^(?:Error|UnknownError)$/.test(name) ? name : '';
}

/** Without `Exception` or `Error` at the end, in lower case; in answers of OpenAI's shape it is `invalid_signature_error`. */
export function keyOf(name: string): string {
  return name
    .replace(/(?:Exception|Error|_error)$/, '')
    .replaceAll('_', '')
    .toLowerCase();
}

/** AWS appends the canonical request, the SDK a hint about itself. */
function firstLine(text: string): string {
  const [first = ''] = text.trim().split('\n', 1);
  return first.trim();
}

/** Others wrote it: cut before anything looks at it. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? clip(value) : '';
}

function headerOf(headers: unknown, name: string): string {
  const keys = typeof headers === 'object' && headers !== null ? Object.keys(headers) : [];
  const key = keys.find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? '' : textOf(read(headers, key));
}

export function isTimeout({ names }: Symptom): boolean {
  return names.some((name) => keyOf(name) === 'timeout');
}

/** What was seen, as one sentence without secrets. */
export function describe(symptom: Symptom = NOTHING): string {
  const { names, message, status, code, foreign } = symptom;
  const name = code || (foreign ? undefined : names.find((known) => !['unknown', 'syntax'].includes(keyOf(known))));
  const said = isUnreadable(symptom)
    ? describeAnswer(symptom)
    : message.replace(/^@[\w/-]+ - (?:\[ERROR\] )?/, '') || (status === undefined ? '' : `HTTP status ${status}`);
  const text = name === undefined || said.includes(name) ? said : [name, said].filter(Boolean).join(': ');
  // Cleaned before it is cut: half a token is no longer recognised.
  const clean = redact(text).trim();
  const short = clean.length > MAX_MESSAGE_LENGTH ? `${clean.slice(0, MAX_MESSAGE_LENGTH)}…` : clean;
  const sentence = short || 'No message was given';
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** What the parser says of a body that is not JSON tells nobody anything. */
function isUnreadable({ foreign, status, names }: Symptom): boolean {
  return foreign || (status !== undefined && names.some((name) => keyOf(name) === 'syntax'));
}

function describeAnswer({ status, contentType, foreign }: Symptom): string {
  const type = contentType === '' ? 'without a content type' : `with content type ${contentType}`;
  return `HTTP status ${status} ${type}, ${foreign ? 'not answered by the service' : 'not the JSON of the service'}`;
}

/**
 * How long the server asks to be left alone, in milliseconds; `undefined` where it does not say.
 *
 * @param nowMs wall clock, for a date where the response states no time of its own
 */
export function retryAfterMsOf(error: unknown, nowMs = Date.now()): number | undefined {
  const headers = read(read(error, '$response'), 'headers');
  const milliseconds = Number(headerOf(headers, 'x-amz-retry-after') || Number.NaN);
  if (milliseconds >= 0) {
    return milliseconds;
  }
  const value = headerOf(headers, 'retry-after').trim();
  if (/^\d+(?:\.\d+)?$/.test(value)) {
    return Number(value) * 1_000;
  }
  const now = Date.parse(headerOf(headers, 'date'));
  const waitMs = Date.parse(value) - (Number.isNaN(now) ? nowMs : now);
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}
