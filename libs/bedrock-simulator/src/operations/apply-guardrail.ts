import type { OperationCall } from './operation.js';

/** As many characters of a text make a unit of each policy. */
const CHARACTERS_PER_UNIT = 1000;

/** ApplyGuardrail: a guardrail that lets everything pass, whichever is named. */
export function applyGuardrail({ body }: OperationCall): object {
  const { content } = body.object as unknown as {
    readonly content: readonly { readonly text?: { readonly text: string } }[];
  };
  const characters = content.reduce((sum, { text }) => sum + (text?.text.length ?? 0), 0);
  const units = Math.ceil(characters / CHARACTERS_PER_UNIT);
  return {
    usage: {
      topicPolicyUnits: units,
      contentPolicyUnits: units,
      wordPolicyUnits: units,
      sensitiveInformationPolicyUnits: units,
      sensitiveInformationPolicyFreeUnits: 0,
      contextualGroundingPolicyUnits: 0,
    },
    action: 'NONE',
    actionReason: 'No action.',
    outputs: [],
    assessments: [],
  };
}
