import type { ModelAnswer } from './model-runner.js';
import { validationError } from '../protocol/aws-error.js';
import { type ModelRequest, tokensOrNone } from './model-request.js';

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

/** What a body asks that is nothing but texts. */
export function requestOf(texts: readonly string[], maxTokens?: unknown): ModelRequest {
  return { texts, lastTexts: texts, maxTokens: tokensOrNone(maxTokens) };
}

/** @throws AwsError where the member is missing or blank */
export function textIn(body: Readonly<Record<string, unknown>>, member: string): string {
  const text = body[member];
  if (typeof text !== 'string' || text.trim() === '') {
    throw missing(member);
  }
  return text;
}

export function missing(member: string): Error {
  return validationError(
    `Malformed input request: #: required key [${member}] not found, please reformat your input and try again.`,
  );
}
