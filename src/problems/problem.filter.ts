import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { isOpenAiPath, toOpenAiError } from '../openai/openai-error.js';
import { toProblem } from './to-problem.js';

/** Answers every error with a problem document; where OpenAI's API is played, with an error in its format. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<IncomingMessage & { originalUrl: string }>();
    const response = http.getResponse<ServerResponse>();
    const { document, headers } = toProblem(error, request.method ?? 'GET', request.originalUrl);
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    if (document.status === 500) {
      this.#logger.error(
        `${request.method} ${request.originalUrl} failed`,
        error instanceof Error ? error.stack : String(error),
      );
    }
    response.statusCode = document.status;
    const asOpenAi = isOpenAiPath(request.originalUrl);
    const common = {
      'Content-Type': `application/${asOpenAi ? 'json' : 'problem+json'}; charset=utf-8`,
      'Cache-Control': 'no-store',
    };
    response.setHeaders(new Map(Object.entries({ ...headers, ...common })));
    response.end(JSON.stringify(asOpenAi ? toOpenAiError(document) : document));
  }
}
