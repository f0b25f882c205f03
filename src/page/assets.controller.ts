import type { IncomingMessage, ServerResponse } from 'node:http';
import { All, Controller, Get, Param, Req, Res } from '@nestjs/common';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { PathIdPipe } from '../requests/path-id.pipe.js';
import { PageService } from './page.service.js';

/** The page's scripts and styles. */
@Controller('assets')
export class AssetsController {
  constructor(private readonly page: PageService) {}

  @Get('*path')
  one(@Param('path', PathIdPipe) path: string, @Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    const asset = this.page.asset(path);
    if (asset === undefined) {
      throw new ProblemError('ROUTE_NOT_FOUND', 'The page has no such file, or no longer. Load the page again.');
    }
    asset.send(request, response);
  }

  @All('*path')
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
