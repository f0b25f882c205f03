import type { InvocationPath } from '../catalog/invocation-paths.js';
import { demandsAbilities } from '../catalog/models/capabilities.js';
import { API_RULE } from './apis/api-rule.js';
import { CAPABILITY_RULE } from './capabilities/capability-rule.js';
import type { FactConstraints, FactRule, KnownFacts } from './path-fact.js';
import { PRICE_RULE } from './pricing/price-rule.js';
import { QUOTA_LIMIT_RULE } from './quotas/quota-rule.js';
import { RETENTION_RULE } from './retention/retention-rule.js';

const FACT_RULES: readonly FactRule[] = [API_RULE, CAPABILITY_RULE, RETENTION_RULE, PRICE_RULE, QUOTA_LIMIT_RULE];

const NOTHING: readonly string[] = [];

/** What is demanded of a path and not known, a sentence each. */
export function missingFacts(known: KnownFacts, wanted: FactConstraints, path: InvocationPath): readonly string[] {
  return demandsFacts(wanted) ? FACT_RULES.flatMap((rule) => rule.misses(known, wanted, path) ?? []) : NOTHING;
}

function demandsFacts(wanted: FactConstraints): boolean {
  const { api, retention, maxOutputPricePerMillion, minTokensPerMinute } = wanted;
  return (
    [api, retention, maxOutputPricePerMillion, minTokensPerMinute].some((demand) => demand !== undefined) ||
    demandsAbilities(wanted)
  );
}

/** The first of them, where only what is known to fit is wanted. */
export function missingFact(known: KnownFacts, wanted: FactConstraints, path: InvocationPath): string | undefined {
  return wanted.unknownFacts === 'keep' ? undefined : missingFacts(known, wanted, path)[0];
}
