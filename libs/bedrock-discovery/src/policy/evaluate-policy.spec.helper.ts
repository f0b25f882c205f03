import type { IamPolicyDocument, IamStatement } from './iam-policies.js';

/** What AWS authorises of a call, as its documentation describes it. */
export interface Authorisation {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the request; those that are absent are left out. */
  readonly context: Readonly<Record<string, string>>;
}

/** The part of IAM's evaluation that the policies use; fails on what it does not know, so that no test passes by it. */
export function decide(policy: IamPolicyDocument, authorisation: Authorisation): 'allowed' | 'denied' | 'unmentioned' {
  const matching = policy.Statement.filter((statement) => matches(statement, authorisation));
  if (matching.some(({ Effect }) => Effect === 'Deny')) {
    return 'denied';
  }
  return matching.length > 0 ? 'allowed' : 'unmentioned';
}

function matches(statement: IamStatement, { action, resource, context }: Authorisation): boolean {
  const resources = statement.Resource === '*' ? ['*'] : statement.Resource;
  return (
    statement.Action.some((pattern) => like(pattern, action)) &&
    resources.some((pattern) => like(pattern, resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, context[key], [wanted].flat())),
    )
  );
}

function holds(operator: string, value: string | undefined, wanted: readonly string[]): boolean {
  switch (operator) {
    case 'StringEquals':
      return value !== undefined && wanted.includes(value);
    // A negated operator holds where the key is absent.
    case 'StringNotEquals':
      return value === undefined || !wanted.includes(value);
    case 'ArnNotLike':
      return value === undefined || !wanted.some((pattern) => like(pattern, value));
    default:
      throw new Error(`The operator ${operator} is not known here.`);
  }
}

function like(pattern: string, value: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(value);
}
