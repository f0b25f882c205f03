import { Injectable } from '@nestjs/common';
import type { FailureKind } from '../errors/failure.js';

/** Failures that only a caller with valid credentials is given. */
const AUTHENTICATED: ReadonlySet<FailureKind> = new Set(['access-denied', 'policy-denied', 'account-not-enabled']);

/**
 * Remembers which regions accepted the identity when last asked: a wrong key and a region that is not opted in answer
 * alike, and only the other regions' answers tell which it is.
 */
@Injectable()
export class CredentialEvidence {
  readonly #accepted = new Set<string>();

  /** @param failure undefined for success */
  observe(operation: string, region: string, failure: FailureKind | undefined): void {
    const key = `${operation} ${region}`;
    if (failure === undefined || AUTHENTICATED.has(failure)) {
      this.#accepted.add(key);
    } else if (failure.startsWith('credentials-')) {
      this.#accepted.delete(key);
    }
  }

  /** Whether any region accepts the identity. */
  get accepted(): boolean {
    return this.#accepted.size > 0;
  }
}
