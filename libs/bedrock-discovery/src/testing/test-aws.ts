import type { HttpHandlerOptions, HttpRequest, HttpResponse } from '@smithy/types';
import { Readable } from 'node:stream';
import type { AwsStandIn } from '../aws/stand-in.js';
import { recordTiming } from '../aws/transport/timing.js';
import type { HttpHandler } from '../aws/transport/transport.js';
import type { BedrockDiscoveryOptions } from '../options/bedrock-discovery.options.js';
import { raceSignal } from '../util/deadline.js';
import {
  availabilityOf,
  failureIn,
  latencyOf,
  modelSummaries,
  profileSummaries,
  regionsIn,
  TEST_ACCOUNT,
  type TestCatalogue,
} from './test-catalogue.js';
import { failing, replyTo, type TestAnswer, type TestCall } from './test-replies.js';

/**
 * What stands for AWS in a test.
 *
 * @publicApi
 */
export interface TestAws {
  /** What regions list. @default nothing, in one region */
  catalogue?: TestCatalogue;
  /** Answers calls of models, and whatever else is asked. @default everything is refused, with words */
  answer?: TestAnswer;
}

/** A name under which no machine can be found: what does not go through the library's clients gets nowhere. */
const HOST = '.aws.invalid';
const ADDRESS = new RegExp(`^([a-z0-9-]+)\\.([a-z0-9-]+)\\${HOST}$`);
const AVAILABILITY = '/foundation-model-availability/';

/** Stands for AWS: its requests are answered in this process, by the catalogue or by the test. */
export function standInFor({ catalogue = {}, answer }: TestAws): AwsStandIn {
  const respond = async (request: HttpRequest): Promise<Response> => {
    const call = callOf(request);
    return listed(catalogue, call, request) ?? replyTo(call, answer);
  };
  const handle: HttpHandler['handle'] = async (request, { abortSignal }: HttpHandlerOptions = {}) => {
    const signal = (abortSignal as AbortSignal | undefined) ?? new AbortController().signal;
    signal.throwIfAborted();
    const response = asWireResponse(await raceSignal(respond(request), signal));
    recordTiming(response, { latencyMs: latencyOf(catalogue, regionOf(request)), cold: false, reliable: true });
    return { response };
  };
  const handler = {
    metadata: { handlerProtocol: 'http/1.1' },
    handle,
    destroy: () => undefined,
    // As the SDK expects of a handler, beside what its type says.
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
  return { handler, adapt: (options) => adapted(options, catalogue) };
}

function adapted(options: BedrockDiscoveryOptions, catalogue: TestCatalogue): BedrockDiscoveryOptions {
  const { regions = 'auto', awsProfile: _awsProfile, cache, scan, client, ...others } = options;
  const { sharedStore: _sharedStore, seed: _seed, ...kept } = cache ?? {};
  const { httpsAgent: _httpsAgent, ...connecting } = client ?? {};
  const spoken = regionsIn(catalogue);
  return {
    ...others,
    regions: regions === 'auto' ? (spoken.length > 0 ? spoken : ['us-east-1']) : regions,
    accountId: options.accountId ?? TEST_ACCOUNT,
    credentials: { accessKeyId: 'AKIATESTTESTTESTTEST', secretAccessKey: 'test' },
    endpoint: ({ service, region }) => `https://${service}.${region}${HOST}`,
    cache: { ...kept, directory: false },
    // What fails is to fail at once, and not after pauses.
    client: { ...connecting, maxAttempts: 1 },
    scan: { ...scan, onBootstrap: scan?.onBootstrap === 'off' ? 'off' : 'await' },
    refresh: { ...options.refresh, mode: 'off' },
  };
}

/** What the catalogue answers, if that is what was asked for. */
function listed(catalogue: TestCatalogue, { service, region }: TestCall, request: HttpRequest): Response | undefined {
  const { method, path, query = {} } = request;
  if (service !== 'bedrock' || method !== 'GET') {
    return undefined;
  }
  if (path === '/foundation-models') {
    const failure = failureIn(catalogue, region, 'models');
    return failure === undefined ? Response.json(modelSummaries(catalogue, region)) : failing(failure);
  }
  if (path === '/inference-profiles') {
    const failure = failureIn(catalogue, region, 'profiles');
    const type = String(query['type'] ?? 'SYSTEM_DEFINED');
    return failure === undefined ? Response.json(profileSummaries(catalogue, region, type)) : failing(failure);
  }
  const said = path.startsWith(AVAILABILITY)
    ? availabilityOf(catalogue, decodeURIComponent(path.slice(AVAILABILITY.length)), region)
    : undefined;
  return said && Response.json(said);
}

function callOf(request: HttpRequest): TestCall {
  const { method, path, hostname, query: parameters = {} } = request;
  const [, service = ''] = ADDRESS.exec(hostname) ?? [];
  const query = new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]) =>
      [value ?? ''].flat().map((each): [string, string] => [name, each]),
    ),
  ).toString();
  const [, invocationId] = /^\/model\/([^/]+)\//.exec(path) ?? [];
  return {
    service,
    region: regionOf(request),
    method,
    path: query === '' ? path : `${path}?${query}`,
    ...(invocationId !== undefined && { invocationId: decodeURIComponent(invocationId) }),
    body: bodyOf(request.body),
  };
}

function regionOf({ hostname }: HttpRequest): string {
  const [, , region = hostname] = ADDRESS.exec(hostname) ?? [];
  return region;
}

function bodyOf(body: unknown): unknown {
  // What the SDK makes of JSON is bytes that count as a text as well, of which it warns.
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : body;
  if (typeof text !== 'string' || text === '') {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** By the header a service tells its own answers from those of others. */
function asWireResponse({ status, headers, body }: Response): HttpResponse {
  return {
    statusCode: status,
    headers: { 'x-amzn-requestid': 'test', ...Object.fromEntries(headers) },
    body: body === null ? Readable.from([]) : Readable.fromWeb(body),
  };
}
