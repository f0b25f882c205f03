import type { ProblemDocument } from '../problems/to-problem.js';

/** An error as OpenAI's API answers one, so that its clients make their own errors of it. */
export interface OpenAiError {
  readonly error: {
    readonly message: string;
    readonly type: 'invalid_request_error' | 'server_error';
    /** The parameter that is wrong. */
    readonly param: string | null;
    readonly code: string;
  };
}

/** Whether a path belongs to OpenAI's API, where errors look as they do there. */
export function isOpenAiPath(url: string): boolean {
  return /^\/v1(?:[/?]|$)/.test(url);
}

export function toOpenAiError({ status, detail, code }: ProblemDocument): OpenAiError {
  return {
    error: {
      message: detail,
      type: status >= 500 ? 'server_error' : 'invalid_request_error',
      param: code === 'MODEL_NOT_FOUND' ? 'model' : null,
      code: code.toLowerCase(),
    },
  };
}
