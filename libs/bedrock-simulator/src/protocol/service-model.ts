import type { RequestBody } from './request-body.js';
import { isObject } from '../settings/objects.js';
import { AwsError, validationError } from './aws-error.js';
import type { Limits, Shape } from './shapes.js';
import { SERVICE_OPERATIONS, SHAPES } from './service-model-data.js';

/** A request as it arrived. */
interface Input {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: RequestBody;
}

/** What the real service accepts beyond its own model: what is seen in its lists can be asked for, and be put. */
const LAXER: Readonly<Record<string, readonly string[]>> = {
  DataRetentionMode: ['aws_review'],
  ModelCustomization: ['PREFERENCE_FINE_TUNING', 'DISTILLATION'],
  ModelModality: ['SPEECH', 'VIDEO', 'AUDIO'],
  InferenceType: ['INFERENCE_PROFILE'],
};

/**
 * Checks a request as the service does before it looks at what is meant.
 *
 * @throws AwsError SerializationException for a value of another kind, ValidationException in AWS's words for all else
 */
export function checkInput(operation: string, input: Input): void {
  const name = SERVICE_OPERATIONS[operation]?.input;
  if (name !== undefined) {
    const check = new Check();
    check.shape(name, valuesOf(name, SERVICE_OPERATIONS[operation]?.path ?? '', input), '');
    check.end();
  }
}

/** Status of a success. */
export function statusOf(operation: string): number {
  return SERVICE_OPERATIONS[operation]?.status ?? 200;
}

/** Name of the list that an operation answers with, if it is one that lists. */
export function emptyListOf(method: string, path: string): string | undefined {
  return Object.values(SERVICE_OPERATIONS).find(
    (operation) => operation.list !== undefined && operation.method === method && fits(operation.path, path),
  )?.list;
}

function fits(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return wanted.length === given.length && wanted.every((each, index) => each.startsWith('{') || each === given[index]);
}

/**
 * Checks a value that stands in the body of a model which takes what Converse takes.
 *
 * @throws AwsError as {@link checkInput}
 */
export function checkShape(name: string, value: unknown): void {
  const check = new Check();
  check.shape(name, value, '');
  check.end();
}

/** The members of an input, from wherever they stand. */
function valuesOf(name: string, path: string, input: Input): Record<string, unknown> {
  const shape = SHAPES[name];
  if (shape?.kind !== 'structure') {
    return {};
  }
  const { members, places = {}, payload } = shape;
  const inBody = Object.keys(members).some((member) => places[member] === undefined && member !== payload);
  const placed = Object.entries(places).map(([member, place]) => [
    member,
    converted(textAt(place, path, input), SHAPES[members[member] ?? '']),
  ]);
  return { ...(inBody && parsed(input.body)), ...(Object.fromEntries(placed) as Record<string, unknown>) };
}

function parsed({ objectOrEmpty: value }: RequestBody): Record<string, unknown> {
  if (value === undefined) {
    throw new AwsError('SerializationException', 400, 'The request body is not valid.');
  }
  return value;
}

function textAt([place, name]: readonly [string, string], path: string, input: Input): string | undefined {
  if (place === 'querystring') {
    return input.query.get(name) ?? undefined;
  }
  return place === 'header' ? input.headers[name.toLowerCase()]?.toString() : segmentOf(path, name, input.path);
}

/** What stands in a path in the place of a member. */
function segmentOf(template: string, name: string, path: string): string | undefined {
  const index = template.split('/').indexOf(`{${name}}`);
  const segment = path.split('/')[index];
  return segment === undefined ? undefined : decodeURIComponent(segment);
}

/** Texts of paths, queries and headers stand for numbers as well. */
function converted(text: string | undefined, shape: Shape | undefined): unknown {
  const isNumber = shape?.kind === 'integer' || shape?.kind === 'long';
  return isNumber && text !== undefined && text.trim() !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

/** One pass over a request, which gathers what is wrong with it. */
class Check {
  readonly #violations: string[] = [];
  #unset: string | undefined;

  /** @param path as AWS names a member; empty for the input itself */
  shape(name: string, value: unknown, path: string): void {
    const shape = SHAPES[name];
    switch (shape?.kind) {
      case 'structure':
      case 'union':
        return this.#members(name, shape, value, path);
      case 'list':
        return this.#elements(shape, value, path);
      case 'map':
        return this.#entries(shape, value, path);
      case 'string':
        return this.#report(value, path, violationsOfText(name, shape, textIn(value)));
      case 'blob':
        return this.#report(value, path, sizes(shape, Buffer.from(textIn(value), 'base64').length));
      case 'integer':
      case 'long':
      case 'float':
      case 'double':
        return this.#report(value, path, violationsOfNumber(shape, value));
      case 'boolean':
        return void (typeof value === 'boolean' || refuse(value, 'Boolean'));
      default:
    }
  }

  /** @throws AwsError ValidationException for all that was found */
  end(): void {
    const { length } = this.#violations;
    if (length > 0) {
      throw validationError(
        `${length} validation error${length > 1 ? 's' : ''} detected: ${this.#violations.join('; ')}`,
      );
    }
    if (this.#unset !== undefined) {
      throw validationError(this.#unset);
    }
  }

  #members(name: string, shape: Shape & { kind: 'structure' | 'union' }, value: unknown, path: string): void {
    if (!isObject(value)) {
      refuse(value, name);
    }
    for (const member of shape.required ?? []) {
      if (isMissing(value[member]) && member !== shape.payload) {
        this.#report(null, join(path, member), ['Member must not be null']);
      }
    }
    const set = Object.entries(shape.members).filter(([member]) => !isMissing(value[member]));
    if (shape.kind === 'union' && set.length !== 1) {
      this.#unset ??=
        `The ${name} object at ${path.replaceAll(/\.(\d+)\.member/g, (_, position: string) => `.${Number(position) - 1}`)} ` +
        `must set one of the following keys: ${Object.keys(shape.members).join(', ')}.`;
    }
    for (const [member, of] of set) {
      this.shape(of, value[member], join(path, member));
    }
  }

  #elements(shape: Shape & { kind: 'list' }, value: unknown, path: string): void {
    if (!Array.isArray(value)) {
      refuse(value, 'List');
    }
    this.#report(value, path, sizes(shape, value.length));
    for (const [index, element] of value.entries()) {
      const at = `${path}.${index + 1}.member`;
      if (isMissing(element)) {
        this.#report(null, at, ['Member must not be null']);
      } else {
        this.shape(shape.of, element, at);
      }
    }
  }

  #entries(shape: Shape & { kind: 'map' }, value: unknown, path: string): void {
    if (!isObject(value)) {
      refuse(value, 'Map');
    }
    this.#report(value, path, sizes(shape, Object.keys(value).length));
    for (const [key, element] of Object.entries(value)) {
      this.#report(value, path, inMap('keys', this.#violationsOf(shape.key, key)));
      const inner = SHAPES[shape.of];
      if (inner?.kind === 'string') {
        this.#report(value, path, inMap('value', this.#violationsOf(shape.of, element)));
      } else {
        this.shape(shape.of, element, `${path}.${key}.member`);
      }
    }
  }

  #violationsOf(name: string, value: unknown): string[] {
    const shape = SHAPES[name];
    return shape?.kind === 'string' ? violationsOfText(name, shape, textIn(value)) : [];
  }

  #report(value: unknown, path: string, constraints: readonly string[]): void {
    for (const constraint of constraints) {
      this.#violations.push(`Value ${shown(value)} at '${path}' failed to satisfy constraint: ${constraint}`);
    }
  }
}

function violationsOfText(name: string, shape: Shape & { kind: 'string' }, text: string): string[] {
  const { enum: accepted, pattern } = shape;
  if (accepted !== undefined) {
    const all = [...accepted, ...(LAXER[name] ?? [])];
    return all.includes(text) ? [] : [`Member must satisfy enum value set: [${accepted.join(', ')}]`];
  }
  const wrongSize = sizes(shape, text.length);
  // A text that is far too long is not matched: patterns may take their time.
  const matches = pattern === undefined || wrongSize.length > 0 || compiled(pattern).test(text);
  return matches ? wrongSize : [`Member must satisfy regular expression pattern: ${pattern}`];
}

const patterns = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(`^(?:${pattern})$`);
  patterns.set(pattern, known);
  return known;
}

function violationsOfNumber(shape: Shape & Limits, value: unknown): string[] {
  const whole = shape.kind === 'integer' || shape.kind === 'long';
  if (typeof value !== 'number' || (whole && !Number.isInteger(value))) {
    refuse(value, whole ? 'Integer' : 'Float');
  }
  const { min, max } = shape;
  return [
    ...(min !== undefined && value < min ? [`Member must have value greater than or equal to ${min}`] : []),
    ...(max !== undefined && value > max ? [`Member must have value less than or equal to ${max}`] : []),
  ];
}

function sizes({ min, max }: Limits, length: number): string[] {
  return [
    ...(min !== undefined && length < min ? [`Member must have length greater than or equal to ${min}`] : []),
    ...(max !== undefined && length > max ? [`Member must have length less than or equal to ${max}`] : []),
  ];
}

function inMap(what: string, constraints: readonly string[]): string[] {
  return constraints.length === 0 ? [] : [`Map ${what} must satisfy constraint: [${constraints.join(', ')}]`];
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : refuse(value, 'String');
}

/** @throws AwsError for a value of another kind than the one that is expected */
function refuse(value: unknown, expected: string): never {
  if (typeof value === 'object') {
    throw new AwsError('SerializationException', 400, 'Start of structure or map found where not expected.');
  }
  const found = typeof value === 'boolean' ? String(value) : typeof value;
  throw new AwsError('SerializationException', 400, `${found.toUpperCase()}_VALUE cannot be converted to ${expected}`);
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

function join(path: string, member: string): string {
  return path === '' ? member : `${path}.${member}`;
}

function shown(value: unknown): string {
  return value === null ? 'null' : `'${typeof value === 'string' ? value : JSON.stringify(value)}'`;
}
