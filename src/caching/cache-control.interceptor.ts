import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { CacheControl } from './cache-control.js';

const READS = new Set(['GET', 'HEAD']);

/** States for every answer how copies of it may be used. Express adds the ETag, and answers 304 where it matches. */
@Injectable()
export class CacheControlInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const { method = '' } = http.getRequest<IncomingMessage>();
    const policy = this.reflector.getAllAndOverride(CacheControl, [context.getHandler(), context.getClass()]);
    const response = http.getResponse<ServerResponse>();
    response.setHeader('Cache-Control', READS.has(method) ? (policy ?? 'no-cache') : 'no-store');
    return next.handle();
  }
}
