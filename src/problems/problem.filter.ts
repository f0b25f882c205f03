import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { isOpenAiPath, toOpenAiError } from '../openai/openai-error.js';
import { idOfRequest } from '../security/front-door.js';
import { quoted } from './quoted.js';
import { toProblem } from './to-problem.js';

/** Answers every error with a problem document; where OpenAI's API is played, with an error in its format. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<IncomingMessage & { originalUrl: string }>();
    const response = http.getResponse<ServerResponse>();
    const { document, headers } = toProblem(error, request.method ?? 'GET', request.originalUrl, idOfRequest(response));
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    if (document.status === 500) {
      const failed = `${request.method} ${quoted(request.originalUrl)} failed (${idOfRequest(response)})`;
      this.#logger.error(failed, stackOf(error));
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

/** The message, which others may have written, quoted so that it stays in its line; then where it was thrown. */
function stackOf(error: unknown): string {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return message === '' ? stack : stack.replace(message, () => quoted(message));
}
