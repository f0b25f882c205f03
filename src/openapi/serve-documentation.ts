import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ownContentOnly } from '../security/security-headers.js';
import { openApiDocument } from './openapi-document.js';

const PAGE = 'docs';
const ALIAS = 'openapi.json';

/**
 * Serves the OpenAPI document at `/docs-json` and `/openapi.json`, and a page to read and try it at `/docs`. The page takes
 * everything from this application: no script of others, and no validator that would be told of every visit.
 */
export function serveDocumentation(app: NestExpressApplication): void {
  app.use([`/${PAGE}`, `/${PAGE}-json`, `/${ALIAS}`], askAgain);
  app.use(`/${PAGE}`, ownContentOnly({ inlineStyles: true }));
  let document: OpenAPIObject | undefined;
  // Made when it is first asked for, so that starting takes no longer.
  const made = (): OpenAPIObject => (document ??= openApiDocument(app));
  SwaggerModule.setup(PAGE, app, made, {
    raw: ['json'],
    customSiteTitle: 'Bedrock Explorer: API',
    swaggerOptions: { validatorUrl: 'none', tryItOutEnabled: true },
  });
  SwaggerModule.setup(PAGE, app, made, { ui: false, raw: ['json'], jsonDocumentUrl: ALIAS });
}

function askAgain(_: IncomingMessage, response: ServerResponse, next: () => void): void {
  response.setHeader('Cache-Control', 'no-cache');
  next();
}
