import { readFileSync } from 'node:fs';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { namedSchemas } from './schema.js';

const DESCRIPTION = `Where, and under which id, can I run this model?

Ids hold \`:\` and \`/\`, and may be given raw or URL-encoded. Times are ISO 8601. A method that an endpoint does not take has
405 with \`Allow\`. Errors are problem documents (RFC 9457), under \`/v1\` errors as OpenAI's API has them. What is read has
an ETag, and \`Cache-Control: no-cache\`: it may be kept, but is to be asked for again. Each answer has an \`X-Request-Id\`: that
of the request, where it is short and plain.`;

const TOKEN = 'Wanted where the application was started with EXPLORER_TOKEN; also taken as the password of any user.';

/** Describes every endpoint that is decorated with `ApiEndpoint`. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const { version, license } = manifest();
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Bedrock Explorer')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .addServer('/')
    .addSecurity('token', { type: 'http', scheme: 'bearer', description: TOKEN })
    .build();
  config.info.license = { name: license };
  const document = SwaggerModule.createDocument(app, config, {
    onlyIncludeDecoratedEndpoints: true,
    autoTagControllers: false,
  });
  return { ...document, components: { ...document.components, schemas: namedSchemas() as object as Schemas } };
}

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

function manifest(): { version: string; license: string } {
  const path = new URL('../../package.json', import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as { version: string; license: string };
}
