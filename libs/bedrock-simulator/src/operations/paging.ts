import { validationError } from '../protocol/aws-error.js';
import { checkedValue } from './constraints.js';

/** A page and the token of the next. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/** What Bedrock says about a token that it no longer takes. */
export const TOKEN_REJECTED = 'The provided pagination token is no longer valid. Please retry without a token.';

/**
 * Cuts a page out of a list.
 *
 * @param list names the list, so that a token of another is rejected
 * @throws AwsError ValidationException for a token that was not given out for this list
 */
export function pageOf<T>(items: readonly T[], size: number, token: string | undefined, list: string): Page<T> {
  const offset = token === undefined ? 0 : offsetOf(token, list);
  const end = offset + size;
  return {
    items: items.slice(offset, end),
    ...(end < items.length ? { nextToken: Buffer.from(`${list}|${end}`).toString('base64url') } : {}),
  };
}

/** @throws AwsError ValidationException unless it is a whole number from 1 to `maximum` */
export function pageSizeOf(value: string | undefined, maximum: number, member: string): number {
  if (value === undefined) {
    return maximum;
  }
  const size = Number(value);
  if (value === '' || !Number.isInteger(size)) {
    throw validationError(`Value '${value}' at '${member}' is not an integer.`);
  }
  checkedValue(size >= 1, value, member, 'Member must have value greater than or equal to 1');
  checkedValue(size <= maximum, value, member, `Member must have value less than or equal to ${maximum}`);
  return size;
}

function offsetOf(token: string, list: string): number {
  const [name, offset] = Buffer.from(token, 'base64url')
    .toString()
    .split(/\|(?=\d+$)/);
  if (name !== list || offset === undefined) {
    throw validationError(TOKEN_REJECTED);
  }
  return Number(offset);
}
