import type { Abilities } from '../../catalog/models/model.types.js';

/** What is known of what a model can do. */
export interface KnownAbilities {
  /** By all sources: what calls have shown goes before the table. */
  readonly all: Abilities;
  /** Date of the table; absent where it does not have the model. */
  readonly asOf?: string;
  /** What calls were refused for, since when, ISO 8601. */
  readonly shown?: Abilities & { readonly at: string };
}
