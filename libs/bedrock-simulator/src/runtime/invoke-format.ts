import type { ModelAnswer } from './model-runner.js';
import type { ModelRequest } from './model-request.js';

/** What models are asked with and answer with, in the bodies of InvokeModel. */
export interface InvokeFormat {
  /** @throws AwsError ValidationException for what the models refuse */
  readonly read: (body: Readonly<Record<string, unknown>>) => ModelRequest;
  /** The whole answer. */
  readonly answer: (answer: ModelAnswer, body: Readonly<Record<string, unknown>>) => object;
  /**
   * The same, in pieces. The metrics that Bedrock adds to the last of them are not among them. Left out where models do not
   * stream.
   */
  readonly events?: (answer: ModelAnswer) => readonly object[];
}
