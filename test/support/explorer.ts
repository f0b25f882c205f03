import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import type { BedrockSimulator } from 'bedrock-simulator';
import type { BedrockDiscoveryOptions } from 'nestjs-bedrock-discovery';
import { listen } from '../../src/cli/listen.js';
import { type ApplicationOptions, createApplication } from '../../src/create-application.js';
import { DiscoverySource } from '../../src/source/discovery-source.js';
import type { SimulatedSource } from '../../src/source/simulated-source.js';
// For its time limits.
import './cleanup.js';

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** The sample application on a port of its own, and a client for it. */
export class Explorer {
  constructor(
    readonly app: INestApplication,
    readonly url: string,
  ) {}

  /** That of the application itself. */
  get simulator(): BedrockSimulator {
    return this.app.get<SimulatedSource>(DiscoverySource).simulator;
  }

  async request<T>(method: string, path: string, init: RequestInit = {}): Promise<Answer<T>> {
    const response = await fetch(`${this.url}${path}`, { method, ...init });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text && JSON.parse(text)) as T };
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.request('GET', path);
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

/** Tests have AWS asked as often as they like. */
const AT_WILL = { refreshIntervalMs: 0 };

/** @param prepare is called before anything is scanned */
export async function startExplorer(
  discovery: BedrockDiscoveryOptions = {},
  prepare: (simulator: BedrockSimulator) => void = () => undefined,
  { access, logger = false }: Pick<ApplicationOptions, 'access' | 'logger'> = {},
): Promise<Explorer> {
  const app = await createApplication({
    simulator: { latency: 'none' },
    discovery,
    logger,
    access: { ...AT_WILL, ...access },
  });
  prepare(app.get<SimulatedSource>(DiscoverySource).simulator);
  // Where a test keeps the event loop busy for long, its next request must not meet a connection that is just being ended.
  (app.getHttpServer() as Server).keepAliveTimeout = 60_000;
  return new Explorer(app, await listen(app, '127.0.0.1', 0));
}

/** With what the environment says, as under `--aws`. */
export async function startExplorerOnAws(): Promise<Explorer> {
  const app = await createApplication({ aws: true, logger: false, access: AT_WILL });
  return new Explorer(app, await listen(app, '127.0.0.1', 0));
}
