import { about, flag, list, named, object, recordOf, type Schema, text } from '../openapi/schema.js';
import { FAILURE_EXAMPLE, REGION, REGION_FAILURE, REGIONS } from '../regions/region.schemas.js';
import { type ProblemCode, PROBLEM_TYPES, problemPage } from './problem-types.js';

export const PROBLEM_PAGE = named(
  'ProblemPage',
  object({
    type: text('As in the documents that it explains.'),
    code: text(),
    status: { type: 'integer' },
    title: text(),
    meaning: text(),
  }),
);

const EXTENSIONS: Readonly<Record<string, Schema>> = {
  errors: list(
    object({ parameter: text(), detail: text() }, { nearest: list(text(), 'What was probably meant.') }),
    'Each parameter that is not accepted.',
  ),
  accepted: recordOf(text(), 'What is accepted, by parameter.'),
  allowed: list(text(), 'Methods that the endpoint answers.'),
  failures: recordOf(REGION_FAILURE, 'Why nothing is known, by region.'),
  failure: about(REGION_FAILURE, 'Why the region is not known.'),
  region: REGION,
  nearest: list(text(), 'Ids of models, or the region, that may have been meant.'),
  ambiguous: flag('All of `nearest` bear the name, newest first, those that cannot be invoked last: name one of them.'),
  unknownRegions: about(REGIONS, 'Regions that could not be looked at.'),
};

/** Kinds of problems have members of their own, so that this one is open. */
export const PROBLEM = named('Problem', {
  type: 'object',
  description: 'A problem document as RFC 9457 has it.',
  properties: {
    type: text('Where this kind of problem is explained, or `about:blank`.'),
    title: text(),
    status: { type: 'integer' },
    detail: text('What happened to this request, and what to do about it.'),
    instance: text('The request that met the problem.'),
    code: text('Stable and machine-readable.'),
    requestId: text('As in the `X-Request-Id` of the answer.'),
    ...EXTENSIONS,
  },
  required: ['type', 'title', 'status', 'detail', 'instance', 'code'],
});

/** Problems that the parsers of paths and bodies have; they have no page of their own. */
const PARSER_PROBLEMS = {
  BAD_REQUEST: { status: 400, title: 'Bad Request', detail: "Failed to decode param '%zz'" },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'Payload Too Large', detail: 'request entity too large' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported Media Type',
    detail: 'Send JSON as Content-Type: application/json.',
  },
} as const;

/** What an endpoint may be documented to answer. */
export type DocumentedProblem = ProblemCode | keyof typeof PARSER_PROBLEMS;

/** One each; what has none is told by its meaning. */
const EXAMPLES: Partial<Record<ProblemCode, Readonly<Record<string, unknown>>>> = {
  INVALID_REQUEST: {
    detail: "There is no parameter 'maker'. Accepted: provider.",
    errors: [{ parameter: 'maker', detail: "there is no parameter 'maker'" }],
    accepted: { provider: 'a text that is not empty' },
  },
  MODEL_NOT_FOUND: {
    detail: "'claude-sonet' names no model or inference profile that is known. Did you mean anthropic.claude-sonnet-5?",
    nearest: ['anthropic.claude-sonnet-5'],
    ambiguous: false,
    unknownRegions: [],
  },
  PROFILE_NOT_FOUND: {
    detail: 'No region lists an inference profile no-such-profile. GET /profiles lists them all.',
    unknownRegions: [],
  },
  INTERNAL_ERROR: { detail: 'This should not happen. The log of the application says more.' },
  INVENTORY_UNAVAILABLE: {
    detail: `Nothing is known yet: policy-denied in 1 region(s): ${FAILURE_EXAMPLE.message}`,
    failures: { 'us-east-1': FAILURE_EXAMPLE },
  },
  REGION_UNKNOWN: {
    detail: `What us-east-1 lists is not known: ${FAILURE_EXAMPLE.message} ${FAILURE_EXAMPLE.remedy}`,
    region: 'us-east-1',
    failure: FAILURE_EXAMPLE,
  },
};

export interface ProblemExample {
  readonly status: number;
  readonly title: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** @param instance the request that meets it */
export function problemExample(code: DocumentedProblem, instance: string): ProblemExample {
  if (code in PARSER_PROBLEMS) {
    const { status, title, detail } = PARSER_PROBLEMS[code as keyof typeof PARSER_PROBLEMS];
    return { status, title, document: { type: 'about:blank', title, status, detail, instance, code } };
  }
  const known = code as ProblemCode;
  const { status, title, meaning } = PROBLEM_TYPES[known];
  const { detail = meaning, ...extensions } = EXAMPLES[known] ?? {};
  return {
    status,
    title,
    document: { type: problemPage(known), title, status, detail, instance, code, ...extensions },
  };
}
