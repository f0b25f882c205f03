import type * as jest from '@jest/globals';

/** What Jest and Vitest can offer without an import, so that the tests of the samples run with either. */
declare global {
  const expect: typeof jest.expect;
  const it: typeof jest.it;
  const beforeAll: typeof jest.beforeAll;
  const afterAll: typeof jest.afterAll;
}
