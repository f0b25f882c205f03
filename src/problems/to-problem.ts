import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { isBedrockDiscoveryError } from 'nestjs-bedrock-discovery';
import { toProblem as problemOf } from 'nestjs-bedrock-discovery/http';
import { type ProblemCode, PROBLEM_TYPES, problemPage } from './problem-types.js';
import { ProblemError, type ProblemHeaders } from './problem.error.js';

/** @see https://www.rfc-editor.org/rfc/rfc9457 */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The request that met the problem. */
  readonly instance: string;
  /** Stable and machine-readable. */
  readonly code: string;
  /** Also in the header of the answer, and in the log where there is a line of it. */
  readonly requestId?: string;
  readonly [extension: string]: unknown;
}

export interface ProblemResponse {
  readonly document: ProblemDocument;
  readonly headers: ProblemHeaders;
}

/** What a caller is told about an error. Of unexpected ones it learns nothing but that they happened. */
export function toProblem(error: unknown, method: string, instance: string, requestId?: string): ProblemResponse {
  const { document, headers } = respond(error, method, instance);
  return { document: requestId === undefined ? document : { ...document, requestId }, headers };
}

function respond(error: unknown, method: string, instance: string): ProblemResponse {
  const ofLibrary = fromLibrary(error, instance);
  if (ofLibrary !== undefined) {
    return ofLibrary;
  }
  const problem = error instanceof ProblemError ? error : (refusedCall(error) ?? fromRouter(error, method, instance));
  if (problem !== undefined) {
    return describe(problem, instance);
  }
  const clientError = asClientError(error);
  if (clientError !== undefined) {
    return { document: genericDocument(clientError, instance), headers: {} };
  }
  return describe(
    new ProblemError('INTERNAL_ERROR', 'This should not happen. The log of the application says more.'),
    instance,
  );
}

function describe({ code, detail, extensions, headers }: ProblemError, instance: string): ProblemResponse {
  const { status, title } = PROBLEM_TYPES[code];
  return { document: { type: problemPage(code), title, status, detail, instance, code, ...extensions }, headers };
}

/** Who reaches the application may know all that it knows. What no request can cause is the application's own failure. */
function fromLibrary(error: unknown, instance: string): ProblemResponse | undefined {
  if (!isBedrockDiscoveryError(error)) {
    return undefined;
  }
  if (error.code === 'INVALID_ARGUMENT') {
    return describe(new ProblemError('INVALID_REQUEST', error.message), instance);
  }
  const typeOf = (): string => problemPage(error.code as ProblemCode);
  const { document, headers } = problemOf(error, { details: true, instance, typeOf });
  return error.code in PROBLEM_TYPES ? { document: { ...document, instance }, headers } : undefined;
}

/** What Amazon Bedrock says of the caller's input, in its own words. */
function refusedCall(error: unknown): ProblemError | undefined {
  const { name, message, $fault } = error instanceof Error ? (error as Error & { $fault?: unknown }) : {};
  return $fault === 'client' && name === 'ValidationException' && message !== undefined
    ? new ProblemError('CALL_REFUSED', message)
    : undefined;
}

/** The application throws no 404 of its own this way: it comes from a path that no route matches. */
function fromRouter(error: unknown, method: string, instance: string): ProblemError | undefined {
  if (!(error instanceof HttpException) || error.getStatus() !== 404) {
    return undefined;
  }
  return new ProblemError('ROUTE_NOT_FOUND', `Nothing answers ${method} ${instance}. GET / lists the endpoints.`);
}

/** What the parsers of bodies and paths object to, whose messages are meant for the caller. */
function asClientError(error: unknown): { status: number; message: string } | undefined {
  if (!(error instanceof Error)) {
    return undefined;
  }
  const status = error instanceof HttpException ? error.getStatus() : (error as { status?: unknown }).status;
  const exposed = error instanceof HttpException || (error as { expose?: unknown }).expose === true;
  return exposed && typeof status === 'number' && status >= 400 && status < 500
    ? { status, message: error.message }
    : undefined;
}

function genericDocument({ status, message }: { status: number; message: string }, instance: string): ProblemDocument {
  const title = STATUS_CODES[status] ?? 'Error';
  const code = title.toUpperCase().replaceAll(/[^A-Z]+/g, '_');
  return { type: 'about:blank', title, status, detail: message, instance, code };
}
