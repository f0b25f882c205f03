import { applyDecorators } from '@nestjs/common';
import {
  ApiHeader,
  ApiIncludeEndpoint,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  type ApiResponseOptions,
  ApiTags,
} from '@nestjs/swagger';
import { type Endpoint, ENDPOINTS } from '../endpoints/endpoints.js';
import { type DocumentedProblem, PROBLEM, problemExample } from '../problems/problem.schemas.js';
import type { Readers } from '../requests/read-parameters.js';
import type { Schema } from './schema.js';

type Described<R extends Readers> = Readonly<Record<keyof R, string>>;

export interface EndpointDocument<Q extends Readers> {
  /** What it does. Default: as in the table of endpoints. */
  summary?: string;
  /** A path to try. Default: as in the table of endpoints. */
  tries?: string;
  answer: Schema;
  /** Of the answer. */
  example: unknown;
  /** Default `application/json`. */
  mediaType?: string;
  /** The readers of its query. Without them it takes any query, and does not look at it. */
  query?: Q;
  /** What each parameter of the query means. */
  about?: Described<NoInfer<Q>>;
  /** Headers that it looks at. */
  headers?: Readonly<Record<string, { readonly reader: Readers[string]; readonly about: string }>>;
  /** What `{id}` may be. */
  id?: string;
  /** Beside those that follow from the rest: a wrong query, a path that is not well encoded, a defect. */
  problems?: readonly DocumentedProblem[];
  /** How errors look. Default: problem documents. */
  errors?: { readonly mediaType: string; readonly schema: Schema; of(problem: object): unknown };
  /** Whether the answer has an ETag. Default: where it is read with GET. */
  etag?: boolean;
}

/**
 * Documents an endpoint. Its path, what it does and what to try stand in the table of endpoints, its parameters in what
 * reads them; here is what those do not say.
 *
 * @param key method and path as in the table, such as `GET /models/{id}`
 */
export function ApiEndpoint<Q extends Readers = Readers>(
  key: `${Endpoint['method']} /${string}`,
  document: EndpointDocument<Q>,
): MethodDecorator {
  const [method, path] = key.split(' ') as [Endpoint['method'], string];
  const endpoint = ENDPOINTS.find((each) => each.method === method && each.path === path);
  const summary = document.summary ?? endpoint?.answers;
  if (summary === undefined) {
    throw new Error(`${key} is not in the table of endpoints, and has no summary of its own.`);
  }
  const tried = new URL(document.tries ?? endpoint?.example ?? path, 'http://localhost');
  const [, segment = ''] = path.split('/');
  return applyDecorators(
    ApiIncludeEndpoint(),
    ApiTags(segment === '' ? 'index' : segment),
    ApiOperation({ operationId: operationId(method, path), summary }),
    ...idParameter(path, tried, document.id),
    ...queryParameters(document, tried),
    ...headerParameters(document),
    ApiResponse(answer(document, document.etag ?? method === 'GET')),
    ...((document.etag ?? method === 'GET') ? [ApiResponse(NOT_MODIFIED)] : []),
    ...problems(path, tried, document).map((response) => ApiResponse(response)),
  );
}

/** `GET /models/{id}/regions`: `getModelsIdRegions`. */
function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const named = words.length === 0 ? ['index'] : words;
  return method.toLowerCase() + named.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function idParameter(path: string, tried: URL, description: string | undefined): MethodDecorator[] {
  const [, name] = /\{(\w+)\}/.exec(path) ?? [];
  if (name === undefined) {
    return [];
  }
  const [before = '', after = ''] = path.split(`{${name}}`);
  const example = tried.pathname.slice(before.length, tried.pathname.length - after.length);
  const schema = withExample({ type: 'string' }, example);
  return [ApiParam({ name, schema, ...(description !== undefined && { description }) })];
}

function queryParameters<Q extends Readers>({ query, about }: EndpointDocument<Q>, tried: URL): MethodDecorator[] {
  return Object.entries<Readers[string]>(query ?? {}).map(([name, reader]) => {
    const { accepts, schema = { type: 'string' }, formerName } = reader;
    const example = tried.searchParams.get(name) ?? '';
    const isList = schema['type'] === 'array';
    return ApiQuery({
      name,
      required: false,
      description: describe((about as Described<Readers> | undefined)?.[name], accepts) + formerly(formerName),
      schema: withExample(schema, isList && example !== '' ? example.split(',') : example),
      ...(isList && { style: 'form', explode: false }),
    });
  });
}

function headerParameters<Q extends Readers>({ headers = {} }: EndpointDocument<Q>): MethodDecorator[] {
  return Object.entries(headers).map(([name, { reader, about }]) =>
    ApiHeader({
      name,
      required: false,
      description: describe(about, reader.accepts),
      schema: reader.schema ?? { type: 'string' },
    }),
  );
}

const withExample = (schema: Schema, example: string | string[]): Schema =>
  example === '' ? schema : { ...schema, examples: [example] };
const describe = (meaning: string | undefined, accepts: string): string =>
  meaning === undefined ? `Must be ${accepts}.` : `${meaning} Must be ${accepts}.`;

const formerly = (name: string | undefined): string => (name === undefined ? '' : ` Also taken as \`${name}\`.`);

const ETAG = {
  description: 'Of what it means, whatever the ages in it; to be sent back as `If-None-Match`.',
  schema: { type: 'string' },
};
const CACHE_CONTROL = { description: 'How copies may be used.', schema: { type: 'string' } };

const NOT_MODIFIED: ApiResponseOptions = {
  status: 304,
  description: 'What `If-None-Match` names still holds. Ages in it count from `scannedAt`.',
  headers: { ETag: ETAG, 'Cache-Control': CACHE_CONTROL },
};

function answer<Q extends Readers>(
  { answer: schema, example, mediaType = 'application/json' }: EndpointDocument<Q>,
  hasEtag: boolean,
): ApiResponseOptions {
  return {
    status: 200,
    description: 'The answer.',
    headers: { ...(hasEtag && { ETag: ETAG }), 'Cache-Control': CACHE_CONTROL },
    content: { [mediaType]: { schema, example } },
  };
}

const PROBLEM_DOCUMENTS = {
  mediaType: 'application/problem+json',
  schema: PROBLEM,
  of: (problem: object): unknown => problem,
};

function problems<Q extends Readers>(
  path: string,
  tried: URL,
  { query, headers, problems: stated = [], errors = PROBLEM_DOCUMENTS }: EndpointDocument<Q>,
): ApiResponseOptions[] {
  const codes = new Set<DocumentedProblem>([
    ...(query !== undefined || headers !== undefined ? (['INVALID_REQUEST'] as const) : []),
    ...(path.includes('{') ? (['BAD_REQUEST'] as const) : []),
    ...stated,
    'FOREIGN_REQUEST',
    'INTERNAL_ERROR',
  ]);
  const examples = [...codes].map((code) => ({ code, ...problemExample(code, tried.pathname + tried.search) }));
  const statuses = [...new Set(examples.map(({ status }) => status))].sort((a, b) => a - b);
  return statuses.map((status) => {
    const here = examples.filter((example) => example.status === status);
    return {
      status,
      description: `${here.map(({ title }) => title).join(', or: ')}.`,
      ...([429, 503].includes(status) && { headers: { 'Retry-After': RETRY_AFTER } }),
      content: {
        [errors.mediaType]: {
          schema: errors.schema,
          examples: Object.fromEntries(
            here.map(({ code, title, document }) => [code, { summary: title, value: errors.of(document) }]),
          ),
        },
      },
    };
  });
}

const RETRY_AFTER = { description: 'Seconds after which asking again may help.', schema: { type: 'integer' } };
