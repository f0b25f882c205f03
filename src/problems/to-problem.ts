import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import {
  InventoryUnavailableError,
  isBedrockDiscoveryError,
  MayHaveExecutedError,
  ModelNotFoundError,
  NoRouteError,
  RegionUnknownError,
  RoutesExhaustedError,
} from 'nestjs-bedrock-discovery';
import { type ProblemCode, PROBLEM_TYPES, problemPage } from './problem-types.js';
import { ProblemError, type ProblemHeaders } from './problem.error.js';
import { retryAfter } from './retry-after.js';

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
  const problem = error instanceof ProblemError ? error : (fromLibrary(error) ?? fromRouter(error, method, instance));
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

function fromLibrary(error: unknown): ProblemError | undefined {
  if (error instanceof InventoryUnavailableError) {
    const { message, failures } = error;
    const headers = retryAfter(Object.values(failures));
    return new ProblemError('INVENTORY_UNAVAILABLE', message, { extensions: { failures }, headers });
  }
  if (error instanceof RegionUnknownError) {
    const { message, region, failure } = error;
    const headers = retryAfter(failure === undefined ? [] : [failure]);
    return new ProblemError('REGION_UNKNOWN', message, { extensions: { region, failure }, headers });
  }
  if (error instanceof ModelNotFoundError) {
    const { message, nearest, ambiguous, unknownRegions } = error;
    return new ProblemError('MODEL_NOT_FOUND', message, { extensions: { nearest, ambiguous, unknownRegions } });
  }
  if (error instanceof NoRouteError) {
    const { code, message, resolution } = error;
    const { rejected, unknownRegions } = resolution;
    return code === 'NO_ROUTE'
      ? new ProblemError('NO_ROUTE', message, { extensions: { rejected } })
      : new ProblemError('ROUTES_UNKNOWN', message, {
          extensions: {
            unknownRegions: unknownRegions.map(({ region }) => region),
            failures: Object.fromEntries(
              unknownRegions.flatMap(({ region, failure }) => (failure ? [[region, failure]] : [])),
            ),
          },
          headers: retryAfter(unknownRegions.flatMap(({ failure }) => failure ?? [])),
        });
  }
  if (error instanceof RoutesExhaustedError || error instanceof MayHaveExecutedError) {
    const attempts = error.attempts.map(({ route, failure, called }) => ({
      region: route.region,
      invocationId: route.invocationId,
      called,
      failure,
    }));
    return new ProblemError(error.code as ProblemCode, error.message, { extensions: { attempts } });
  }
  if (!isBedrockDiscoveryError(error)) {
    return refusedCall(error);
  }
  const codes: Readonly<Record<string, ProblemCode>> = { INVALID_ARGUMENT: 'INVALID_REQUEST', SHUT_DOWN: 'SHUT_DOWN' };
  const code = codes[error.code];
  return code && new ProblemError(code, error.message, code === 'SHUT_DOWN' ? { headers: retryAfter([]) } : {});
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
