import type { RecordedExecution } from '../records/execution-log.js';
import type { ModelRequest } from '../runtime/model-request.js';
import { checkInteger, checkKeys, checkNumber, checkOneOf, checkText, checkTexts, refuse } from '../settings/checks.js';

/** Why an answer ended, in the words of Converse; other formats say the same in their own. */
export const STOP_REASONS = [
  'end_turn',
  'tool_use',
  'max_tokens',
  'stop_sequence',
  'guardrail_intervened',
  'content_filtered',
] as const;

/** One of {@link STOP_REASONS}. */
export type StopReason = (typeof STOP_REASONS)[number];

/** A tool that an answer calls. */
export interface ToolCall {
  /** As the request names it. */
  readonly name: string;
  /** As JSON. Default: the least that the tool's schema accepts. */
  readonly input?: unknown;
}

/** A request for a model, as a matcher of {@link ScriptedAnswer} sees it. */
export interface AskedModel {
  /** Of the model that runs. */
  readonly modelId: string;
  /** As the caller gave it. */
  readonly invocationId: string;
  /** Source region: whose endpoint was called. */
  readonly region: string;
  /** The call that asks. */
  readonly operation: RecordedExecution['operation'];
  /** All texts of all messages, in their order, whatever the format. */
  readonly texts: readonly string[];
  /** Names of the tools that it brings. */
  readonly tools: readonly string[];
  /** The body as it came. */
  readonly body: unknown;
}

/** Tokens of an answer. */
export interface AnswerUsage {
  /** Of the request. */
  readonly inputTokens?: number;
  /** Of the answer. */
  readonly outputTokens?: number;
}

/** What models answer, for which requests, and how often. What is left out matches all, or stays as it is. */
export interface ScriptedAnswer {
  /** Only calls of this model: its id, or what the caller gave as `modelId`. */
  modelId?: string;
  /** Only requests whose last message holds this text or matches this pattern, or for which the function returns true. */
  matches?: string | RegExp | ((asked: AskedModel) => boolean);
  /** The script is over when it has answered this often. Default: never. */
  times?: number;
  /** What is said. Without tool calls, the default is the usual text. For structured output: its JSON. */
  text?: string;
  /** Tools that are called, after the text if there is one. */
  toolCalls?: readonly ToolCall[];
  /** Default: `tool_use` with tool calls, `max_tokens` where the request allows no more, else `end_turn`. */
  stopReason?: StopReason;
  /** What is counted and charged. Default: four characters a token that comes, one a word that goes. */
  usage?: AnswerUsage;
  /** The pieces in which a stream brings the text, in the place of its words. They make up the text if that is left out. */
  chunks?: readonly string[];
  /** Milliseconds between two events of a stream. Default 0. */
  delayPerChunkMs?: number;
  /** The vector of each text, from models that embed. Default: one that follows from the text. */
  embedding?: readonly number[];
}

const KEYS = [
  'modelId',
  'matches',
  'times',
  'text',
  'toolCalls',
  'stopReason',
  'usage',
  'chunks',
  'delayPerChunkMs',
  'embedding',
] as const;

interface ActiveAnswer extends ScriptedAnswer {
  used: number;
}

/** The scripts in force. */
export class ScriptedAnswers {
  #answers: ActiveAnswer[] = [];

  /** @returns removes this script again */
  add(answer: ScriptedAnswer): () => void {
    check(answer);
    const active = { ...answer, used: 0 };
    this.#answers.unshift(active);
    return () => this.#remove(active);
  }

  clear(): void {
    this.#answers = [];
  }

  /** The script for a request, if any: of several, the one added last. */
  take(asked: AskedModel, request: ModelRequest): ScriptedAnswer | undefined {
    const answer = this.#answers.find((each) => matches(each, asked, request));
    if (answer !== undefined && ++answer.used === answer.times) {
      this.#remove(answer);
    }
    return answer;
  }

  #remove(answer: ActiveAnswer): void {
    this.#answers = this.#answers.filter((other) => other !== answer);
  }
}

function matches(
  { modelId, matches: wanted }: ScriptedAnswer,
  asked: AskedModel,
  { lastTexts }: ModelRequest,
): boolean {
  if (modelId !== undefined && modelId !== asked.modelId && modelId !== asked.invocationId) {
    return false;
  }
  if (typeof wanted === 'function') {
    return wanted(asked);
  }
  const last = lastTexts.join('\n');
  return wanted === undefined || (typeof wanted === 'string' ? last.includes(wanted) : last.search(wanted) >= 0);
}

function check(answer: ScriptedAnswer): void {
  checkKeys('addAnswer', answer, KEYS);
  const {
    modelId,
    matches: wanted,
    times,
    text,
    toolCalls,
    stopReason,
    usage,
    chunks,
    delayPerChunkMs,
    embedding,
  } = answer;
  if (modelId !== undefined) {
    checkText('answer modelId', modelId);
  }
  if (
    wanted !== undefined &&
    typeof wanted !== 'string' &&
    typeof wanted !== 'function' &&
    !(wanted instanceof RegExp)
  ) {
    refuse('answer matches', 'a text, a pattern or a function', wanted);
  }
  if (times !== undefined) {
    checkInteger('answer times', times, 1);
  }
  if (text !== undefined && typeof text !== 'string') {
    refuse('answer text', 'a text', text);
  }
  if (toolCalls !== undefined && !Array.isArray(toolCalls)) {
    refuse('answer toolCalls', 'a list', toolCalls);
  }
  toolCalls?.forEach(({ name }) => checkText('name of an answer toolCalls', name));
  if (stopReason !== undefined) {
    checkOneOf('answer stopReason', stopReason, STOP_REASONS);
  }
  checkKeys('answer usage', usage ?? {}, ['inputTokens', 'outputTokens']);
  for (const [name, tokens] of Object.entries(usage ?? {}) as [string, unknown][]) {
    checkInteger(`answer usage.${name}`, tokens, 0);
  }
  if (chunks !== undefined) {
    checkTexts('answer chunks', chunks);
  }
  if (delayPerChunkMs !== undefined) {
    checkNumber('answer delayPerChunkMs', delayPerChunkMs, 0);
  }
  if (embedding !== undefined && !(Array.isArray(embedding) && embedding.every((each) => typeof each === 'number'))) {
    refuse('answer embedding', 'a list of numbers', embedding);
  }
}
