/**
 * Ways to call a model over HTTP, with the paths of the runtime that serve them.
 *
 * @publicApi
 */
export const APIS = ['converse', 'invoke', 'chat-completions', 'responses', 'messages'] as const;

/** How a model is called. @publicApi */
export type Api = (typeof APIS)[number];

/** Each in words. @publicApi */
export const API_WORDS: Readonly<Record<Api, string>> = {
  converse: 'Converse',
  invoke: 'InvokeModel',
  'chat-completions': 'Chat Completions',
  responses: 'Responses',
  messages: 'Messages',
};

/** What calls have shown of a model. */
export interface ModelApis {
  readonly offered: readonly Api[];
  readonly refused: readonly Api[];
}
