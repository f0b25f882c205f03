import type { AwsError } from './aws-error.js';

/** The headers and the body that an error is written as. */
interface WrittenError {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** How a service, or what stands before it, writes an error. */
export type ErrorFormat = (error: AwsError, requestId: string, typeTail: string) => WrittenError;

/** As AWS's own protocol has it: `x-amzn-errortype`, now and then with a tail, and a message. */
export const awsFormat: ErrorFormat = (error, requestId, typeTail) => ({
  headers: {
    'x-amzn-requestid': requestId,
    'content-type': 'application/json',
    ...error.headers,
    'x-amzn-errortype': `${error.name}${typeTail}`,
  },
  body: Buffer.from(JSON.stringify({ [error.messageKey]: error.message, ...error.members })),
});

const OPENAI_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
};

/** The body of an error in OpenAI's shape; the code is the exception's name as OpenAI would spell it. */
export function openAiError(name: string, status: number, message: string) {
  const code = name
    .replace(/Exception$/, 'Error')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase();
  return { error: { message, type: OPENAI_TYPES[status] ?? 'server_error', param: null, code } };
}

/** As the operations do that are OpenAI's: without `x-amzn-errortype`. */
export const openAiFormat: ErrorFormat = ({ name, status, message, headers }, requestId) => ({
  headers: { 'x-amzn-requestid': requestId, 'content-type': 'application/json', ...headers },
  body: Buffer.from(JSON.stringify(openAiError(name, status, message))),
});

/** As STS does. */
export const xmlFormat: ErrorFormat = ({ name, status, message }, requestId) => ({
  headers: { 'x-amzn-requestid': requestId, 'content-type': 'text/xml' },
  body: Buffer.from(
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>` +
      `<Code>${name.replace(/Exception$/, '')}</Code><Message>${escaped(message)}</Message></Error>` +
      `<RequestId>${requestId}</RequestId></ErrorResponse>`,
  ),
});

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** As a proxy between the client and AWS does, which knows nothing of either. */
export const proxyFormat: ErrorFormat = ({ status, message }) => ({
  headers: { 'content-type': 'text/html' },
  body: Buffer.from(
    `<html>\n<head><title>${status} ${message}</title></head>\n<body>\n` +
      `<center><h1>${status} ${message}</h1></center>\n</body>\n</html>\n`,
  ),
});
