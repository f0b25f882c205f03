import type { InvocationPath } from '../../catalog/invocation-paths.js';

/** What can be limited, with its words. */
export const QUOTA_MEASURES = ['tokensPerMinute', 'requestsPerMinute', 'tokensPerDay'] as const;

export type QuotaMeasure = (typeof QUOTA_MEASURES)[number];

export const MEASURE_WORDS: Readonly<Record<QuotaMeasure, string>> = {
  tokensPerMinute: 'tokens a minute',
  requestsPerMinute: 'requests a minute',
  tokensPerDay: 'tokens a day',
};

/** How much a minute or a day allows. What is absent is not known. */
export type QuotaLimits = { readonly [M in QuotaMeasure]?: number };

/** `listed`: by Service Quotas. `learned`: at about this much calls of this process were throttled. @publicApi */
export const QUOTA_SOURCES = ['listed', 'learned'] as const;

/** One of {@link QUOTA_SOURCES}. @publicApi */
export type QuotaSource = (typeof QUOTA_SOURCES)[number];

/**
 * What the account may use of a model through a route. It is of the source region, and shared by all routes of the same kind
 * there: by the bare id, through geographic profiles, or through global ones.
 *
 * @publicApi
 */
export interface RouteQuota {
  /** Input and output together. Absent where it is not known. */
  readonly tokensPerMinute?: number;
  /** Calls, whatever they take. Absent where it is not known. */
  readonly requestsPerMinute?: number;
  /** Input and output together. Absent where it is not known. */
  readonly tokensPerDay?: number;
  /** How it is known. */
  readonly source: QuotaSource;
  /** When it was listed or learned, ISO 8601. */
  readonly asOf: string;
  /** What is left of the scarcest of them, as a share from 0 to 1, by what this process has used. */
  readonly left: number;
}

/** What is left of the scarcest limit. */
export interface Room {
  readonly measure: QuotaMeasure;
  readonly limit: number;
  /** As a share of the limit; below 0 where a call does not fit. */
  readonly left: number;
}

/** A quota with what its description speaks of. */
export interface KnownQuota {
  readonly quota: RouteQuota;
  /** Undefined where no limit is known. */
  readonly room: Room | undefined;
  /** A day's quota is used up: until then, in milliseconds since the epoch. */
  readonly restsUntil: number | undefined;
  /** When a listing last showed more for a day than the one before, in milliseconds since the epoch; 0 where none has. */
  readonly raisedAt: number;
}

/** Which kind of call a quota is for. */
export const QUOTA_SCOPES = ['on-demand', 'cross-region', 'global'] as const;

export type QuotaScope = (typeof QUOTA_SCOPES)[number];

/** What of a route or a path tells its quota. */
export type QuotaSubject = Pick<InvocationPath, 'modelId' | 'region' | 'via' | 'destinations'>;

/** Undefined for what draws from none of them. An application profile that is served in its own region alone wraps the model. */
export function scopeOf({ region, via, destinations }: QuotaSubject): QuotaScope | undefined {
  switch (via) {
    case 'on-demand':
      return 'on-demand';
    case 'system-profile':
      return destinations === 'global' ? 'global' : 'cross-region';
    case 'application-profile':
      if (destinations === 'global') {
        return 'global';
      }
      return destinations.length === 1 && destinations[0] === region ? 'on-demand' : 'cross-region';
    default:
      return undefined;
  }
}

/** One key for all that draws from the same quota. */
export function quotaKeyOf(subject: QuotaSubject): string | undefined {
  const scope = scopeOf(subject);
  return scope && `${subject.region} ${subject.modelId} ${scope}`;
}

/** As AWS documents it for Claude 3.7 and 4 (2026-08): a token of output counts five times once it is known how many there were. */
const BURNS_FIVEFOLD = /\.claude-(?:3-7-|(?:opus|sonnet|haiku)-4(?:-|$))/;

/** How often a quota counts a token of output. */
export function outputBurnOf(modelId: string): number {
  return BURNS_FIVEFOLD.test(modelId) ? 5 : 1;
}
