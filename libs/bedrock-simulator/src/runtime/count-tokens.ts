import type { OperationCall } from '../operations/operation.js';
import { parseObject } from '../settings/objects.js';
import { readConversation } from './converse-request.js';
import { resolveTarget } from './invocation-target.js';
import { readInvocation } from './invoke-model.js';
import { tokensIn } from './model-runner.js';

type Conversation = Parameters<typeof readConversation>[0];

/** CountTokens: what a call with that input would be charged for, without running the model. */
export function countTokens(call: OperationCall): object {
  const { modelId } = resolveTarget(call);
  const { input } = call.body.object as unknown as {
    readonly input: { readonly converse?: Conversation; readonly invokeModel?: { readonly body: string } };
  };
  const request = input.converse
    ? readConversation(input.converse)
    : readInvocation(parseObject(Buffer.from(input.invokeModel?.body ?? '', 'base64').toString()), modelId);
  return { inputTokens: tokensIn(request) };
}
