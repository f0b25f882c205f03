import type { AccessState } from '../access/access.types.js';
import type { InvocationPath } from '../catalog/invocation-paths.js';
import { servedIn, type Via, VIA_WORDS } from '../catalog/vias.js';
import { API_RULE } from '../facts/apis/api-rule.js';
import { CAPABILITY_RULE } from '../facts/capabilities/capability-rule.js';
import { PRICE_RULE } from '../facts/pricing/price-rule.js';
import { QUOTA_LIMIT_RULE, QUOTA_RULE } from '../facts/quotas/quota-rule.js';
import { missingFact } from '../facts/fact-rules.js';
import type { FactConstraints, FactRule, KnownFacts } from '../facts/path-fact.js';
import { RETENTION_RULE } from '../facts/retention/retention-rule.js';

/** Constraints after validation, ready to be judged by. */
export interface ResolvedConstraints extends FactConstraints {
  readonly preferredRegions: readonly string[];
  /** As the caller named it, for people. */
  readonly residencyName: string;
  readonly allowGlobal: boolean;
  readonly via?: ReadonlySet<Via>;
  /** Id of the application profile. */
  readonly applicationProfile?: string;
  readonly minDaysToEndOfLife: number;
  readonly access: 'any' | 'not-denied' | 'known';
  readonly prefer: 'latency' | 'single-region' | 'throughput' | 'price';
  readonly maxDestinationAgeMs: number;
}

/** What is known of a path at this moment. */
export interface PathFacts {
  readonly access: AccessState;
  /** Age of its listing, in milliseconds. */
  readonly ageMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The only profile to go through, where the caller named one as the model. */
  readonly profileId: string | undefined;
  readonly known: KnownFacts;
}

/** Why a path is not eligible. */
export interface Rejection {
  readonly code: RejectionCode;
  readonly reason: string;
}

interface Rule {
  /** What it says of a path, in few words. */
  readonly words: string;
  /** Why it rejects the path; undefined where it does not. */
  readonly reject: (path: InvocationPath, constraints: ResolvedConstraints, facts: PathFacts) => string | undefined;
}

const DAY_MS = 86_400_000;

/**
 * The rules of eligibility by the code that each rejects with, in the order in which they are asked: first what nobody can
 * change, then what the account can, last what the caller has chosen. The first that rejects a path is its verdict.
 */
const RULES = {
  END_OF_LIFE: { words: 'past the end of its life', reject: rejectByLifecycle },
  NOT_ON_DEMAND: {
    words: 'listed, but not invocable by its bare id',
    reject: ({ via, open }) =>
      via === 'on-demand' && !open
        ? 'The region lists no on-demand capacity: the bare id cannot be invoked.'
        : undefined,
  },
  PROFILE_INACTIVE: {
    words: 'profile not active',
    reject: ({ profile, open }) =>
      profile !== undefined && !open ? `The profile's status is ${profile.status}, not ACTIVE.` : undefined,
  },
  NOT_IN_SERVICE: {
    words: 'not in service',
    reject: ({ owned, open, via }) =>
      owned !== undefined && !open
        ? `The status of the ${VIA_WORDS[via]} is ${owned.status}: it takes no calls.`
        : undefined,
  },
  API_UNSUPPORTED: { words: 'API not offered', reject: byFact(API_RULE) },
  CAPABILITY: { words: 'cannot do what is demanded', reject: byFact(CAPABILITY_RULE) },
  OUTSIDE_RESIDENCY: { words: 'may be served outside the residency', reject: rejectByResidency },
  SOURCE_OUTSIDE_RESIDENCY: {
    words: 'called outside the residency',
    reject: ({ region }, { residency, residencyName, sourceRegions }) =>
      residency !== undefined && sourceRegions === undefined && !residency.has(region)
        ? `The endpoint that would be called is not within ${residencyName}.`
        : undefined,
  },
  GLOBAL_EXCLUDED: {
    words: 'may be served anywhere',
    // What lists no destination promises none.
    reject: ({ destinations }, { residency, allowGlobal }) =>
      residency === undefined && !allowGlobal && (destinations === 'global' || destinations.length === 0)
        ? `It is ${servedIn(destinations)}, which allowGlobal: false leaves out.`
        : undefined,
  },
  UNVERIFIED: {
    words: 'destinations too old to rely on',
    reject: (_path, { maxDestinationAgeMs }, { ageMs }) =>
      ageMs > maxDestinationAgeMs
        ? `Listed ${Number.isFinite(ageMs) ? `${Math.round(ageMs / 1_000)} s ago, longer than maxDestinationAgeMs allows` : 'at a time that is not known'}: unverified.`
        : undefined,
  },
  ACCESS_DENIED: {
    words: 'access denied',
    reject: (_path, { access: wanted }, { access }) =>
      access === 'denied' && wanted !== 'any' ? 'The account or principal has no access to it.' : undefined,
  },
  ACCESS_UNKNOWN: {
    words: 'access not known',
    reject: (_path, { access: wanted }, { access }) =>
      wanted === 'known' && access !== 'observed' && access !== 'available'
        ? `Access is ${access}, and only what is known to work was asked for.`
        : undefined,
  },
  RETENTION: { words: 'data retention mode', reject: byFact(RETENTION_RULE) },
  QUOTA_ZERO: { words: 'quota of 0', reject: byFact(QUOTA_RULE) },
  QUOTA_TOO_LOW: { words: 'quota lower than asked for', reject: byFact(QUOTA_LIMIT_RULE) },
  PRICE_TOO_HIGH: { words: 'costs more than asked for', reject: byFact(PRICE_RULE) },
  FACT_UNKNOWN: {
    words: 'a demanded fact is not known',
    reject: (path, constraints, { known }) => missingFact(known, constraints, path),
  },
  SOURCE_EXCLUDED: {
    words: 'source region left out',
    reject: ({ region }, { sourceRegions }) =>
      sourceRegions?.has(region) === false ? 'sourceRegions leaves the region out.' : undefined,
  },
  VIA_EXCLUDED: {
    words: 'way of invoking left out',
    reject: ({ via }, constraints) => (constraints.via?.has(via) === false ? `via leaves out ${via}.` : undefined),
  },
  OTHER_ENDPOINT: {
    words: 'an endpoint that was not asked for',
    reject: ({ via, elsewhere }, constraints) =>
      via === 'mantle' && elsewhere === true && constraints.via?.has(via) !== true
        ? "bedrock-mantle takes calls of other APIs than bedrock-runtime, where the model is or may be as well: via: ['mantle'] asks for it."
        : undefined,
  },
  OTHER_PROFILE: {
    words: 'another profile was asked for',
    reject: ({ profile, arn }, { applicationProfile }, { profileId }) => {
      const wanted = applicationProfile ?? profileId;
      return wanted !== undefined && (profile?.inferenceProfileId ?? arn) !== wanted
        ? `Only routes through ${wanted} were asked for.`
        : undefined;
    },
  },
} as const satisfies Record<string, Rule>;

/** All {@link RejectionCode}s, in the order in which they are asked. @publicApi */
export const REJECTION_CODES = Object.freeze(Object.keys(RULES) as (keyof typeof RULES)[]);

/**
 * Why a path is not eligible.
 *
 * @publicApi
 */
export type RejectionCode = (typeof REJECTION_CODES)[number];

/** Each in few words. @publicApi */
export const REJECTION_WORDS = Object.freeze(
  Object.fromEntries(Object.entries(RULES).map(([code, { words }]) => [code, words])),
) as Readonly<Record<RejectionCode, string>>;

const ORDERED: readonly (readonly [RejectionCode, Rule])[] = REJECTION_CODES.map((code) => [code, RULES[code]]);

/** The verdict on a path: why it is not eligible, or undefined if it is. */
export function rejectionOf(
  path: InvocationPath,
  constraints: ResolvedConstraints,
  facts: PathFacts,
): Rejection | undefined {
  for (const [code, rule] of ORDERED) {
    const reason = rule.reject(path, constraints, facts);
    if (reason !== undefined) {
      return { code, reason };
    }
  }
  return undefined;
}

/** Whether a region's endpoint may be called at all. */
export function isSourceAllowed(region: string, { sourceRegions, residency }: ResolvedConstraints): boolean {
  return sourceRegions === undefined ? residency === undefined || residency.has(region) : sourceRegions.has(region);
}

/** Days from now, with fractions; undefined where there is no time. */
export function daysUntil(time: string | undefined, now: number): number | undefined {
  const at = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(at) ? undefined : (at - now) / DAY_MS;
}

function byFact(rule: FactRule): Rule['reject'] {
  return (path, constraints, { known }) => rule.rejects(known, constraints, path);
}

function rejectByLifecycle(
  { lifecycle, endsAt }: InvocationPath,
  { minDaysToEndOfLife }: ResolvedConstraints,
  { now }: PathFacts,
): string | undefined {
  const days = (endsAt - now) / DAY_MS;
  if (days >= minDaysToEndOfLife) {
    return undefined;
  }
  const date = lifecycle.endOfLifeTime?.slice(0, 10);
  return days < 0
    ? `The model reached the end of its life on ${date}.`
    : `The model reaches the end of its life on ${date}, in less than ${minDaysToEndOfLife} days.`;
}

function rejectByResidency(
  { destinations }: InvocationPath,
  { residency, residencyName }: ResolvedConstraints,
): string | undefined {
  if (residency === undefined) {
    return undefined;
  }
  if (destinations === 'global' || destinations.length === 0) {
    return `It is ${servedIn(destinations)}, not only within ${residencyName}.`;
  }
  if (destinations.every((region) => residency.has(region))) {
    return undefined;
  }
  const outside = destinations.filter((region) => !residency.has(region));
  return `It may be served in ${outside.join(', ')}, outside ${residencyName}.`;
}
