import { checkShape } from '../protocol/service-model.js';
import { isObject } from '../settings/objects.js';
import { choiceOf, readChat, usageOf as chatUsageOf } from './chat-completions.js';
import { contentOf, eventsOf, usageOf } from './converse.js';
import { readConversation } from './converse-request.js';
import { type InvokeFormat, requestOf, textIn } from './invoke-format.js';
import type { ModelAnswer } from './model-runner.js';
import { tokensOrNone } from './model-request.js';

/** Amazon Nova: what Converse takes and gives. */
export const nova: InvokeFormat = {
  read: (body) => {
    checkShape('ConverseTokensRequest', body);
    const { inferenceConfig } = body;
    const { maxTokens, max_new_tokens: maxNewTokens } = isObject(inferenceConfig) ? inferenceConfig : {};
    return readConversation({ ...body, inferenceConfig: { maxTokens: tokensOrNone(maxTokens ?? maxNewTokens) } });
  },
  answer: (answer) => ({
    output: { message: { content: contentOf(answer), role: 'assistant' } },
    stopReason: answer.stopReason,
    usage: usageOf(answer),
  }),
  events: eventsOf,
};

/** Amazon Titan Text. */
export const titanText: InvokeFormat = {
  read: (body) => {
    const { textGenerationConfig: config } = body;
    return requestOf([textIn(body, 'inputText')], isObject(config) ? config['maxTokenCount'] : undefined);
  },
  answer: (answer) => ({
    inputTextTokenCount: answer.inputTokens,
    results: [
      {
        tokenCount: answer.outputTokens,
        outputText: answer.text,
        completionReason: inWords(answer, 'FINISH', 'LENGTH'),
      },
    ],
  }),
  events: (answer) =>
    piecesOf(answer).map(({ text, last }) => ({
      outputText: text,
      index: 0,
      totalOutputTextTokenCount: last ? answer.outputTokens : null,
      completionReason: last ? inWords(answer, 'FINISH', 'LENGTH') : null,
      inputTextTokenCount: last ? answer.inputTokens : null,
    })),
};

/** Meta Llama. */
export const llama: InvokeFormat = {
  read: (body) => requestOf([textIn(body, 'prompt')], body['max_gen_len']),
  answer: (answer) => ({
    generation: answer.text,
    prompt_token_count: answer.inputTokens,
    generation_token_count: answer.outputTokens,
    stop_reason: inWords(answer, 'stop', 'length'),
  }),
  events: (answer) =>
    piecesOf(answer).map(({ text, index, last }) => ({
      generation: text,
      prompt_token_count: index === 0 ? answer.inputTokens : null,
      generation_token_count: index + 1,
      stop_reason: last ? inWords(answer, 'stop', 'length') : null,
    })),
};

/** Mistral: a prompt, or messages as of Chat Completions. */
export const mistral: InvokeFormat = {
  read: (body) =>
    body['messages'] === undefined ? requestOf([textIn(body, 'prompt')], body['max_tokens']) : readChat(body),
  answer: (answer, body) =>
    body['messages'] === undefined
      ? { outputs: [{ text: answer.text, stop_reason: inWords(answer, 'stop', 'length') }] }
      : chat.answer(answer, body),
  events: (answer) =>
    piecesOf(answer).map(({ text, last }) => ({
      outputs: [{ text, stop_reason: last ? inWords(answer, 'stop', 'length') : null }],
    })),
};

/** Cohere Command R. */
export const cohereCommand: InvokeFormat = {
  read: (body) => requestOf([textIn(body, 'message')], body['max_tokens']),
  answer: (answer) => ({
    response_id: answer.id,
    text: answer.text,
    generation_id: answer.id,
    finish_reason: inWords(answer, 'COMPLETE', 'MAX_TOKENS'),
  }),
  events: (answer) => [
    ...answer.chunks.map((text) => ({ event_type: 'text-generation', text, is_finished: false })),
    {
      event_type: 'stream-end',
      finish_reason: inWords(answer, 'COMPLETE', 'MAX_TOKENS'),
      response: cohereCommand.answer(answer, {}),
      is_finished: true,
    },
  ],
};

/** Those that take OpenAI's Chat Completions. */
export const chat: InvokeFormat = {
  read: readChat,
  answer: (answer) => ({
    id: `chatcmpl-${answer.id}`,
    object: 'chat.completion',
    model: answer.modelId,
    choices: [choiceOf(answer)],
    usage: chatUsageOf(answer),
  }),
  events: (answer) =>
    piecesOf(answer).map(({ text, last }) => ({
      id: `chatcmpl-${answer.id}`,
      object: 'chat.completion.chunk',
      model: answer.modelId,
      choices: [
        {
          index: 0,
          delta: { role: 'assistant', content: text },
          finish_reason: last ? inWords(answer, 'stop', 'length') : null,
        },
      ],
    })),
};

/** The pieces of a stream, of which there is one even where nothing is said. */
function piecesOf({ chunks }: ModelAnswer): { text: string; index: number; last: boolean }[] {
  const texts = chunks.length === 0 ? [''] : chunks;
  return texts.map((text, index) => ({ text, index, last: index === texts.length - 1 }));
}

/** How an answer ended, for formats that tell little about it. */
function inWords({ stopReason }: ModelAnswer, end: string, length: string): string {
  return stopReason === 'max_tokens' ? length : end;
}
