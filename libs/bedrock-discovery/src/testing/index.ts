/** For the tests of applications: the library without AWS. Needs no test runner, and knows none. */
export {
  BedrockDiscoveryTestingModule,
  type BedrockDiscoveryTestingOptions,
  type OverridableBuilder,
  withoutAws,
  type WithoutAwsOptions,
} from './bedrock-discovery-testing.module.js';
export { aFailure, aRoute } from './builders.js';
export { ManualClock } from './manual-clock.js';
export type { TestAws } from './test-aws.js';
export type { TestCatalogue, TestModel, TestProfile } from './test-catalogue.js';
export { eventStream, type TestAnswer, type TestCall, type TestReply } from './test-replies.js';
