import type { IamPolicyDocument } from '../policy/iam-policies.js';
import type { Route } from '../routing/route.types.js';

/** Languages that there is code in. @publicApi */
export const SNIPPET_LANGUAGES = ['typescript', 'python', 'cli', 'terraform'] as const;

/** One of {@link SNIPPET_LANGUAGES}. @publicApi */
export type SnippetLanguage = (typeof SNIPPET_LANGUAGES)[number];

/** What makes the call. @publicApi */
export const SNIPPET_CLIENTS = [
  'sdk',
  'vercel',
  'langchain',
  'openai',
  'boto3',
  'openai-python',
  'cli',
  'terraform',
] as const;

/** One of {@link SNIPPET_CLIENTS}. @publicApi */
export type SnippetClient = (typeof SNIPPET_CLIENTS)[number];

/** Code that calls a model, ready to be run, or why there is none. @publicApi */
export interface Snippet {
  /** What makes the call. */
  readonly id: SnippetClient;
  /** The language of the code. */
  readonly language: SnippetLanguage;
  /** What makes the call, for people. */
  readonly name: string;
  /** Packages to install, or the tool that is needed. */
  readonly needs: string;
  /** Undefined where there is no way; `why` says so. */
  readonly code?: string;
  /** Why there is no code. */
  readonly why?: string;
}

/** What of a route the code is made from. @publicApi */
export type SnippetRoute = Pick<Route, 'region' | 'invocationId' | 'modelId' | 'via' | 'arn' | 'apis'>;

/** What else code is made from. @publicApi */
export interface SnippetOptions {
  /** That the route needs, as `invocationPolicy` makes it. @default none, and no policy in the code for Terraform */
  readonly policy?: IamPolicyDocument;
}

/** Code, or why there is none. */
export type CodeOrWhy = Pick<Snippet, 'code' | 'why'>;
