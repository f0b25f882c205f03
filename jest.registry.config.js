import everything from './jest.config.js';

/** What installs the packages as their users do, and takes as long as the registry does. */
export default { ...everything, testMatch: ['**/*.registry-spec.ts'] };
