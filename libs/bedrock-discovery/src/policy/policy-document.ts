import { deepFreeze } from '../cache/deep-freeze.js';
import type { IamPolicyDocument, IamStatement } from './policy.types.js';

export function policyOf(statements: readonly IamStatement[]): IamPolicyDocument {
  return deepFreeze({ Version: '2012-10-17', Statement: statements });
}

/** Whether a text can stand in an ARN without a wildcard or a variable in it, which would widen the policy. */
export function isPlainId(id: string): boolean {
  return /^[\w.:-]+$/.test(id);
}
