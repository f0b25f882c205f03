/** For applications that answer over HTTP: errors of the library as problem documents. */
export { BedrockDiscoveryExceptionFilter } from './bedrock-discovery-exception.filter.js';
export {
  type Problem,
  PROBLEM_TYPES,
  type ProblemDocument,
  type ProblemOptions,
  type ProblemType,
  retryAfter,
  toProblem,
} from './problem.js';
