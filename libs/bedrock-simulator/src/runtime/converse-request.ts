import { validationError } from '../protocol/aws-error.js';
import type { RequestBody } from '../protocol/request-body.js';
import type { ModelRequest } from './model-request.js';

/** What is looked at of a body that the service model has accepted. */
interface ConverseBody {
  readonly messages?: readonly Message[] | null;
  readonly inferenceConfig?: { readonly maxTokens?: number | null } | null;
  readonly toolConfig?: {
    readonly tools: readonly { readonly toolSpec?: ToolSpecification | null }[];
    readonly toolChoice?: { readonly any?: object | null; readonly tool?: { readonly name: string } | null } | null;
  } | null;
  readonly outputConfig?: {
    readonly textFormat?: { readonly structure: { readonly jsonSchema: { readonly schema: string } } } | null;
  } | null;
  readonly requestMetadata?: Readonly<Record<string, string>> | null;
}

interface ToolSpecification {
  readonly name: string;
  readonly inputSchema: { readonly json: unknown };
}

interface Message {
  readonly role: string;
  readonly content: readonly { readonly text?: string | null }[];
}

const STARTS_WITH_USER =
  'A conversation must start with a user message. Try again with a conversation that starts with a user message.';

/**
 * Reads the body of Converse and ConverseStream, which has been checked against the service model.
 *
 * @throws AwsError ValidationException for what that does not say, in Bedrock's words where they are known
 */
export function readConverse({ object }: RequestBody): ModelRequest {
  return readConversation(object as ConverseBody);
}

/** @throws AwsError as {@link readConverse} */
export function readConversation(body: ConverseBody): ModelRequest {
  const { inferenceConfig, messages, outputConfig, requestMetadata, toolConfig } = body;
  if (messages?.[0]?.role !== 'user') {
    throw validationError(STARTS_WITH_USER);
  }
  const texts = messages.map(({ content }, index) => textsOf(content, index));
  const specifications = toolConfig?.tools.flatMap(({ toolSpec }) => toolSpec ?? []);
  const { any, tool } = toolConfig?.toolChoice ?? {};
  return {
    texts: texts.flat(),
    lastTexts: texts.at(-1) ?? [],
    tools: specifications?.map(({ name, inputSchema }) => ({ name, schema: inputSchema.json })),
    mustCall: tool?.name ?? (any ? true : undefined),
    answerSchema: schemaOf(outputConfig?.textFormat?.structure.jsonSchema.schema),
    maxTokens: inferenceConfig?.maxTokens ?? undefined,
    requestMetadata: requestMetadata ?? undefined,
  };
}

/** @throws AwsError ValidationException for what is no JSON */
function schemaOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    throw validationError('The JSON schema of the output format is not valid JSON.');
  }
}

function textsOf(content: Message['content'], index: number): string[] {
  if (content.length === 0) {
    throw validationError(
      `The content field in the Message object at messages.${index} is empty. Add a ContentBlock object to the ` +
        'content field and try again.',
    );
  }
  return content.flatMap(({ text }, position) => {
    if (text === undefined || text === null) {
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
