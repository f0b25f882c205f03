import type { InvocationPath } from '../catalog/invocation-paths.js';
import { API_RULE } from './apis/api-rule.js';
import type { FactConstraints, FactRule, KnownFacts } from './path-fact.js';

const FACT_RULES: readonly FactRule[] = [API_RULE];

/** What is demanded of a path and not known, where only what is known to fit is wanted. */
export function missingFact(known: KnownFacts, wanted: FactConstraints, path: InvocationPath): string | undefined {
  if (wanted.unknownFacts === 'keep') {
    return undefined;
  }
  for (const rule of FACT_RULES) {
    const missing = rule.misses(known, wanted, path);
    if (missing !== undefined) {
      return missing;
    }
  }
  return undefined;
}
