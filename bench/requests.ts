import { BedrockClient, ListFoundationModelsCommand, ListInferenceProfilesCommand } from '@aws-sdk/client-bedrock';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import http from 'node:http';
import https from 'node:https';
import type { Target } from './simulator-process.js';

/** A signed request as the SDK sends it, to be sent again as it is. */
export interface RecordedRequest {
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** The three requests that one region costs, signed by the SDK. */
export async function recordRequests(target: Target): Promise<RecordedRequest[]> {
  const recorded: RecordedRequest[] = [];
  for (const region of target.regions) {
    const client = clientFor(target, region, {
      handle: async (request: RecordableRequest) => {
        const query = Object.entries(request.query ?? {}).map(([key, value]) => `${key}=${String(value)}`);
        recorded.push({
          path: `${request.path}${query.length > 0 ? `?${query.join('&')}` : ''}`,
          headers: request.headers,
        });
        throw new Error('recorded');
      },
    });
    for (const command of commands()) {
      await client.send(command as ListFoundationModelsCommand).catch(() => undefined);
    }
  }
  return recorded;
}

/** The floor: the same bytes by plain keep-alive GETs, all at once, read whole, and perhaps parsed. */
export async function getAll(
  target: Target,
  requests: readonly RecordedRequest[],
  agent: http.Agent,
  read: (body: Buffer) => unknown = () => undefined,
): Promise<number> {
  const { hostname, port } = new URL(target.endpoint);
  const get = target.certificate === undefined ? http.get : https.get;
  const sizes = await Promise.all(
    requests.map(
      ({ path, headers }) =>
        new Promise<number>((resolve, reject) => {
          get({ hostname, port, path, headers, agent }, (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () => {
              const body = Buffer.concat(chunks);
              read(body);
              return response.statusCode === 200 ? resolve(body.length) : reject(new Error(`${response.statusCode}`));
            });
          }).on('error', reject);
        }),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

export function newAgent(target: Target): http.Agent {
  return target.certificate === undefined
    ? new http.Agent({ keepAlive: true })
    : new https.Agent({ keepAlive: true, ca: target.certificate });
}

/** The peer: what one would write with the SDK alone. */
export class PlainSdk {
  readonly #clients: BedrockClient[];

  constructor(target: Target) {
    const handler = new NodeHttpHandler({ httpsAgent: newAgent(target) as https.Agent });
    this.#clients = target.regions.map((region) => clientFor(target, region, target.certificate ? handler : undefined));
  }

  async list(): Promise<void> {
    await Promise.all(
      this.#clients.flatMap((client) =>
        commands().map((command) => client.send(command as ListFoundationModelsCommand)),
      ),
    );
  }

  destroy(): void {
    this.#clients.forEach((client) => client.destroy());
  }
}

function commands(): object[] {
  return [
    new ListFoundationModelsCommand({}),
    new ListInferenceProfilesCommand({ typeEquals: 'SYSTEM_DEFINED', maxResults: 1000 }),
    new ListInferenceProfilesCommand({ typeEquals: 'APPLICATION', maxResults: 1000 }),
  ];
}

interface RecordableRequest {
  readonly path: string;
  readonly query?: object;
  readonly headers: Record<string, string>;
}

type Handler = { handle(request: RecordableRequest): Promise<never> };

function clientFor(target: Target, region: string, requestHandler?: Handler | NodeHttpHandler): BedrockClient {
  const { endpoint, accessKeyId, secretAccessKey } = target;
  return new BedrockClient({
    region,
    endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
    ...(requestHandler && { requestHandler: requestHandler as NodeHttpHandler }),
  });
}
