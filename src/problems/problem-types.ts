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
  MODEL_NOT_FOUND: {
    status: 404,
    title: 'No known region lists this model',
    meaning:
      'Nothing that a known region lists is named so, and `nearest` tells what may have been meant; or, where it is `ambiguous`, all the models that are, newest first. `unknownRegions` names regions that could not be looked at.',
  },
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
  NO_ROUTE: {
    status: 409,
    title: 'There is no eligible route to this model',
    meaning:
      'All that matters is known, and nothing meets the constraints. `rejected` names what was left out and why.',
  },
  CALL_REFUSED: {
    status: 400,
    title: 'The model does not take this request',
    meaning: 'Amazon Bedrock refused the input itself, so that no other route would help. `detail` holds its words.',
  },
  ROUTES_EXHAUSTED: {
    status: 502,
    title: 'No route has carried the call through',
    meaning:
      'Every route that was tried refused the call without executing it. `attempts` says why; trying again is safe.',
  },
  MAY_HAVE_EXECUTED: {
    status: 502,
    title: 'The call failed and may have been executed',
    meaning: 'The answer was lost after the request was sent, and the call was not repeated. `attempts` says where.',
  },
  ROUTES_UNKNOWN: {
    status: 503,
    title: 'Whether there is a route to this model is not known',
    meaning:
      'No known region has an eligible route, and some regions are not known. `unknownRegions` says which and why.',
  },
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
      'The region has not answered, or could not be asked. `failure` says why and what to do, where there was one.',
  },
  SHUT_DOWN: {
    status: 503,
    title: 'The application is closing',
    meaning: 'Nothing is asked of AWS any more. Ask again once the application has been started again.',
  },
} as const satisfies Record<string, { status: number; title: string; meaning: string }>;

export type ProblemCode = keyof typeof PROBLEM_TYPES;

/** Where a problem is explained: `type` of its document. */
export function problemPage(code: ProblemCode): string {
  return `/problems/${problemSlug(code)}`;
}

export function problemSlug(code: ProblemCode): string {
  return code.toLowerCase().replaceAll('_', '-');
}
