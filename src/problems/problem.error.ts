import type { ProblemCode } from './problem-types.js';

export interface ProblemExtras {
  /** Further members of the document. */
  extensions?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
}

/** Thrown where a request cannot be answered; the caller gets a problem document. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

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
