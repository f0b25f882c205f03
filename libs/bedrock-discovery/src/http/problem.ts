import type { BedrockDiscoveryErrorCode, RegionFailure } from '../errors/errors.js';
import type { AnyBedrockDiscoveryError, FailedAttempt } from '../routing/errors.js';

/**
 * What a kind of error is to a caller over HTTP.
 *
 * @publicApi
 */
export interface ProblemType {
  /** Of the answer. */
  readonly status: number;
  /** The same for all errors of the kind. */
  readonly title: string;
  /** What it means, and which members of the document tell more. */
  readonly meaning: string;
}

/**
 * The status and the words of each code.
 *
 * @publicApi
 */
export const PROBLEM_TYPES: Readonly<Record<BedrockDiscoveryErrorCode, ProblemType>> = {
  INVALID_ARGUMENT: {
    status: 400,
    title: 'A parameter is not accepted',
    meaning: 'A value that was asked with makes no sense, or contradicts another.',
  },
  MODEL_NOT_FOUND: {
    status: 404,
    title: 'No known region lists this model',
    meaning:
      'Nothing that a known region lists is named so, and `nearest` tells what may have been meant; or, where it is `ambiguous`, all the models that are, newest first. `unknownRegions` names regions that could not be looked at.',
  },
  NO_ROUTE: {
    status: 409,
    title: 'There is no eligible route to this model',
    meaning:
      'All that matters is known, and nothing meets the constraints. `rejected` names what was left out and why.',
  },
  INVALID_OPTIONS: {
    status: 500,
    title: 'The application is set up wrongly',
    meaning: 'An option of the library is wrong.',
  },
  REGION_FAILED: {
    status: 502,
    title: 'The region did not answer as asked',
    meaning: 'One operation was asked of one region and failed there. `failure` says why and what to do.',
  },
  ROUTES_EXHAUSTED: {
    status: 502,
    title: 'No route has carried the call through',
    meaning:
      'Every route that was tried refused the call without executing it. `attempts` says why. Trying again is safe.',
  },
  MAY_HAVE_EXECUTED: {
    status: 502,
    title: 'The call failed and may have been executed',
    meaning: 'The answer was lost after the request was sent, and the call was not repeated. `attempts` says where.',
  },
  ABORTED: {
    status: 503,
    title: 'The question was given up',
    meaning: 'It was ended before there was an answer, as by a time limit of the application.',
  },
  INVENTORY_UNAVAILABLE: {
    status: 503,
    title: 'Nothing is known yet',
    meaning:
      'No region has answered so far, so that neither "yes" nor "no" would be honest. `failures` says why, by region.',
  },
  REGION_UNKNOWN: {
    status: 503,
    title: 'What this region lists is not known',
    meaning:
      'The region has not answered, or could not be asked. `failure` says why and what to do, where there was one. The status is 400 where the region is none of those that are looked at; `nearest` says which was meant, where that can be told.',
  },
  ROUTES_UNKNOWN: {
    status: 503,
    title: 'Whether there is a route to this model is not known',
    meaning:
      'No known region has an eligible route, and some regions are not known. `unknownRegions` says which and `failures` why.',
  },
  SHUT_DOWN: {
    status: 503,
    title: 'The application is closing',
    meaning: 'Nothing is asked of AWS any more. Ask again once the application has been started again.',
  },
};

/**
 * A problem document.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 * @publicApi
 */
export interface ProblemDocument {
  /** A URI that tells the kind of problem, by `typeOf`; `about:blank` without. */
  readonly type: string;
  /** The kind of problem in words. */
  readonly title: string;
  /** Of the answer. */
  readonly status: number;
  /** What happened, and what to do about it. */
  readonly detail: string;
  /** The request that met the problem, where it is known. */
  readonly instance?: string;
  /** Of the error: stable and machine-readable. */
  readonly code: BedrockDiscoveryErrorCode;
  readonly [extension: string]: unknown;
}

/** How much a problem tells, and of what. @publicApi */
export interface ProblemOptions {
  /**
   * Whether callers learn what AWS said, and of which region: messages of AWS name principals, accounts and policies. Without,
   * a status from 500 tells its kind alone, and below only what callers can mend. @default false
   */
  readonly details?: boolean;
  /** The request, such as `/models/x`. @default left out */
  readonly instance?: string;
  /** Where a kind of problem is explained: `type` of its document. @default `about:blank` for all */
  readonly typeOf?: (code: BedrockDiscoveryErrorCode) => string;
}

/** What to answer with. @publicApi */
export interface Problem {
  /** The body, as `application/problem+json`. */
  readonly document: ProblemDocument;
  /** `Retry-After`, where asking again may help. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What a caller over HTTP is told of an error of the library.
 *
 * @publicApi
 */
export function toProblem(error: AnyBedrockDiscoveryError, options: ProblemOptions = {}): Problem {
  const { code } = error;
  const { details = false, instance, typeOf = () => 'about:blank' } = options;
  const { status, title, meaning } = isAskedInVain(error) ? NOT_LOOKED_AT : PROBLEM_TYPES[code];
  const document = {
    type: typeOf(code),
    title,
    status,
    detail: details || status < 500 ? error.message : withoutMembers(meaning),
    ...(instance !== undefined && { instance }),
    code,
    ...mendableMembers(error),
    ...(details && membersOf(error)),
  };
  return { document, headers: headersOf(error) };
}

/** No answer of AWS can come: the name is wrong, or the region is none of those that are looked at. */
function isAskedInVain(error: AnyBedrockDiscoveryError): boolean {
  return error.code === 'REGION_UNKNOWN' && !error.scanned;
}

const NOT_LOOKED_AT: ProblemType = {
  ...PROBLEM_TYPES.REGION_UNKNOWN,
  status: 400,
  title: 'No such region is looked at',
};

/** What it says but for the members that are left out. */
function withoutMembers(meaning: string): string {
  return meaning
    .split(/(?<=\.) /)
    .filter((sentence) => !sentence.includes('`'))
    .join(' ');
}

/** What a caller needs to ask better, and AWS has said nothing of. */
function mendableMembers(error: AnyBedrockDiscoveryError): object {
  if (error.code === 'REGION_UNKNOWN' && !error.scanned) {
    return { region: error.region, nearest: error.nearest === undefined ? [] : [error.nearest] };
  }
  if (error.code !== 'MODEL_NOT_FOUND') {
    return {};
  }
  const { nearest, ambiguous, unknownRegions } = error;
  return { nearest, ambiguous, unknownRegions };
}

function membersOf(error: AnyBedrockDiscoveryError): object {
  switch (error.code) {
    case 'INVENTORY_UNAVAILABLE':
      return { failures: error.failures };
    case 'REGION_UNKNOWN':
    case 'REGION_FAILED':
      return { region: error.region, failure: error.failure };
    case 'NO_ROUTE':
      return { rejected: error.resolution.rejected };
    case 'ROUTES_UNKNOWN': {
      const { unknownRegions } = error.resolution;
      const failures = unknownRegions.flatMap(({ region, failure }) => (failure ? [[region, failure] as const] : []));
      return { unknownRegions: unknownRegions.map(({ region }) => region), failures: Object.fromEntries(failures) };
    }
    case 'ROUTES_EXHAUSTED':
    case 'MAY_HAVE_EXECUTED':
      return { attempts: error.attempts.map(attemptOf) };
    default:
      return {};
  }
}

function attemptOf({ route: { region, invocationId }, called, failure }: FailedAttempt): object {
  return { region, invocationId, called, failure };
}

const SOON_SECONDS = 5;
/** Somebody has to change something first: a policy, an opt-in, credentials. */
const LATER_SECONDS = 300;

function headersOf(error: AnyBedrockDiscoveryError): Readonly<Record<string, string>> {
  switch (error.code) {
    case 'INVENTORY_UNAVAILABLE':
      return retryAfter(Object.values(error.failures));
    case 'REGION_UNKNOWN':
      return isAskedInVain(error) ? {} : retryAfter(error.failure === undefined ? [] : [error.failure]);
    case 'ROUTES_UNKNOWN':
      return retryAfter(error.resolution.unknownRegions.flatMap(({ failure }) => failure ?? []));
    case 'SHUT_DOWN':
      return retryAfter([]);
    default:
      return {};
  }
}

/**
 * When asking again may help, as a header: soon where one of the failures passes by itself, or where there is none and regions
 * are still being asked.
 *
 * @publicApi
 */
export function retryAfter(failures: readonly Pick<RegionFailure, 'retryable'>[]): Readonly<Record<string, string>> {
  const soon = failures.length === 0 || failures.some(({ retryable }) => retryable);
  return { 'Retry-After': String(soon ? SOON_SECONDS : LATER_SECONDS) };
}
