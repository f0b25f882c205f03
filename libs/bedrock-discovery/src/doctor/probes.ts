import type { AwsClientFactory } from '../aws/clients/aws-client.factory.js';
import { bedrockSdk } from '../aws/clients/bedrock-sdk.js';
import { endpointOf } from '../aws/clients/client-endpoint.js';
import { timed } from '../aws/transport/timing.js';
import { classifyFailure } from '../errors/classify-failure.js';
import type { RegionFailure } from '../errors/errors.js';
import { isCredentialFailure } from '../errors/failure-texts.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { Clock } from '../util/clock.js';
import { raceSignal } from '../util/deadline.js';
import {
  check,
  type DiagnosedClock,
  type DiagnosedEndpoint,
  type DiagnosedVersions,
  type DiagnosisCheck,
} from './diagnosis.js';
import { describeEndpoint, endpointByRules, type EndpointRules, type OptionalPackage } from './environment-findings.js';

/** What one request found out, whatever its answer. */
export interface Connection {
  readonly region: string;
  readonly latencyMs?: number;
  /** HTTP status of the answer; absent where none came. */
  readonly statusCode?: number;
  /** How far the clock of AWS is ahead, by the date of the answer. */
  readonly offsetMs?: number;
  /** Why no answer came. */
  readonly failure?: RegionFailure;
}

/** The date of an answer tells the second alone. */
const HALF_A_SECOND_MS = 500;

/** Sends one request, which need not be permitted to tell what it is for. Never rejects. */
export async function probeConnection(
  clients: AwsClientFactory,
  clock: Clock,
  region: string,
  signal: AbortSignal,
): Promise<Connection> {
  let answer: Omit<Connection, 'region'> = {};
  try {
    const { BedrockClient, ListInferenceProfilesCommand } = await bedrockSdk();
    const client = clients.getClient(BedrockClient, { region, config: { maxAttempts: 1 } });
    const command = timed(new ListInferenceProfilesCommand({ maxResults: 1 }), {
      signal,
      onResponse: (timing, statusCode, headers) => {
        const date = Date.parse(headers['date'] ?? '');
        const offsetMs = date + HALF_A_SECOND_MS - (clock.now() - (timing?.latencyMs ?? 0) / 2);
        answer = {
          statusCode,
          ...(timing && { latencyMs: timing.latencyMs }),
          ...(!Number.isNaN(offsetMs) && { offsetMs: Math.round(offsetMs) }),
        };
      },
    });
    await raceSignal(client.send(command, { abortSignal: signal }), signal);
    return { region, ...answer };
  } catch (error) {
    if (answer.statusCode !== undefined) {
      return { region, ...answer };
    }
    const at = new Date(clock.now()).toISOString();
    return { region, failure: classifyFailure(error, { at, region, operation: 'ListInferenceProfiles' }) };
  }
}

export function connectionCheck({ region, latencyMs, statusCode, failure }: Connection): DiagnosisCheck {
  const title = 'Connection';
  if (failure !== undefined) {
    // Nothing was sent: the finding about the credentials tells what to do.
    const isUntried = isCredentialFailure(failure.kind) || failure.kind === 'aborted';
    const { message, remedy } = failure;
    return isUntried
      ? check('connection', 'unknown', title, `Nothing could be sent to ${region}: ${message}`)
      : check('connection', 'failed', title, `${region} does not answer: ${message}`, remedy);
  }
  const time = latencyMs === undefined ? '' : ` in ${Math.round(latencyMs)} ms`;
  return check('connection', 'ok', title, `${region} answers${time} (HTTP status ${statusCode ?? 'unknown'}).`);
}

/** The clock as just measured, else as a client has learnt it from a refusal. */
export function clockOf({ offsetMs }: Connection, learntMs: number): DiagnosedClock {
  if (offsetMs !== undefined) {
    return { offsetMs, source: 'measured' };
  }
  return learntMs === 0 ? { source: 'unknown' } : { offsetMs: learntMs, source: 'learnt' };
}

const LOADERS: Readonly<Record<OptionalPackage, () => Promise<unknown>>> = {
  '@aws-sdk/client-account': () => import('@aws-sdk/client-account'),
  '@aws-sdk/client-service-quotas': () => import('@aws-sdk/client-service-quotas'),
  '@aws-sdk/client-sts': () => import('@aws-sdk/client-sts'),
  '@aws-sdk/client-bedrock-runtime': () => import('@aws-sdk/client-bedrock-runtime'),
};

/** Those of the packages that cannot be loaded. */
export async function missingPackages(
  used: readonly OptionalPackage[],
  loaders = LOADERS,
): Promise<readonly OptionalPackage[]> {
  const isMissing = await Promise.all(
    used.map((name) =>
      loaders[name]().then(
        () => false,
        () => true,
      ),
    ),
  );
  return used.filter((_, index) => isMissing[index]);
}

/** Where requests of each service go: asked of its client where that is installed, else by the same rules. */
export async function surveyEndpoints(
  options: Pick<ResolvedOptions, 'awsProfile' | 'endpoint' | 'client'>,
  region: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly DiagnosedEndpoint[]> {
  const { endpoint } = options;
  const rulesOf = (service: string): EndpointRules => {
    const option = typeof endpoint === 'function' ? endpoint({ service, region }) : endpoint;
    return { service, region, ...(option !== undefined && { option }) };
  };
  const { BedrockClient, ListInferenceProfilesCommand } = await bedrockSdk();
  const bedrock = await endpointOf(options, BedrockClient, region, new ListInferenceProfilesCommand({}));
  const runtime = endpointByRules(rulesOf('bedrock-runtime'), bedrock.byRules, environment);
  const account = await import('@aws-sdk/client-account').catch(() => undefined);
  return [
    describeEndpoint(rulesOf('bedrock'), bedrock, environment),
    runtime,
    ...(account
      ? [
          describeEndpoint(
            rulesOf('account'),
            await endpointOf(options, account.AccountClient, region, new account.ListRegionsCommand({})),
            environment,
          ),
        ]
      : []),
  ];
}

/** That of the manifest, which is not at hand where the library is bundled or transformed; a test holds them together. */
export const LIBRARY_VERSION = '0.1.0';

interface UserAgentConfig {
  defaultUserAgentProvider(): Promise<readonly (readonly [name: string, version?: string])[]>;
}

/** The SDK states its version in the user agent of its requests. */
export async function versionsOf(clients: AwsClientFactory, region: string): Promise<DiagnosedVersions> {
  const { BedrockClient } = await bedrockSdk();
  const config = clients.getClient(BedrockClient, { region }).config as unknown as UserAgentConfig;
  const agent = await config.defaultUserAgentProvider();
  const [, sdk = 'unknown'] = agent.find(([name]) => name === 'aws-sdk-js') ?? [];
  return { library: LIBRARY_VERSION, node: process.version, sdk };
}

export const UNKNOWN_VERSIONS: DiagnosedVersions = {
  library: LIBRARY_VERSION,
  node: process.version,
  sdk: 'unknown',
};
