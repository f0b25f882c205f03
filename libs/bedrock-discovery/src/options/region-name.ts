const REGION_NAME = /^[a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2}$/;
const MAX_LENGTH = 32;

/**
 * Whether a text is formed like the name of a region, known or not: new ones appear without asking.
 *
 * @publicApi
 */
export function isRegionName(value: string): boolean {
  return value.length <= MAX_LENGTH && REGION_NAME.test(value);
}
