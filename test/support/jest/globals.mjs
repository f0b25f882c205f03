/** `@jest/globals`, for a suite that Node loads. */
export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test } =
  globalThis[Symbol.for('own-globals')];
