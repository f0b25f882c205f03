import type { ClientEndpoint } from '../aws/clients/client-endpoint.js';
import type { CacheTiers } from '../cache/tiered-cache.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import {
  check,
  type DiagnosedCache,
  type DiagnosedClock,
  type DiagnosedEndpoint,
  type DiagnosedProxy,
  type DiagnosedRefresh,
  type DiagnosisCheck,
  inWords,
} from './diagnosis.js';

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];
type Environment = Readonly<Record<string, string | undefined>>;

export function proxyFindings(
  httpsAgent: unknown,
  environment: Environment,
): { proxy: DiagnosedProxy; checks: readonly DiagnosisCheck[] } {
  const variables = PROXY_VARIABLES.filter((name) => (environment[name] ?? '') !== '');
  if (httpsAgent !== undefined && httpsAgent !== null) {
    const agent = httpsAgent.constructor?.name ?? 'Object';
    const detail = `Connections are made by \`client.httpsAgent\` (${agent}).`;
    return { proxy: { variables, agent }, checks: [check('proxy', 'ok', 'Proxy', detail)] };
  }
  if (variables.length === 0) {
    return { proxy: { variables }, checks: [check('proxy', 'ok', 'Proxy', 'None; connections are direct.')] };
  }
  const detail = `${variables.join(', ')} is set, but the AWS SDK does not read it: connections are direct.`;
  const remedy = 'If there is no direct way out, give an agent: `client.httpsAgent: new HttpsProxyAgent(url)`.';
  return { proxy: { variables }, checks: [check('proxy', 'warning', 'Proxy', detail, remedy)] };
}

/** What the library can use and does not bring along, by what is lost without it. */
const OPTIONAL_PACKAGES = {
  '@aws-sdk/client-account': 'regions that the account has not opted in to are asked too',
  '@aws-sdk/client-service-quotas': "quotas are not listed, which `quotas.mode: 'listed'` asks for",
  '@aws-sdk/client-sts': 'the role behind the credentials cannot be named',
  '@aws-sdk/client-bedrock-runtime': 'models cannot be called by the AWS SDK',
} as const;

export type OptionalPackage = keyof typeof OPTIONAL_PACKAGES;

/** @param missing of those that are of use here */
export function packageCheck(missing: readonly OptionalPackage[]): DiagnosisCheck {
  const title = 'Optional packages';
  if (missing.length === 0) {
    return check('packages', 'ok', title, 'All that are of use here are installed.');
  }
  const lost = missing.map((name) => `Without ${name}, ${OPTIONAL_PACKAGES[name]}.`).join(' ');
  // Who calls is nice to know, and nothing fails for want of it.
  const status = missing.every((name) => name === '@aws-sdk/client-sts') ? 'ok' : 'warning';
  return check('packages', status, title, lost, `npm install ${missing.join(' ')}`);
}

export interface EndpointRules {
  readonly service: string;
  readonly region: string;
  /** As the option `endpoint` has it for this service and region. */
  readonly option?: string;
}

/** Names what decided where requests go. */
export function describeEndpoint(
  { service, region, option }: EndpointRules,
  { url, byRules }: ClientEndpoint,
  environment: Environment,
): DiagnosedEndpoint {
  const variable = variableFor(service, environment);
  const source =
    option !== undefined
      ? 'the option `endpoint`'
      : variable !== undefined && originOf(environment[variable] ?? '') === url
        ? variable
        : url === byRules
          ? "the SDK's rules"
          : 'a configuration file';
  return { service, region, url, source };
}

/**
 * The endpoint of a service whose client is not at hand.
 *
 * @param bedrock where requests for `bedrock` go by the SDK's rules
 */
export function endpointByRules(rules: EndpointRules, bedrock: string, environment: Environment): DiagnosedEndpoint {
  const variable = variableFor(rules.service, environment);
  const given = originOf(rules.option ?? (variable === undefined ? '' : (environment[variable] ?? '')));
  const byRules = bedrock.replace(/^https:\/\/bedrock(?=[-.])/, `https://${rules.service}`);
  return describeEndpoint(rules, { url: given ?? byRules, byRules }, environment);
}

export function endpointChecks(endpoints: readonly DiagnosedEndpoint[]): readonly DiagnosisCheck[] {
  if (endpoints.length === 0) {
    return [check('endpoints', 'unknown', 'Endpoints', 'They could not be worked out.')];
  }
  const words = endpoints.map(({ service, url, source }) => `${service} at ${url} (${source})`).join(', ');
  const sources = new Set(endpoints.map(({ source }) => source));
  const mixed = sources.size > 1;
  const detail = `${endpoints[0]?.region}: ${words}.`;
  const remedy = 'Some services go elsewhere than others: AWS_ENDPOINT_URL or the option `endpoint` sets them all.';
  return [check('endpoints', mixed ? 'warning' : 'ok', 'Endpoints', detail, mixed ? remedy : undefined)];
}

function variableFor(service: string, environment: Environment): string | undefined {
  const names = [`AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll('-', '_')}`, 'AWS_ENDPOINT_URL'];
  return names.find((name) => (environment[name] ?? '') !== '');
}

/** Without user, path and query. */
function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

/** AWS refuses signatures that are off by more. */
const REFUSED_MS = 5 * 60_000;
const NOTICEABLE_MS = 60_000;

export function clockFindings(clock: DiagnosedClock): { clock: DiagnosedClock; checks: readonly DiagnosisCheck[] } {
  const { offsetMs, source } = clock;
  if (offsetMs === undefined) {
    return { clock, checks: [check('clock', 'unknown', 'Clock', 'AWS has told no time to compare with.')] };
  }
  const off = Math.abs(offsetMs);
  const direction = offsetMs > 0 ? 'slow' : 'fast';
  const how = source === 'measured' ? 'by the date of an answer' : 'as learnt from an earlier answer';
  if (off < NOTICEABLE_MS) {
    return { clock, checks: [check('clock', 'ok', 'Clock', `This machine's clock is right to the minute, ${how}.`)] };
  }
  const consequence =
    off < REFUSED_MS
      ? 'AWS refuses signatures that are off by more than 5 min.'
      : 'Requests are signed with the time of AWS instead, once a refusal has told it.';
  const detail = `This machine's clock is ${inWords(off)} ${direction}, ${how}. ${consequence}`;
  return { clock, checks: [check('clock', 'warning', 'Clock', detail, 'Set the clock of this machine (NTP).')] };
}

export interface CacheEvidence {
  readonly tiers: CacheTiers;
  readonly namespace: string;
  /** Account whose entries are kept. */
  readonly owner?: string;
  readonly option?: string;
  /** As the credentials state it. */
  readonly stated?: string;
}

export function cacheFindings(evidence: CacheEvidence): { cache: DiagnosedCache; checks: readonly DiagnosisCheck[] } {
  const { tiers, namespace, owner } = evidence;
  const { folder, mode, sharedStore, seed } = tiers;
  const cache: DiagnosedCache = {
    ...(owner !== undefined && { owner, ownerFrom: ownerFrom(evidence) }),
    namespace,
    ...(folder !== undefined && { folder }),
    mode,
    sharedStore,
    seed,
  };
  return { cache, checks: [tiersCheck(tiers), ...sharedStoreChecks(tiers), ownerCheck(cache)] };
}

function tiersCheck({ folder, mode, problem, sharedStore, seed }: CacheTiers): DiagnosisCheck {
  const besides = [sharedStore && 'a shared store', seed && 'a seed'].filter((tier) => tier !== false);
  const others = besides.length === 0 ? '' : ` Besides there is ${besides.join(' and ')}.`;
  if (folder === undefined) {
    return check('cache', 'ok', 'Cache', `In memory only, as \`cache.directory: false\` says.${others}`);
  }
  if (mode === 'ok') {
    return check('cache', 'ok', 'Cache', `Entries are kept in ${folder}.${others}`);
  }
  const consequence =
    mode === 'read-only' ? 'what is there is read, and nothing is added' : 'all is kept in memory only';
  return check(
    'cache',
    'warning',
    'Cache',
    `Nothing can be written to ${folder} (${problem}): ${consequence}.${others}`,
    'Make the folder writable, choose another with `cache.directory`, or set that to false.',
  );
}

/** What clients of stores say, and what to do about it. */
const STORE_REMEDIES: readonly (readonly [said: RegExp, remedy: string])[] = [
  [/\bOOM\b|maxmemory/, 'The store is full: raise its `maxmemory`, or let it evict (`maxmemory-policy allkeys-lru`).'],
  [
    /NOAUTH|WRONGPASS|invalid password/i,
    "Give the store's user and password, as in `rediss://user:password@host:6379`.",
  ],
  [
    /NOPERM/,
    "The store's user may not do that: permit reading, writing, deleting and scripts on the keys of this library.",
  ],
  [/READONLY/, 'This is a replica that cannot be written to: give the address of the primary.'],
  [/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|not connected/, 'Check address, port and network of the store.'],
  [/no(t)? answer/i, 'Check that the store is running, and that a firewall lets connections through.'],
];

function sharedStoreChecks({ sharedStore, sharedProblem }: CacheTiers): readonly DiagnosisCheck[] {
  const title = 'Shared store';
  if (!sharedStore) {
    return [];
  }
  if (sharedProblem === undefined) {
    return [check('shared-store', 'ok', title, 'What was written to `cache.sharedStore` was read, and deleted again.')];
  }
  const [, remedy = 'Look at what the store itself logs.'] =
    STORE_REMEDIES.find(([said]) => said.test(sharedProblem)) ?? [];
  const detail = `\`cache.sharedStore\` does not work (${sharedProblem}): this instance asks AWS for itself.`;
  return [check('shared-store', 'warning', title, detail, remedy)];
}

function ownerCheck({ owner, ownerFrom: from }: DiagnosedCache): DiagnosisCheck {
  if (owner === undefined) {
    const detail = 'Nobody knows yet whose entries these are, so that all is kept in memory until a profile is listed.';
    return check(
      'cache-owner',
      'warning',
      'Owner of the cache',
      detail,
      'Set `accountId`, if profiles cannot be listed.',
    );
  }
  const words = {
    option: 'by the option `accountId`',
    credentials: 'by the credentials',
    'listed-profile': 'by the ARN of a listed profile',
  }[from ?? 'listed-profile'];
  return check('cache-owner', 'ok', 'Owner of the cache', `The account ${owner}, known ${words}.`);
}

function ownerFrom({ owner, option, stated }: CacheEvidence): DiagnosedCache['ownerFrom'] {
  return owner === option ? 'option' : owner === stated ? 'credentials' : 'listed-profile';
}

export function refreshFindings(
  { mode, cron, timeZone }: ResolvedOptions['refresh'],
  nextRunAt: Date | undefined,
): { refresh: DiagnosedRefresh; checks: readonly DiagnosisCheck[] } {
  const refresh: DiagnosedRefresh = {
    mode,
    ...(mode === 'cron' && { cron, ...(timeZone !== undefined && { timeZone }) }),
    ...(nextRunAt !== undefined && { nextRunAt: nextRunAt.toISOString() }),
  };
  return { refresh, checks: [refreshCheck(refresh)] };
}

function refreshCheck({ mode, cron, nextRunAt }: DiagnosedRefresh): DiagnosisCheck {
  const title = 'Refresh';
  if (mode === 'on-read') {
    return check('refresh', 'ok', title, 'A query that finds old data refreshes it behind.');
  }
  if (mode === 'follow') {
    return check('refresh', 'ok', title, 'What others have scanned is taken over; no region is asked from here.');
  }
  if (mode === 'off') {
    return check('refresh', 'ok', title, "Nothing is refreshed by itself, as `refresh.mode: 'off'` says.");
  }
  return nextRunAt === undefined
    ? check(
        'refresh',
        'unknown',
        title,
        `The job ('${cron}') does not run: the application has not started, or is closing.`,
      )
    : check('refresh', 'ok', title, `The job ('${cron}') runs next at ${nextRunAt}, and a little later by jitter.`);
}
