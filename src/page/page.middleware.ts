import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, type NestMiddleware } from '@nestjs/common';
import { prefersHtml } from '../responses/preferred-type.js';
import { PageService } from './page.service.js';

/** Answers with the page at `/` where a client would rather read that than JSON. */
@Injectable()
export class PageMiddleware implements NestMiddleware {
  constructor(private readonly page: PageService) {}

  use(request: IncomingMessage, response: ServerResponse, next: () => void): void {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead && prefersHtml(request.headers.accept)) {
      this.page.document().send(request, response);
      return;
    }
    response.setHeader('Vary', 'Accept');
    next();
  }
}
