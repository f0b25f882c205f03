import type { RejectedRoute, RejectionCode, Route } from 'nestjs-bedrock-discovery';
import { CopyButton } from '../shell/copy-button.js';
import { openCell } from '../state/store.js';

/** What somebody can do, and where: a command to copy, a page of the AWS console. */
interface Remedy {
  readonly words: string;
  readonly command?: string;
  readonly page?: readonly [name: string, path: string];
}

type Rejected = Pick<RejectedRoute, 'region' | 'invocationId'>;

/** Of what an account can change. Everything else is changed by another question. */
const REMEDIES: Readonly<Partial<Record<RejectionCode, (modelId: string, route: Rejected) => Remedy>>> = {
  ACCESS_DENIED: () => ({
    words: 'Give the principal the policy below; where it has it, ask for access to the model.',
    page: ['Model access', 'bedrock/home#/modelaccess'],
  }),
  ACCESS_UNKNOWN: (modelId, { region }) => ({
    words: 'Ask AWS whether the account may call it.',
    command: `aws bedrock get-foundation-model-availability --model-id ${modelId} --region ${region}`,
  }),
  QUOTA_ZERO: (_, { region }) => ({
    words: 'The account’s quota is 0, as new accounts have it: have it raised.',
    command: `aws service-quotas list-service-quotas --service-code bedrock --region ${region}`,
    page: ['Service Quotas', 'servicequotas/home/services/bedrock/quotas'],
  }),
  RETENTION: (_, { region }) => ({
    words: 'The data retention mode of the account is in the way: set one that the model and the question allow.',
    command: `aws bedrock put-account-data-retention --mode none --region ${region}`,
    page: ['Bedrock settings', 'bedrock/home#/settings'],
  }),
  PROFILE_INACTIVE: (_, { region, invocationId }) => ({
    words: 'The profile is not active: look at its status.',
    command: `aws bedrock get-inference-profile --inference-profile-identifier ${invocationId} --region ${region}`,
  }),
};

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
  const remedy: Remedy = {
    words: 'The provider’s terms are not accepted yet; a first call accepts them. To read and accept them before:',
    command: `aws bedrock list-foundation-model-agreement-offers --model-id ${modelId} --region ${region}`,
    page: ['Model catalog', `bedrock/home#/model-catalog/serverless/${modelId}`],
  };
  return (
    <div class="remedy-card">
      <p>{remedy.words}</p>
      <What remedy={remedy} region={region} />
    </div>
  );
}

function What({ remedy: { command, page }, region }: { readonly remedy: Remedy; readonly region: string }) {
  const [name, path = ''] = page ?? [];
  const [service = '', place = ''] = path.split('#');
  return (
    <>
      {command === undefined ? null : (
        <div class="invocation">
          <code>{command}</code>
          <CopyButton text={command} what="the command" />
        </div>
      )}
      {name === undefined ? null : (
        <a
          href={`https://${region}.console.aws.amazon.com/${service}?region=${region}${place === '' ? '' : `#${place}`}`}
          target="_blank"
          rel="noreferrer"
        >
          {name} in the AWS console
        </a>
      )}
    </>
  );
}
