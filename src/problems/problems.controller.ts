import { All, Controller, Get, Param } from '@nestjs/common';
import { CacheControl } from '../caching/cache-control.js';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { list } from '../openapi/schema.js';
import { methodNotAllowed, ProblemError } from './problem.error.js';
import { type ProblemCode, PROBLEM_TYPES, problemPage, problemSlug } from './problem-types.js';
import { PROBLEM_PAGE } from './problem.schemas.js';

interface ProblemPage {
  readonly type: string;
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
}

const PAGES = (Object.keys(PROBLEM_TYPES) as ProblemCode[]).map((code): ProblemPage => ({
  type: problemPage(code),
  code,
  ...PROBLEM_TYPES[code],
}));

/** Explains the problem documents: their `type` leads here. */
@Controller('problems')
@CacheControl('max-age=3600')
export class ProblemsController {
  @Get()
  @ApiEndpoint('GET /problems', { answer: list(PROBLEM_PAGE), example: PAGES.slice(0, 1) })
  all(): readonly ProblemPage[] {
    return PAGES;
  }

  @Get(':slug')
  @ApiEndpoint('GET /problems/{slug}', {
    summary: 'explains one kind of problem',
    tries: '/problems/invalid-request',
    id: 'The last part of the `type` of a problem document.',
    answer: PROBLEM_PAGE,
    example: PAGES[0],
    problems: ['ROUTE_NOT_FOUND'],
  })
  one(@Param('slug') slug: string): ProblemPage {
    const page = PAGES.find(({ code }) => problemSlug(code as ProblemCode) === slug);
    if (page === undefined) {
      throw new ProblemError('ROUTE_NOT_FOUND', 'There is no such type of problem. GET /problems lists all.');
    }
    return page;
  }

  @All(['', ':slug'])
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
