import type { ClientEndpoint } from '../aws/client-endpoint.js';
import { check } from './check.js';
import type { DiagnosedEndpoint, DiagnosedProxy, DiagnosisCheck } from './diagnosis.types.js';

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
