export interface Limits {
  readonly min?: number;
  readonly max?: number;
}

/** What a value must be, in the terms of the service model. Other shapes are known by their names. */
export type Shape =
  | {
      readonly kind: 'structure' | 'union';
      readonly members: Readonly<Record<string, string>>;
      readonly required?: readonly string[];
      /** The member that is the whole body. */
      readonly payload?: string;
      /** Members that do not stand in the body: where, and under which name. */
      readonly places?: Readonly<Record<string, readonly [place: 'uri' | 'querystring' | 'header', name: string]>>;
    }
  | ({ readonly kind: 'list'; readonly of: string } & Limits)
  | ({ readonly kind: 'map'; readonly key: string; readonly of: string } & Limits)
  | ({ readonly kind: 'string'; readonly pattern?: string; readonly enum?: readonly string[] } & Limits)
  | ({ readonly kind: 'integer' | 'long' | 'float' | 'double' | 'blob' } & Limits)
  | { readonly kind: 'boolean' | 'timestamp' | 'document' };

/** An operation as the service model has it. */
export interface ServiceOperation {
  readonly method: string;
  /** With the names of members in braces. */
  readonly path: string;
  /** @default 200 */
  readonly status?: number;
  /** The list in the answer of an operation that lists. */
  readonly list?: string;
  /** Shape of its input, where that is checked. */
  readonly input?: string;
}
