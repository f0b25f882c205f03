import type { Route } from 'nestjs-bedrock-discovery';
import { useAnswer, valueOf } from '../api/use-answer.js';
import { Blank } from '../shell/blank.js';
import { CopyButton } from '../shell/copy-button.js';

/** The IAM policy that a route takes, as the application answers it. */
export function Policy({ modelId, region, invocationId }: Pick<Route, 'modelId' | 'region' | 'invocationId'>) {
  const query = new URLSearchParams({ modelId, region, invocationId });
  const answer = useAnswer<unknown>(`policies/invocation?${query}`, '');
  const policy = valueOf(answer);
  const text = JSON.stringify(policy, null, 2);
  return (
    <section class="policy" aria-label="IAM policy">
      <div class="code-bar">
        <h3>IAM policy</h3>
        {policy === undefined ? null : <CopyButton text={text} what="the policy" />}
      </div>
      {answer.kind === 'failed' ? (
        <Blank tone="failed" title="No policy" text={answer.message} />
      ) : policy === undefined ? (
        <Blank title="Asking…" text="The policy is being written." />
      ) : (
        <pre tabIndex={0} aria-label="IAM policy as JSON">
          <code>{text}</code>
        </pre>
      )}
    </section>
  );
}
