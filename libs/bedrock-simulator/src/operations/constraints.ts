import { validationError } from '../protocol/aws-error.js';

/** @throws AwsError ValidationException in the words of AWS's own validation */
export function checkedValue(holds: boolean, value: string, member: string, constraint: string): void {
  if (holds) {
    return;
  }
  throw validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** @throws AwsError ValidationException unless the value, if any, is in the set */
export function checkedEnum(value: string | undefined, member: string, accepted: readonly string[]): void {
  if (value === undefined) {
    return;
  }
  const constraint = `Member must satisfy enum value set: [${accepted.join(', ')}]`;
  checkedValue(accepted.includes(value), value, member, constraint);
}
