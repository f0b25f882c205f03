import type { RejectedRoute, RejectionCode, Route } from 'nestjs-bedrock-discovery';
import { CopyButton } from '../shell/copy-button.js';
import { openCell, provenance } from '../state/store.js';
import { consoleAddress, type Remedy, REMEDIES, termsRemedy } from './remedy.js';

/** The remedies first, each once, with the number of ways that it would open. */
export function Remedies({
  modelId,
  rejected,
}: {
  readonly modelId: string;
  readonly rejected: readonly RejectedRoute[];
}) {
  const causes = new Map<RejectionCode, RejectedRoute[]>();
  for (const route of rejected) {
    causes.set(route.code, [...(causes.get(route.code) ?? []), route]);
  }
  const found = [...causes].flatMap(([code, [first, ...others]]) => {
    const remedy = first && REMEDIES[code]?.(modelId, first);
    return first === undefined || remedy === undefined ? [] : [{ code, first, ways: others.length + 1, remedy }];
  });
  return (
    <>
      {found.map(({ code, first, remedy }) => (
        <div key={code} class="remedy-card">
          <p>{remedy.words}</p>
          <What remedy={remedy} region={first.region} />
          {code === 'ACCESS_DENIED' ? (
            <button type="button" class="action" onClick={() => openCell(modelId, first.region)}>
              The policy it takes
            </button>
          ) : null}
        </div>
      ))}
    </>
  );
}

/** Of a route that works once the provider's terms are accepted. */
export function Terms({ route: { modelId, region } }: { readonly route: Route }) {
  const remedy = termsRemedy(modelId, region);
  return (
    <div class="remedy-card">
      <p>{remedy.words}</p>
      <What remedy={remedy} region={region} />
    </div>
  );
}

function What({ remedy: { command, page }, region }: { readonly remedy: Remedy; readonly region: string }) {
  const address = page && consoleAddress(page, region, provenance.value?.partition);
  return (
    <>
      {command === undefined ? null : (
        <div class="invocation">
          <code>{command}</code>
          <CopyButton text={command} what="the command" />
        </div>
      )}
      {address === undefined ? null : (
        <a href={address} target="_blank" rel="noreferrer">
          {page?.name} in the AWS console
        </a>
      )}
    </>
  );
}
