import { isRecord } from '../../util/guards.js';

/** Tokens that a call took. @publicApi */
export interface TokenUsage {
  /** Read or written to a cache, but for what was only read from there. */
  readonly input: number;
  /** Written, reasoning included. */
  readonly output: number;
}

/** Names of input and output in the usage that answers state: of Converse, of its metrics, of Anthropic and of OpenAI. */
const NAMES = [
  ['inputTokens', 'outputTokens'],
  ['inputTokenCount', 'outputTokenCount'],
  ['input_tokens', 'output_tokens'],
  ['prompt_tokens', 'completion_tokens'],
] as const;
const CACHE_WRITES = ['cacheWriteInputTokens', 'cacheWriteInputTokenCount', 'cache_creation_input_tokens'] as const;

/** What a usage says, in whichever of these words; undefined where it says nothing that makes sense. */
export function usageIn(usage: unknown): TokenUsage | undefined {
  if (!isRecord(usage)) {
    return undefined;
  }
  const names = NAMES.find(([input, output]) => isAmount(usage[input]) && isAmount(usage[output]));
  if (names === undefined) {
    return undefined;
  }
  const [input, output] = names.map((name) => Number(usage[name])) as [number, number];
  const written = CACHE_WRITES.map((name) => usage[name]).find(isAmount) ?? 0;
  return { input: input + written, output };
}

/** What the headers of InvokeModel say. */
export function usageInHeaders(headers: Readonly<Record<string, string>>): TokenUsage | undefined {
  const [input, output] = ['input', 'output'].map((kind) => headers[`x-amzn-bedrock-${kind}-token-count`]);
  return input === undefined || output === undefined
    ? undefined
    : usageIn({ inputTokens: Number(input), outputTokens: Number(output) });
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
