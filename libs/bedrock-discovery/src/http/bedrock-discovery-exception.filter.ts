import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { BedrockDiscoveryError } from '../errors/errors.js';
import type { AnyBedrockDiscoveryError } from '../routing/errors.js';
import { toProblem, type ProblemOptions } from './problem.js';

/** Of Fastify, whose reply holds that of Node. */
interface FastifyReply {
  readonly raw: { destroy(): void };
}

/**
 * Answers errors of the library, and no others, with a problem document (RFC 9457) by the status of their code, on Express
 * and on Fastify: `{ provide: APP_FILTER, useClass: BedrockDiscoveryExceptionFilter }`, or with {@link ProblemOptions} by
 * `useFactory`.
 *
 * @publicApi
 */
@Injectable()
@Catch(BedrockDiscoveryError)
export class BedrockDiscoveryExceptionFilter implements ExceptionFilter<AnyBedrockDiscoveryError> {
  readonly #logger = new Logger(BedrockDiscoveryExceptionFilter.name);
  readonly #adapterHost: HttpAdapterHost;
  readonly #options: Omit<ProblemOptions, 'instance'>;

  constructor(adapterHost: HttpAdapterHost, @Optional() options: Omit<ProblemOptions, 'instance'> = {}) {
    this.#adapterHost = adapterHost;
    this.#options = options;
  }

  /** @throws the error itself where it was not met by a request over HTTP */
  catch(error: AnyBedrockDiscoveryError, host: ArgumentsHost): void {
    if (host.getType() !== 'http') {
      throw error;
    }
    const { httpAdapter } = this.#adapterHost;
    const http = host.switchToHttp();
    const response = http.getResponse<FastifyReply | FastifyReply['raw']>();
    const instance = httpAdapter.getRequestUrl(http.getRequest()) as string;
    const { document, headers } = toProblem(error, { ...this.#options, instance });
    if (document.status >= 500) {
      this.#logger.warn(`${error.code}: ${error.message}`);
    }
    if (httpAdapter.isHeadersSent(response) === true) {
      // An answer that has begun must not look whole.
      ('raw' in response ? response.raw : response).destroy();
      return;
    }
    const common = { 'Content-Type': 'application/problem+json; charset=utf-8', 'Cache-Control': 'no-store' };
    for (const [name, value] of Object.entries({ ...headers, ...common })) {
      httpAdapter.setHeader(response, name, value);
    }
    httpAdapter.reply(response, JSON.stringify(document), document.status);
  }
}
