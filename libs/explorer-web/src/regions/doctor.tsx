import { useSignal } from '@preact/signals';
import type { Diagnosis, DiagnosisCheck } from 'nestjs-bedrock-discovery';
import { LISTING_NAMES } from 'nestjs-bedrock-discovery/enumerations';
import { useAnswer } from '../api/use-answer.js';
import { CopyButton } from '../shell/copy-button.js';

const SIGNS: Readonly<Record<DiagnosisCheck['status'], string>> = { ok: '✓', warning: '!', failed: '✕', unknown: '?' };
const WORST_FIRST = ['failed', 'warning', 'unknown', 'ok'] as const;

/** Causes of failure in a listing. They stand above, with the commands that are at hand. */
const TOLD_ABOVE = new RegExp(`^(?:${LISTING_NAMES.join('|')}):`);

/** What keeps AWS from answering and what to do about it, as the doctor of the library finds it. Asked when it is wanted. */
export function Doctor() {
  const asked = useSignal(0);
  const answer = useAnswer<Diagnosis>(asked.value === 0 ? undefined : 'doctor', asked.value);
  const checks = answer.kind === 'answered' ? worstFirst(answer.value.checks) : [];
  return (
    <section class="doctor" aria-label="Doctor">
      <div class="code-bar">
        <h3>Doctor</h3>
        <button
          type="button"
          class="action small"
          disabled={answer.kind === 'loading'}
          onClick={() => (asked.value += 1)}
        >
          {answer.kind === 'loading' ? 'Examining…' : asked.value === 0 ? 'Examine' : 'Examine again'}
        </button>
      </div>
      {answer.kind === 'none' ? (
        <p class="muted">Looks at credentials, clock, network, permissions and quotas, and says what to do.</p>
      ) : null}
      {answer.kind === 'failed' ? <p role="alert">{answer.message}</p> : null}
      <ul aria-live="polite">
        {checks.map(({ id, status, title, detail, remedy }) => (
          <li key={id} class={`check-${status}`}>
            <span class="sign" aria-hidden="true">
              {SIGNS[status]}
            </span>
            <div>
              <b>{title}</b> <span class="visually-hidden">{status}</span>
              <p>{detail}</p>
              {remedy === undefined ? null : <p class="remedy">{remedy}</p>}
            </div>
          </li>
        ))}
      </ul>
      {answer.kind === 'answered' ? (
        <details class="details">
          <summary>The policy that listing needs</summary>
          <CopyButton text={policyOf(answer.value)} what="the policy" />
          <pre tabIndex={0} aria-label="Policy that listing needs">
            {policyOf(answer.value)}
          </pre>
        </details>
      ) : null}
    </section>
  );
}

function policyOf({ policies }: Diagnosis): string {
  return JSON.stringify(policies.discovery, null, 2);
}

function worstFirst(checks: readonly DiagnosisCheck[]): readonly DiagnosisCheck[] {
  const others = checks.filter(({ id }) => !TOLD_ABOVE.test(id));
  return WORST_FIRST.flatMap((status) => others.filter((check) => check.status === status));
}
