import type { RegionFailure } from '../errors/errors.js';
import { isCredentialFailure, isDenial, remedyOf } from '../errors/failure-texts.js';
import { type ByListing, LISTING_LABELS, type ListingName } from '../inventory/listing.js';
import type { RegionStatus } from '../inventory/scan.types.js';
import type { IamStatement } from '../policy/iam-policies.js';
import { lacksEndpoint } from '../routing/verdict.js';
import { groupBy } from '../util/group-by.js';
import { check, type DiagnosedRegion, type DiagnosisCheck, inWords, type MissingPermission } from './diagnosis.js';

/** What the regions answered to one operation. */
export interface OperationOutcome {
  readonly id: ListingName;
  /** As in the API reference. */
  readonly operation: string;
  readonly statuses: readonly RegionStatus[];
}

/** Where the name of a listing says nothing to people. */
const WHAT: Partial<Record<ListingName, string>> = {
  provisioned: 'provisioned throughputs',
  imported: 'imported models',
  custom: 'custom-model deployments',
  marketplace: 'marketplace endpoints',
  routers: 'prompt routers',
  mantle: 'models of bedrock-mantle',
};

const ACTION = /not authorized to perform: ([a-z][a-z-]*:[A-Za-z]+)/;
const POLICY_ARN = /arn:aws[a-z-]*:organizations::[^\s"']+/;

export function describeRegions(
  outcomes: readonly OperationOutcome[],
  latencyOf: (region: string) => number | undefined,
): readonly DiagnosedRegion[] {
  const regions = new Set(outcomes.flatMap(({ statuses }) => statuses.map(({ region }) => region)));
  return [...regions].sort().map((region) => {
    const latencyMs = latencyOf(region);
    const known = outcomes.map(({ id, statuses }) => ({ id, status: statuses.find((each) => each.region === region) }));
    const words = known.map(({ id, status }) => [id, outcomeOf(status, id)]);
    return {
      region,
      ...Object.fromEntries(known.flatMap(({ id, status }) => (status === undefined ? [] : [[id, status]]))),
      ...(latencyMs !== undefined && { latencyMs }),
      outcome: Object.fromEntries(words) as ByListing<string>,
    };
  });
}

function outcomeOf(status: RegionStatus | undefined, what: ListingName): string {
  const { failure, scannedAt, ageMs, count = 0, stale, unreadable } = status ?? {};
  const besides = unreadable === undefined ? '' : ` and ${unreadable} that could not be read`;
  const known = `${count} ${WHAT[what] ?? what}${besides}, listed ${ageMs === undefined ? 'at an unknown time' : `${inWords(ageMs)} ago`}`;
  if (failure === undefined) {
    return scannedAt === undefined ? 'not asked yet' : `${known}${stale === true ? ', due to be listed anew' : ''}`;
  }
  const served = scannedAt === undefined ? '' : ` Served meanwhile: ${known}.`;
  return `${failure.kind}: ${failure.message}${served} ${failure.remedy}`;
}

/** How the operation went altogether, then each cause of failure once; denials are told as permissions. */
export function operationChecks(
  { id, operation, statuses }: OperationOutcome,
  regionsAreNamed: boolean,
): readonly DiagnosisCheck[] {
  const title = LISTING_LABELS[id];
  const known = statuses.filter(({ scannedAt }) => scannedAt !== undefined);
  const failed = statuses.filter(({ failure }) => failure !== undefined);
  const pending = statuses.filter(({ status }) => status === 'pending');
  const numbers = `${known.length} of ${statuses.length} regions are known; ${failed.length} failed when last asked, ${pending.length} have not answered yet.`;
  const status = known.length > 0 ? 'ok' : failed.length > 0 ? 'failed' : 'unknown';
  const remedy =
    status === 'failed' ? `Nothing can be answered about ${id} before one of the causes below is gone.` : undefined;
  const groups = groupBy(failed, ({ failure }) => failure?.kind ?? 'unknown');
  const causes = [...groups]
    .filter(([kind]) => !isDenial(kind))
    .map(([kind, group]) => {
      const regions = group.map(({ region }) => region);
      // Most accounts have most opt-in regions switched off.
      const isExpected =
        (kind === 'region-not-enabled' && !regionsAreNamed) || group.every((each) => lacksEndpoint(id, each, statuses));
      return check(
        `${id}:${kind}`,
        isExpected ? 'ok' : regions.length === statuses.length ? 'failed' : 'warning',
        `${title}: ${kind}`,
        `${listOf(regions)}: ${group[0]?.failure?.message ?? ''}`,
        remedyOf(kind, { region: listOf(regions), operation }),
      );
    });
  return [check(id, status, title, numbers, remedy), ...partialChecks(id, statuses), ...causes];
}

/** What becomes of prices where providers' offers may not be asked for. */
export function offerChecks(denial: RegionFailure | undefined): readonly DiagnosisCheck[] {
  return denial === undefined
    ? []
    : [
        check(
          'offers',
          'warning',
          "Providers' offers",
          `They may not be asked for, so that prices are those of the tables: ${denial.message}`,
          `${denial.remedy} Or leave pricing.offers off.`,
        ),
      ];
}

function partialChecks(id: ListingName, statuses: readonly RegionStatus[]): readonly DiagnosisCheck[] {
  const partial = statuses.filter(({ unreadable = 0 }) => unreadable > 0);
  if (partial.length === 0) {
    return [];
  }
  const numbers = partial.map(({ region, unreadable }) => `${region} (${unreadable})`);
  return [
    check(
      `${id}:partial`,
      'warning',
      `${LISTING_LABELS[id]}: known in part`,
      `Entries of what these regions list could not be read, so that what is not listed there is unknown: ${listOf(numbers)}.`,
      'Scan again. If it stays so, update nestjs-bedrock-discovery: AWS may list what this release does not understand.',
    ),
  ];
}

/** Whether the last asking was answered. */
export function hasAnswered({ status }: RegionStatus): boolean {
  return status === 'ok' || status === 'partial';
}

/** Why the credentials are accepted nowhere; undefined if any region accepts them, or none refuses them. */
export function refusalOf(outcomes: readonly OperationOutcome[]): RegionFailure | undefined {
  const statuses = outcomes.flatMap((outcome) => outcome.statuses);
  const isAccepted = statuses.some((status) => hasAnswered(status) || isPermission(status.failure));
  const refused = statuses.find(({ failure }) => failure !== undefined && isCredentialFailure(failure.kind));
  return isAccepted ? undefined : refused?.failure;
}

/** Refused actions, each with the regions that refuse it. */
export function missingPermissions(outcomes: readonly OperationOutcome[]): readonly MissingPermission[] {
  const denials = outcomes.flatMap(({ operation, statuses }) =>
    statuses.flatMap(({ region, failure }) => (isPermission(failure) ? [{ operation, region, failure }] : [])),
  );
  const groups = groupBy(denials, ({ operation, failure }) =>
    [actionOf(failure, operation), failure.kind, policyOf(failure) ?? ''].join(' '),
  );
  return [...groups.values()].flatMap((group): MissingPermission[] => {
    const [first] = group;
    if (first === undefined) {
      return [];
    }
    const { operation, failure } = first;
    const [action, policyArn] = [actionOf(failure, operation), policyOf(failure)];
    const regions = group.map(({ region }) => region).sort();
    return [
      {
        action,
        kind: failure.kind,
        regions,
        ...(policyArn !== undefined && { policyArn }),
        ...(failure.kind === 'access-denied' && { statement: statementFor(action, regions) }),
      },
    ];
  });
}

export function permissionChecks(
  permissions: readonly MissingPermission[],
  outcomes: readonly OperationOutcome[],
): readonly DiagnosisCheck[] {
  if (permissions.length === 0) {
    const answered = outcomes.some(({ statuses }) => statuses.some(hasAnswered));
    return [
      answered
        ? check('permissions', 'ok', 'Permissions', 'No region that answered has denied anything.')
        : check('permissions', 'unknown', 'Permissions', 'No region has answered, so that none could deny anything.'),
    ];
  }
  return permissions.map(({ action, kind, regions, policyArn }) => {
    const of = outcomes.find(({ operation }) => action === actionNamed(operation))?.statuses ?? [];
    const everywhere = of.length > 0 && regions.length === of.length;
    const by = policyArn === undefined ? '' : ` by ${policyArn}`;
    const subject = { region: listOf(regions), operation: action };
    const statement = kind === 'access-denied' ? ' `permissions` holds the statement.' : '';
    return check(
      `permissions:${action}:${kind}`,
      everywhere ? 'failed' : 'warning',
      `Permission ${action}`,
      `Denied in ${subject.region}${by} (${kind}).`,
      remedyOf(kind, subject) + statement,
    );
  });
}

function isPermission(failure: RegionFailure | undefined): failure is RegionFailure & Pick<MissingPermission, 'kind'> {
  return failure !== undefined && isDenial(failure.kind);
}

function actionOf({ message }: RegionFailure, operation: string): string {
  return ACTION.exec(message)?.[1] ?? actionNamed(operation);
}

/** Operations of other services are named with theirs. */
function actionNamed(operation: string): string {
  return operation.includes(':') ? operation : `bedrock:${operation}`;
}

function policyOf({ message }: RegionFailure): string | undefined {
  return POLICY_ARN.exec(message)?.[0].replace(/[.,;]$/, '');
}

function statementFor(action: string, regions: readonly string[]): IamStatement {
  return {
    Sid: `Allow${action.replace(/^[^:]*:/, '')}`,
    Effect: 'Allow',
    Action: [action],
    Resource: '*',
    Condition: { StringEquals: { 'aws:RequestedRegion': [...regions] } },
  };
}

function listOf(regions: readonly string[]): string {
  return regions.join(', ');
}
