import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BedrockDiscoveryOptions } from 'nestjs-bedrock-discovery';
import { afterThisTest } from './cleanup.js';

/** What each region lists, as it stands in the body: whatever a test wants it to be. */
export interface Answers {
  readonly models?: Readonly<Record<string, readonly unknown[]>>;
  readonly profiles?: Readonly<Record<string, readonly unknown[]>>;
}

/** What is asked of the endpoint. */
export interface Asked {
  readonly region: string;
  /** Such as `foundation-models`. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Answers the list operations with what it is told, well-formed or not; it ends with the current test. */
export class AnsweringEndpoint {
  answers: Answers = {};
  /** Answers in the place of the rest where it returns true. */
  intercept: (asked: Asked, response: ServerResponse) => boolean = () => false;
  /** Requests so far. */
  readonly asked: Asked[] = [];
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
    const { pathname, searchParams: query } = new URL(url, 'http://localhost');
    const [region = '', ...rest] = pathname.slice(1).split('/');
    const asked = { region, path: rest.join('/'), query };
    this.asked.push(asked);
    if (this.intercept(asked, response)) {
      return;
    }
    const isApplication = query.get('type') === 'APPLICATION';
    const body =
      asked.path === 'foundation-models'
        ? { modelSummaries: this.answers.models?.[region] ?? [] }
        : { inferenceProfileSummaries: isApplication ? [] : (this.answers.profiles?.[region] ?? []) };
    answerJson(response, 200, body);
  }
}

export function answerJson(response: ServerResponse, status: number, body: unknown, headers: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': 'any', ...headers });
  response.end(JSON.stringify(body));
}

const MIB = 1024 * 1024;
/** Well beyond any limit, so that a test ends where there is none. */
const ENDLESS_BYTES = 256 * MIB;

/** A body that goes on as long as somebody reads it. */
export function answerEndlessly(response: ServerResponse): { readonly bytes: number } {
  const sent = { bytes: 0 };
  const chunk = Buffer.alloc(MIB, ' ');
  const more = (): void => {
    if (sent.bytes >= ENDLESS_BYTES) {
      response.end();
      return;
    }
    sent.bytes += chunk.length;
    response.write(chunk, (error) => error ?? more());
  };
  response.on('error', () => undefined);
  response.writeHead(200, { 'content-type': 'application/json', 'x-amzn-requestid': 'any' });
  more();
  return sent;
}
