import { isObject } from '../settings/objects.js';

/** As deep as a schema that refers to itself is followed. */
const MAX_DEPTH = 12;

/** The least that a JSON schema accepts, as far as its usual keywords go: the input of a tool, or structured output. */
export function sampleOf(schema: unknown, root: unknown = schema, depth = 0): unknown {
  if (!isObject(schema) || depth > MAX_DEPTH) {
    return {};
  }
  const { $ref, const: constant, enum: accepted, default: fallback, examples, anyOf, oneOf, allOf, type } = schema;
  if (typeof $ref === 'string') {
    return sampleOf(at(root, $ref), root, depth + 1);
  }
  const given = [constant, fallback, first(examples), first(accepted)].find((value) => value !== undefined);
  if (given !== undefined) {
    return given;
  }
  const choice = first(anyOf) ?? first(oneOf);
  if (choice !== undefined) {
    return sampleOf(choice, root, depth + 1);
  }
  if (Array.isArray(allOf)) {
    return Object.assign({}, ...allOf.map((each) => sampleOf(each, root, depth + 1))) as object;
  }
  return ofType(Array.isArray(type) ? type[0] : (type ?? 'object'), schema, root, depth);
}

function ofType(type: unknown, schema: Readonly<Record<string, unknown>>, root: unknown, depth: number): unknown {
  const { properties, required, items, minItems, minimum, minLength } = schema;
  switch (type) {
    case 'string':
      return 'x'.repeat(numberOr(minLength, 0)) || 'text';
    case 'number':
    case 'integer':
      return numberOr(minimum, 0);
    case 'boolean':
      return false;
    case 'null':
      return null;
    case 'array':
      return Array.from({ length: numberOr(minItems, 0) }, () => sampleOf(items, root, depth + 1));
    default: {
      const known = isObject(properties) ? properties : {};
      const names = Array.isArray(required) ? required.filter((name): name is string => typeof name === 'string') : [];
      return Object.fromEntries(names.map((name) => [name, sampleOf(known[name], root, depth + 1)]));
    }
  }
}

function at(root: unknown, reference: string): unknown {
  const names = reference.replace(/^#\/?/, '').split('/');
  return names.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), root);
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? (list[0] as unknown) : undefined;
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
