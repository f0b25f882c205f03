import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Method = 'get' | 'post';

interface MediaType {
  readonly schema: { readonly [keyword: string]: unknown };
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface Operation {
  readonly method: Method;
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters: readonly { name: string; in: string; description?: string; schema: Record<string, unknown> }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, MediaType>> }>
  >;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<Method, Operation>>>>>;
}

/** What the application promises in its OpenAPI document. */
export class ApiContract {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });

  constructor(readonly document: OpenApiDocument) {
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(document, 'openapi', undefined, false);
  }

  /** Whether it is OpenAPI at all. */
  validate(): ReturnType<Validator['validate']> {
    return new Validator().validate(structuredClone(this.document) as object as Record<string, unknown>);
  }

  get operations(): readonly Operation[] {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ ...operation, path, method: method as Method })),
    );
  }

  operation(method: string, path: string): Operation | undefined {
    return this.operations.find((each) => each.method === method.toLowerCase() && each.path === path);
  }

  /** Where an answer breaks the promise; empty where it keeps it. */
  violations(
    { method, path }: Pick<Operation, 'method' | 'path'>,
    status: number,
    mediaType: string,
    body: unknown,
  ): readonly ErrorObject[] {
    const pointer = ['paths', path, method, 'responses', String(status), 'content', mediaType, 'schema'];
    return this.#violations(pointer, body);
  }

  /** The same for the body of a request. */
  violationsOfRequest({ method, path }: Pick<Operation, 'method' | 'path'>, body: unknown): readonly ErrorObject[] {
    return this.#violations(['paths', path, method, 'requestBody', 'content', 'application/json', 'schema'], body);
  }

  /** The same for the data of an event. */
  violationsOfEvent(type: string, data: unknown): readonly ErrorObject[] {
    const stream = ['paths', '/events', 'get', 'responses', '200', 'content', 'text/event-stream', 'schema'];
    return this.#violations([...stream, 'x-event-data', type], data);
  }

  #violations(pointer: readonly string[], value: unknown): readonly ErrorObject[] {
    const path = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
    const validate = this.#ajv.compile({ $ref: `openapi#/${path.join('/')}` });
    return validate(value) ? [] : (validate.errors ?? []);
  }
}
