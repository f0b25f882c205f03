import type { ProblemCode } from './problem-types.js';

/** Several values are a line each. */
export type ProblemHeaders = Readonly<Record<string, string | readonly string[]>>;

export interface ProblemExtras {
  /** Further members of the document. */
  extensions?: Readonly<Record<string, unknown>>;
  headers?: ProblemHeaders;
}

/** Thrown where a request cannot be answered; the caller gets a problem document. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: ProblemHeaders;

  /** @param detail what happened to this request, and what to do about it */
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    { extensions = {}, headers = {} }: ProblemExtras = {},
  ) {
    super(detail);
    this.extensions = extensions;
    this.headers = headers;
  }
}

export function methodNotAllowed(...allowed: string[]): ProblemError {
  const methods = allowed.join(', ');
  return new ProblemError('METHOD_NOT_ALLOWED', `This endpoint answers ${methods} only.`, {
    extensions: { allowed },
    headers: { Allow: methods },
  });
}
