import { PROBLEM_TYPES as OF_LIBRARY } from 'nestjs-bedrock-discovery/http';

/** What can go wrong for a caller. The key is the problem's `code`; its page is `/problems/<code in lower case>`. */
export const PROBLEM_TYPES = {
  INVALID_REQUEST: {
    status: 400,
    title: 'A parameter is not accepted',
    meaning: 'A parameter is unknown or its value makes no sense. `errors` names each, `accepted` lists what there is.',
  },
  TOKEN_REQUIRED: {
    status: 401,
    title: 'The token of the application is needed',
    meaning:
      'What has AWS asked, or tells of the account, wants the token that the application was started with: as `Authorization: Bearer`, or as the password of any user.',
  },
  FOREIGN_REQUEST: {
    status: 403,
    title: 'The request comes from elsewhere',
    meaning:
      'Its `Host` is no name of this application, or a page of another site has sent it. `EXPLORER_HOSTS` holds the names by which it may be reached.',
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    title: 'No such endpoint',
    meaning: 'Nothing answers at this path. GET / lists the endpoints.',
  },
  MODEL_NOT_FOUND: OF_LIBRARY.MODEL_NOT_FOUND,
  PROFILE_NOT_FOUND: {
    status: 404,
    title: 'No known region lists this inference profile',
    meaning: 'No region whose profiles are known lists it; `unknownRegions` names those that could not be looked at.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'The endpoint does not take this method',
    meaning: 'The endpoint exists, but answers other methods: the `Allow` header and `allowed` name them.',
  },
  NO_ROUTE: OF_LIBRARY.NO_ROUTE,
  CALL_REFUSED: {
    status: 400,
    title: 'The model does not take this request',
    meaning: 'Amazon Bedrock refused the input itself, so that no other route would help. `detail` holds its words.',
  },
  ROUTES_EXHAUSTED: OF_LIBRARY.ROUTES_EXHAUSTED,
  MAY_HAVE_EXECUTED: OF_LIBRARY.MAY_HAVE_EXECUTED,
  ROUTES_UNKNOWN: OF_LIBRARY.ROUTES_UNKNOWN,
  TOO_MANY_REQUESTS: {
    status: 429,
    title: 'Too many requests',
    meaning: 'More requests that cost something than the application takes. `Retry-After` says when it takes the next.',
  },
  TOO_SOON: {
    status: 429,
    title: 'AWS has just been asked',
    meaning:
      'A refresh costs requests to AWS, which is not asked for the same again so soon. `Retry-After` says when it is; what was answered is served meanwhile, and `force=false` gets the report.',
  },
  INTERNAL_ERROR: {
    status: 500,
    title: 'The application failed',
    meaning: 'A defect of the application. Its log holds the details.',
  },
  INVENTORY_UNAVAILABLE: OF_LIBRARY.INVENTORY_UNAVAILABLE,
  REGION_UNKNOWN: OF_LIBRARY.REGION_UNKNOWN,
  SHUT_DOWN: OF_LIBRARY.SHUT_DOWN,
} as const satisfies Record<string, { status: number; title: string; meaning: string }>;

export type ProblemCode = keyof typeof PROBLEM_TYPES;

/** Where a problem is explained: `type` of its document. */
export function problemPage(code: ProblemCode): string {
  return `/problems/${problemSlug(code)}`;
}

export function problemSlug(code: ProblemCode): string {
  return code.toLowerCase().replaceAll('_', '-');
}
