import { checkedEnum } from '../operations/constraints.js';
import { validationError } from '../protocol/aws-error.js';

/** What of a Converse request the simulator looks at. */
export interface ConverseRequest {
  /** All texts of all messages, in their order. */
  readonly texts: readonly string[];
  readonly requestMetadata: Readonly<Record<string, string>> | undefined;
}

const ROLES = ['user', 'assistant'];

const STARTS_WITH_USER =
  'A conversation must start with a user message. Try again with a conversation that starts with a user message.';

/**
 * Reads the body of Converse and ConverseStream.
 *
 * @throws AwsError ValidationException, in Bedrock's words where they are known
 */
export function parseConverseRequest(body: string): ConverseRequest {
  const { messages, requestMetadata } = parse(body);
  if (!Array.isArray(messages) || messages.length === 0) {
    throw validationError(STARTS_WITH_USER);
  }
  return {
    texts: messages.flatMap((message, index) => textsOf(message, index)),
    requestMetadata: isTexts(requestMetadata) ? requestMetadata : undefined,
  };
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

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (isObject(value)) {
      return value;
    }
  } catch {
    // Text that is no JSON is refused like JSON of another shape.
  }
  throw validationError('The request body is not valid.');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((each) => typeof each === 'string');
}
