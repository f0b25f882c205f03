import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, type NestMiddleware } from '@nestjs/common';
import { MatrixService } from '../matrix/matrix.service.js';
import { prefersHtml } from '../responses/preferred-type.js';
import { PageService } from './page.service.js';

const READS = new Set(['GET', 'HEAD']);
const ASSETS = '/assets/';

/** Answers with the page at `/` where a client would rather read that than JSON, and with the files that it takes. */
@Injectable()
export class PageMiddleware implements NestMiddleware {
  constructor(
    private readonly page: PageService,
    private readonly matrix: MatrixService,
  ) {}

  use(
    request: IncomingMessage & { originalUrl: string },
    response: ServerResponse,
    next: (error?: unknown) => void,
  ): void {
    const [path = ''] = request.originalUrl.split('?');
    const isRead = READS.has(request.method ?? '');
    const asset = isRead && path.startsWith(ASSETS) ? this.page.asset(path.slice(ASSETS.length)) : undefined;
    if (asset !== undefined) {
      // While the browser reads the script, the matrix is built that it is going to ask for.
      response.once('finish', () => void this.matrix.response().catch(() => undefined));
      asset.send(request, response);
    } else if (isRead && path === '/' && prefersHtml(request.headers.accept)) {
      void this.#sendPage(request, response, next);
    } else {
      response.setHeader('Vary', 'Accept');
      next();
    }
  }

  async #sendPage(request: IncomingMessage, response: ServerResponse, next: (error: unknown) => void): Promise<void> {
    try {
      (await this.page.document()).send(request, response);
    } catch (error) {
      next(error);
    }
  }
}
