import { deepFreeze } from '../util/deep-freeze.js';

/**
 * An IAM policy as AWS takes it. Plain, frozen data: `JSON.stringify` makes the document.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @publicApi
 */
export interface IamPolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly IamStatement[];
}

/** @publicApi */
export interface IamStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: '*' | readonly string[];
  /** By operator, such as `StringEquals`, then by condition key. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export function policyOf(statements: readonly IamStatement[]): IamPolicyDocument {
  return deepFreeze({ Version: '2012-10-17', Statement: statements });
}

/** Whether a text can stand in an ARN without a wildcard or a variable in it, which would widen the policy. */
export function isPlainId(id: string): boolean {
  return /^[\w.:-]+$/.test(id);
}
