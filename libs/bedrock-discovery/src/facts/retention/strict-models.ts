import type { RefusedMode, RetentionMode } from './retention.types.js';

interface StrictModel {
  readonly refuses: readonly RefusedMode[];
  /** Modes that are known to be allowed, the one that keeps least first; others may be. */
  readonly allows: readonly RetentionMode[];
}

/** As of when the table below was true. */
const AS_OF = '2026-11';
const KNOWN = `by AWS’s documentation as of ${AS_OF}`;
const REFUSES: readonly RefusedMode[] = [
  { mode: 'none', known: KNOWN },
  { mode: 'default', known: KNOWN },
];
const NOTHING: readonly RefusedMode[] = [];

/**
 * The models that are known to refuse modes, by id: from AWS's user guide ("Data retention", "Amazon Bedrock abuse
 * detection") and AWS's own samples. What is not said of a model here is not known.
 */
const STRICT_MODELS: ReadonlyMap<string, StrictModel> = new Map<string, StrictModel>([
  ['anthropic.claude-fable-5', { refuses: REFUSES, allows: ['provider_data_share'] }],
  ['anthropic.claude-fable-5-1', { refuses: REFUSES, allows: ['aws_review', 'provider_data_share'] }],
  ['anthropic.claude-mythos-5', { refuses: REFUSES, allows: ['provider_data_share'] }],
]);

/** What the table says that a model refuses. */
export function refusedByTable(modelId: string): readonly RefusedMode[] {
  return STRICT_MODELS.get(modelId)?.refuses ?? NOTHING;
}

/** The mode that keeps least of those that a model is known to allow, where it is known to be strict. */
export function leastAllowedMode(modelId: string): RetentionMode | undefined {
  return STRICT_MODELS.get(modelId)?.allows[0];
}
