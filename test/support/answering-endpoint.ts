import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BedrockDiscoveryOptions } from 'nestjs-bedrock-discovery';
import { afterThisTest } from './cleanup.js';

/** What each region lists, as it stands in the body: whatever a test wants it to be. */
export interface Answers {
  readonly models?: Readonly<Record<string, readonly unknown[]>>;
  readonly profiles?: Readonly<Record<string, readonly unknown[]>>;
}

/** Answers the list operations with what it is told, well-formed or not; it ends with the current test. */
export class AnsweringEndpoint {
  answers: Answers = {};
  readonly #server = createServer((request, response) => this.#answer(request, response));

  static async start(answers: Answers): Promise<AnsweringEndpoint> {
    const endpoint = new AnsweringEndpoint();
    endpoint.answers = answers;
    await new Promise<void>((listening) => endpoint.#server.listen(0, '127.0.0.1', listening));
    afterThisTest(async () => {
      const closed = new Promise((resolve) => endpoint.#server.close(resolve));
      endpoint.#server.closeAllConnections();
      await closed;
    });
    return endpoint;
  }

  /** Options for all regions that list something. */
  options(options: BedrockDiscoveryOptions = {}): BedrockDiscoveryOptions {
    const { port } = this.#server.address() as AddressInfo;
    const { models = {}, profiles = {} } = this.answers;
    return {
      regions: [...new Set([...Object.keys(models), ...Object.keys(profiles)])],
      endpoint: ({ region }) => `http://127.0.0.1:${port}/${region}`,
      credentials: { accessKeyId: 'AKIAANYANYANYANYANY0', secretAccessKey: 'any' },
      accountId: '123456789012',
      ...options,
      scan: { onBootstrap: 'off', ...options.scan },
      cache: { directory: false, ...options.cache },
      refresh: { mode: 'off', ...options.refresh },
    };
  }

  #answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const [region = '', list] = pathname.slice(1).split('/');
    const isApplication = searchParams.get('type') === 'APPLICATION';
    const body =
      list === 'foundation-models'
        ? { modelSummaries: this.answers.models?.[region] ?? [] }
        : { inferenceProfileSummaries: isApplication ? [] : (this.answers.profiles?.[region] ?? []) };
    response.writeHead(200, { 'content-type': 'application/json', 'x-amzn-requestid': 'any' });
    response.end(JSON.stringify(body));
  }
}
