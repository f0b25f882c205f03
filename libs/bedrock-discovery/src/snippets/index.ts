/**
 * Code that calls a model through a route, as texts. Needs nothing of Node, Nest or the AWS SDK, so that a page in a browser
 * makes it as well.
 */
export type { SnippetModel } from './model-kind.js';
export {
  type Snippet,
  SNIPPET_CLIENTS,
  SNIPPET_LANGUAGES,
  type SnippetClient,
  type SnippetLanguage,
  type SnippetOptions,
  type SnippetRoute,
} from './snippet.types.js';
export { snippetsFor } from './snippets.js';
