import type { CredentialSource } from '../aws/identity/identity-source.js';
import { redact } from '../errors/redact.js';
import type { RouteRetention } from '../facts/retention/retention.types.js';
import type { ByListing } from '../inventory/listing.js';
import type { RegionStatus } from '../inventory/scan.types.js';
import type { IamPolicyDocument, IamStatement, PolicyRoute } from '../policy/iam-policies.js';
import type { Geography } from '../regions/geographies.js';

/** @publicApi */
export interface DiagnoseOptions {
  /** Ends the diagnosis; what it has begun ends with it. */
  signal?: AbortSignal;
  /** Have the IAM policy worked out that this route needs, as resolved by the router. */
  route?: PolicyRoute;
  /** Have the policy worked out that enforces this residency. */
  residency?: Geography | readonly string[];
  /** Ask regions again that failed, denied ones included. Those that never answered are always asked. @default false */
  recheck?: boolean;
}

/** `unknown`: it could not be found out. @publicApi */
export type CheckStatus = 'ok' | 'warning' | 'failed' | 'unknown';

/**
 * One finding.
 *
 * @publicApi
 */
export interface DiagnosisCheck {
  /** Stable, such as `credentials` or `models:unreachable`. */
  readonly id: string;
  readonly status: CheckStatus;
  readonly title: string;
  /** What was found. Holds no credential, token or signature. */
  readonly detail: string;
  /** What to do about it; absent where there is nothing to do. */
  readonly remedy?: string;
}

/**
 * What the environment looks like to the library: everything that decides whether and how AWS answers. Plain, frozen,
 * JSON-safe data without a secret in it.
 *
 * @publicApi
 */
export interface Diagnosis {
  /** ISO 8601. */
  readonly at: string;
  /** The worst of the checks; what is unknown counts only where nothing is known to be well. */
  readonly status: CheckStatus;
  readonly checks: readonly DiagnosisCheck[];
  readonly identity: DiagnosedIdentity;
  readonly clock: DiagnosedClock;
  readonly endpoints: readonly DiagnosedEndpoint[];
  readonly proxy: DiagnosedProxy;
  readonly cache: DiagnosedCache;
  /** By name. */
  readonly regions: readonly DiagnosedRegion[];
  /** Actions that were refused, and where. */
  readonly permissions: readonly MissingPermission[];
  /** Of the regions from which models can be called that refuse a data retention mode, by name. */
  readonly retention: readonly DiagnosedRetention[];
  readonly policies: DiagnosedPolicies;
  readonly refresh: DiagnosedRefresh;
  readonly versions: DiagnosedVersions;
}

/** Whose credentials are used. @publicApi */
export interface DiagnosedIdentity {
  readonly kind: 'sigv4' | 'bearer';
  readonly source: CredentialSource;
  /** Which identity it is and why it won, in words. */
  readonly description: string;
  /** Identities that are there as well and are not used. */
  readonly passedOver: readonly string[];
  readonly partition: string;
  readonly account?: string;
  readonly accountFrom?: 'option' | 'credentials' | 'sts' | 'listed-profile';
  /** From STS, where `@aws-sdk/client-sts` is installed and answers. */
  readonly principalArn?: string;
  /** ISO 8601; absent where the credentials do not say. */
  readonly expiresAt?: string;
  /** By the clock of AWS; negative once they have expired. */
  readonly secondsToExpiry?: number;
}

/** @publicApi */
export interface DiagnosedClock {
  /** How far the clock of AWS is ahead of this machine's, in milliseconds. */
  readonly offsetMs?: number;
  /** `measured`: by the date of an answer just now; `learnt`: from an answer before. */
  readonly source: 'measured' | 'learnt' | 'unknown';
}

/** Where requests for a service go. @publicApi */
export interface DiagnosedEndpoint {
  /** As in the SDK's package name. */
  readonly service: string;
  readonly region: string;
  /** Without user, path and query. */
  readonly url: string;
  /** What decided it: an option, an environment variable by its name, a configuration file, or the SDK's own rules. */
  readonly source: string;
}

/** @publicApi */
export interface DiagnosedProxy {
  /** Names of variables that are set; the SDK does not read them. */
  readonly variables: readonly string[];
  /** Class of `client.httpsAgent`, if one is given. */
  readonly agent?: string;
}

/** @publicApi */
export interface DiagnosedCache {
  /** Account whose entries are read and written; absent while nobody knows, and until then all stays in memory. */
  readonly owner?: string;
  readonly ownerFrom?: 'option' | 'credentials' | 'listed-profile';
  readonly namespace: string;
  /** Of the disk tier; absent without one. */
  readonly folder?: string;
  readonly mode: 'ok' | 'read-only' | 'memory-only';
  readonly sharedStore: boolean;
  readonly seed: boolean;
}

/** @publicApi */
export interface DiagnosedRegion extends Partial<ByListing<RegionStatus>> {
  readonly region: string;
  /** Smoothed round trip of the control plane. */
  readonly latencyMs?: number;
  /** What came of each operation, in words. */
  readonly outcome: ByListing<string>;
}

/** An action that AWS refused. @publicApi */
export interface MissingPermission {
  /** Such as `bedrock:ListInferenceProfiles`. */
  readonly action: string;
  readonly kind: 'access-denied' | 'policy-denied' | 'account-not-enabled';
  /** By name. */
  readonly regions: readonly string[];
  /** ARN of the organisation's policy, where AWS names it. */
  readonly policyArn?: string;
  /** What would grant it; absent where no policy of the account can. */
  readonly statement?: IamStatement;
}

/** What a region's data retention mode blocks. @publicApi */
export interface DiagnosedRetention {
  readonly region: string;
  /** Absent where it is not known. */
  readonly inForce?: RouteRetention;
  /** Ids of the models that are known to refuse the mode in force. */
  readonly blocks: readonly string[];
}

/** @publicApi */
export interface DiagnosedPolicies {
  /** What scanning needs with these options. */
  readonly discovery: IamPolicyDocument;
  /** What the given route needs. */
  readonly invocation?: IamPolicyDocument;
  /** What enforces the given residency. */
  readonly residency?: IamPolicyDocument;
}

/** @publicApi */
export interface DiagnosedRefresh {
  readonly mode: 'cron' | 'on-read' | 'follow' | 'off';
  readonly cron?: string;
  readonly timeZone?: string;
  /** ISO 8601, without jitter. */
  readonly nextRunAt?: string;
}

/** @publicApi */
export interface DiagnosedVersions {
  readonly library: string;
  readonly node: string;
  /** Of `@aws-sdk/client-bedrock`. */
  readonly sdk: string;
}

/** A finding, cleaned of what others may have written into it. */
export function check(id: string, status: CheckStatus, title: string, detail: string, remedy?: string): DiagnosisCheck {
  return { id, status, title, detail: redact(detail), ...(remedy !== undefined && { remedy: redact(remedy) }) };
}

/** What is unknown counts only where nothing is known to be well. */
export function worstOf(checks: readonly DiagnosisCheck[]): CheckStatus {
  const order: readonly CheckStatus[] = ['failed', 'warning', 'ok'];
  return order.find((wanted) => checks.some(({ status }) => status === wanted)) ?? 'unknown';
}

/** `3 min`, `2 h`: as much as a reader needs. */
export function inWords(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const units: readonly (readonly [size: number, name: string])[] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ];
  const [size, name] = units.find(([unit]) => seconds >= 2 * unit) ?? [1, 's'];
  return `${Math.round(seconds / size)} ${name}`;
}

const WIDTH = 'warning'.length;

/**
 * A diagnosis as text for people: each finding on a line with what to do beneath it, then the regions, then the policies
 * that were asked for.
 *
 * @publicApi
 */
export function renderDiagnosis(diagnosis: Diagnosis): string {
  const { at, status, checks, regions, policies, versions } = diagnosis;
  const { library, node, sdk } = versions;
  const sections = [
    [`nestjs-bedrock-discovery ${library}, Node ${node}, AWS SDK ${sdk}, ${at}: ${status}`],
    checks.flatMap(linesOf),
    regions.map(({ region, latencyMs, outcome }) => {
      const latency = latencyMs === undefined ? '' : ` (${Math.round(latencyMs)} ms)`;
      const lines = Object.entries(outcome).map(([listing, words]) => `\n  ${listing.padEnd(8)}  ${words}`);
      return `${region}${latency}${lines.join('')}`;
    }),
    ...policySections(policies),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function linesOf({ status, title, detail, remedy }: DiagnosisCheck): string[] {
  const line = `${status.padEnd(WIDTH)}  ${title}: ${detail}`;
  return remedy === undefined ? [line] : [line, `${' '.repeat(WIDTH)}  → ${remedy}`];
}

function policySections({ invocation, residency }: Diagnosis['policies']): string[][] {
  const asked = [
    ['Policy that the route needs', invocation],
    ['Policy that enforces the residency', residency],
  ] as const;
  return asked.flatMap(([title, policy]) =>
    policy === undefined ? [] : [[`${title}:`, JSON.stringify(policy, undefined, 2)]],
  );
}
