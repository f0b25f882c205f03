import { checkedEnum } from '../operations/constraints.js';
import { validationError } from '../protocol/aws-error.js';
import { isObject, type ModelRequest, parseObject, textsOrNone, tokensOrNone, toolNamedIn } from './model-request.js';

const ROLES = ['user', 'assistant'];

const STARTS_WITH_USER =
  'A conversation must start with a user message. Try again with a conversation that starts with a user message.';

/**
 * Reads the body of Converse and ConverseStream.
 *
 * @throws AwsError ValidationException, in Bedrock's words where they are known
 */
export function parseConverseRequest(body: string): ModelRequest {
  const request = parseObject(body);
  if (request === undefined) {
    throw validationError('The request body is not valid.');
  }
  const { inferenceConfig, messages, requestMetadata, toolConfig } = request;
  if (!Array.isArray(messages) || messages.length === 0) {
    throw validationError(STARTS_WITH_USER);
  }
  const texts = messages.map((message, index) => textsOf(message, index));
  return {
    texts: texts.flat(),
    bringsTools: toolConfig !== undefined && toolConfig !== null,
    tool: toolNamedIn(texts.at(-1) ?? [], namesOf(toolConfig)),
    maxTokens: isObject(inferenceConfig) ? tokensOrNone(inferenceConfig['maxTokens']) : undefined,
    requestMetadata: textsOrNone(requestMetadata),
  };
}

function namesOf(toolConfig: unknown): unknown[] {
  const { tools } = isObject(toolConfig) ? toolConfig : {};
  return (Array.isArray(tools) ? tools : []).map((tool: unknown) => {
    const { toolSpec } = isObject(tool) ? tool : {};
    return isObject(toolSpec) ? toolSpec['name'] : undefined;
  });
}

function textsOf(message: unknown, index: number): string[] {
  const { role, content } = isObject(message) ? message : {};
  if (typeof role !== 'string') {
    throw missing(`messages.${index + 1}.member.role`);
  }
  checkedEnum(role, `messages.${index + 1}.member.role`, ROLES);
  if (index === 0 && role !== 'user') {
    throw validationError(STARTS_WITH_USER);
  }
  if (!Array.isArray(content)) {
    throw missing(`messages.${index + 1}.member.content`);
  }
  if (content.length === 0) {
    throw validationError(
      `The content field in the Message object at messages.${index} is empty. Add a ContentBlock object to the ` +
        'content field and try again.',
    );
  }
  return content.flatMap((block: unknown, position) => {
    const { text } = isObject(block) ? block : {};
    if (typeof text !== 'string') {
      return [];
    }
    if (text.trim() !== '') {
      return [text];
    }
    throw validationError(
      `The text field in the ContentBlock object at messages.${index}.content.${position} is blank. Add text to the ` +
        'text field, and try again.',
    );
  });
}

function missing(member: string): Error {
  return validationError(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}
