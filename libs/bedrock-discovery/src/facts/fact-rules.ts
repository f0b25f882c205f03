import type { InvocationPath } from '../catalog/invocation-paths.js';
import { demandsAbilities } from '../catalog/models/capabilities.js';
import { API_RULE } from './apis/api-rule.js';
import { CAPABILITY_RULE } from './capabilities/capability-rule.js';
import type { FactConstraints, FactRule, KnownFacts } from './path-fact.js';
import { RETENTION_RULE } from './retention/retention-rule.js';

const FACT_RULES: readonly FactRule[] = [API_RULE, CAPABILITY_RULE, RETENTION_RULE];

const NOTHING: readonly string[] = [];

/** What is demanded of a path and not known, a sentence each. */
export function missingFacts(known: KnownFacts, wanted: FactConstraints, path: InvocationPath): readonly string[] {
  if (wanted.api === undefined && wanted.retention === undefined && !demandsAbilities(wanted)) {
    return NOTHING;
  }
  return FACT_RULES.flatMap((rule) => rule.misses(known, wanted, path) ?? []);
}

/** The first of them, where only what is known to fit is wanted. */
export function missingFact(known: KnownFacts, wanted: FactConstraints, path: InvocationPath): string | undefined {
  return wanted.unknownFacts === 'keep' ? undefined : missingFacts(known, wanted, path)[0];
}
