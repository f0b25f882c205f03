import type { CredentialSource } from '../aws/identity/identity-source.js';
import { redact } from '../errors/redact.js';
import type { RouteRetention } from '../facts/retention/retention.types.js';
import type { ByListing } from '../inventory/listing.js';
import type { RegionStatus } from '../inventory/scan.types.js';
import type { IamPolicyDocument, IamStatement, PolicyRoute } from '../policy/iam-policies.js';
import type { Geography } from '../regions/geographies.js';

/** What the doctor looks into besides. @publicApi */
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
  /** How it stands. */
  readonly status: CheckStatus;
  /** What was looked at, in few words. */
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
  /** What was looked at, in the order in which it matters. */
  readonly checks: readonly DiagnosisCheck[];
  /** Whose credentials are used. */
  readonly identity: DiagnosedIdentity;
  /** The clock, which signatures depend on. */
  readonly clock: DiagnosedClock;
  /** Where requests go, by service. */
  readonly endpoints: readonly DiagnosedEndpoint[];
  /** What stands in between. */
  readonly proxy: DiagnosedProxy;
  /** What is kept between runs. */
  readonly cache: DiagnosedCache;
  /** By name. */
  readonly regions: readonly DiagnosedRegion[];
  /** Actions that were refused, and where. */
  readonly permissions: readonly MissingPermission[];
  /** Of the regions from which models can be called that refuse a data retention mode, by name. */
  readonly retention: readonly DiagnosedRetention[];
  /** What the principal needs to be allowed. */
  readonly policies: DiagnosedPolicies;
  /** When what is known is asked for anew. */
  readonly refresh: DiagnosedRefresh;
  /** Of library, Node.js and SDK. */
  readonly versions: DiagnosedVersions;
}

/** Whose credentials are used. @publicApi */
export interface DiagnosedIdentity {
  /** How requests are signed. */
  readonly kind: 'sigv4' | 'bearer';
  /** Where the credentials are from. */
  readonly source: CredentialSource;
  /** Which identity it is and why it won, in words. */
  readonly description: string;
  /** Identities that are there as well and are not used. */
  readonly passedOver: readonly string[];
  /** That its regions belong to, such as `aws`. */
  readonly partition: string;
  /** Twelve digits; absent while nobody knows. */
  readonly account?: string;
  /** How the account is known. */
  readonly accountFrom?: 'option' | 'credentials' | 'sts' | 'listed-profile';
  /** From STS, where `@aws-sdk/client-sts` is installed and answers. */
  readonly principalArn?: string;
  /** ISO 8601; absent where the credentials do not say. */
  readonly expiresAt?: string;
  /** By the clock of AWS; negative once they have expired. */
  readonly secondsToExpiry?: number;
}

/** How this machine's clock stands to that of AWS. @publicApi */
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
  /** Of which it is the endpoint. */
  readonly region: string;
  /** Without user, path and query. */
  readonly url: string;
  /** What decided it: an option, an environment variable by its name, a configuration file, or the SDK's own rules. */
  readonly source: string;
}

/** Proxies that the environment names, and whether requests go through one. @publicApi */
export interface DiagnosedProxy {
  /** Names of variables that are set; the SDK does not read them. */
  readonly variables: readonly string[];
  /** Class of `client.httpsAgent`, if one is given. */
  readonly agent?: string;
}

/** What is kept between runs, whose it is, and where. @publicApi */
export interface DiagnosedCache {
  /** Account whose entries are read and written; absent while nobody knows, and until then all stays in memory. */
  readonly owner?: string;
  /** How the account is known. */
  readonly ownerFrom?: 'option' | 'credentials' | 'listed-profile';
  /** Of the option `cache.namespace`. */
  readonly namespace: string;
  /** Of the disk tier; absent without one. */
  readonly folder?: string;
  /** Of the disk tier: whether it is read and written, read alone, or done without. */
  readonly mode: 'ok' | 'read-only' | 'memory-only';
  /** Whether the option `cache.sharedStore` is given. */
  readonly sharedStore: boolean;
  /** Whether the option `cache.seed` is given. */
  readonly seed: boolean;
}

/** What each listing knows of a region, with how far away the region is. @publicApi */
export interface DiagnosedRegion extends Partial<ByListing<RegionStatus>> {
  /** Its name. */
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
  /** Who refuses: a policy of the account, one of its organisation, or AWS to the account. */
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
  /** The source region. */
  readonly region: string;
  /** Absent where it is not known. */
  readonly inForce?: RouteRetention;
  /** Ids of the models that are known to refuse the mode in force. */
  readonly blocks: readonly string[];
}

/** IAM policies, as documents that AWS takes. @publicApi */
export interface DiagnosedPolicies {
  /** What scanning needs with these options. */
  readonly discovery: IamPolicyDocument;
  /** What the given route needs. */
  readonly invocation?: IamPolicyDocument;
  /** What enforces the given residency. */
  readonly residency?: IamPolicyDocument;
}

/** When what is known is asked for anew. @publicApi */
export interface DiagnosedRefresh {
  /** Of the option `refresh.mode`. */
  readonly mode: 'cron' | 'on-read' | 'follow' | 'off';
  /** Of the option `refresh.cron`; absent in other modes. */
  readonly cron?: string;
  /** IANA name; absent where it is that of the process. */
  readonly timeZone?: string;
  /** ISO 8601, without jitter. */
  readonly nextRunAt?: string;
}

/** What runs. @publicApi */
export interface DiagnosedVersions {
  /** Of `nestjs-bedrock-discovery`. */
  readonly library: string;
  /** Of Node.js, as `process.version` has it. */
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
