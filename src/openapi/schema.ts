/** JSON Schema 2020-12, which is what OpenAPI 3.1 describes data with. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

type Properties = Readonly<Record<string, Schema>>;

const components = new Map<string, Schema>();

/** What `named` has defined so far. */
export const namedSchemas = (): Record<string, Schema> => Object.fromEntries(components);

/** Defines a schema that has a place and a name of its own in the document, and refers to it. */
export function named(name: string, schema: Schema): Schema {
  if (components.has(name)) {
    throw new Error(`There are two schemas called ${name}.`);
  }
  components.set(name, schema);
  return { $ref: `#/components/schemas/${name}` };
}

/** An object that holds these members and no others. */
export function object(required: Properties, optional: Properties = {}): Schema {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

export const list = (items: Schema, description?: string): Schema => about({ type: 'array', items }, description);

/** An object whose members are named by what `keys` says. */
export const recordOf = (values: Schema, description: string): Schema =>
  about({ type: 'object', additionalProperties: values }, description);

export const text = (description?: string): Schema => about({ type: 'string' }, description);
export const time = (description?: string): Schema => about({ type: 'string', format: 'date-time' }, description);
export const flag = (description?: string): Schema => about({ type: 'boolean' }, description);
export const count = (description?: string): Schema => about({ type: 'integer', minimum: 0 }, description);
export const milliseconds = (description: string): Schema => ({ type: 'number', minimum: 0, description });
export const oneOf = (values: readonly string[], description?: string): Schema =>
  about({ type: 'string', enum: values }, description);

/** The same schema, described for the place where it stands. */
export function about(schema: Schema, description: string | undefined): Schema {
  return description === undefined ? schema : { ...schema, description };
}
