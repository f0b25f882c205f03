import * as z from 'zod';
import { parseReference } from '../catalog/arn.js';
import type { Subject } from '../catalog/catalog.js';
import { type Via, VIAS } from '../catalog/vias.js';
import type { CapabilityDemands } from '../catalog/models/model.types.js';
import { InvalidArgumentError } from '../errors/errors.js';
import { type Api, APIS } from '../facts/apis/api.types.js';
import { UNKNOWN_FACTS, type UnknownFacts } from '../facts/path-fact.js';
import { RETENTION_MODES, type RetentionMode } from '../facts/retention/retention.types.js';
import { type Geography, regionsOf } from '../regions/geographies.js';
import { isRegionName, type RegionName } from '../regions/partitions.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { isText, present } from '../util/guards.js';
import type { ResolvedConstraints } from './eligibility.js';
import { ACCESS_DEMANDS, type AccessDemand, type Preference, PREFERENCES } from './route.types.js';
import type { AttemptEvent } from './run-events.js';

// Longer than other files: what a caller may ask of routes and runs is said, validated and resolved in one place.

/**
 * What a route must, may and should be. Everything is optional.
 *
 * @publicApi
 */
export interface RouteConstraints extends CapabilityDemands {
  /** Source regions that rank first, in this order. @default the `preferredRegions` option */
  preferredRegions?: readonly RegionName[];
  /** The only source regions whose endpoints may be called. @default all; with `residency` those within it */
  sourceRegions?: readonly RegionName[];
  /**
   * Regions that may see the request: a geography, or their names. Judged on the destinations that are listed for the
   * source region; `global`, empty and unreadable destinations never qualify. This selects, it does not enforce: only a
   * policy of the organisation does.
   */
  residency?: Geography | readonly RegionName[];
  /** Whether `global` routes qualify. Contradicts `residency` if true. @default true without `residency` */
  allowGlobal?: boolean;
  /** Ways of invoking that qualify. @default all */
  via?: readonly Via[];
  /** Only through this application profile, by id or ARN, as for cost allocation tags. */
  applicationProfile?: string;
  /** Leaves out models that are known to reach the end of their life sooner, in days. */
  minDaysToEndOfLife?: number;
  /** `'known'`: only observed or available; `'any'`: denied ones too, last. @default 'not-denied' */
  access?: AccessDemand;
  /**
   * Decides between routes of like latency: one destination, or many. `'price'` goes before latency: the cheapest first, by three
   * tokens in for each one out, and those of unknown price last. @default 'latency'
   */
  prefer?: Preference;
  /** Older listings count as unverified, in milliseconds. @default none but `cache.diskTtlMs` */
  maxDestinationAgeMs?: number;
  /** The API that the model must offer. What calls have shown counts, since AWS lists it nowhere. */
  api?: Api;
  /**
   * The data retention mode that may be in force at most, by how much is kept: `none`, `default`, `aws_review`,
   * `provider_data_share`. Judged on the account's mode in the source region, which is asked for where it is not known. Only
   * `none` guarantees that nothing is kept. Regions whose mode is not known qualify unless `unknownFacts` is `'reject'`.
   * @default any mode that the model allows
   */
  retention?: RetentionMode;
  /**
   * What a million tokens out may cost at most, in the option `pricing.currency`. Prices that are not known, or in another
   * currency, qualify unless `unknownFacts` is `'reject'`. @default none
   */
  maxOutputPricePerMillion?: number;
  /**
   * Tokens a minute that the account's quota must allow, whatever of it is left now: what is used up ranks last. Quotas that are
   * not known qualify unless `unknownFacts` is `'reject'`. @default none
   */
  minTokensPerMinute?: number;
  /** What becomes of routes of which a demanded fact, such as `api`, is not known. @default 'keep' */
  unknownFacts?: UnknownFacts;
}

/**
 * How a call is carried through, besides the constraints on its routes.
 *
 * @publicApi
 */
export interface RunOptions extends RouteConstraints {
  /** Ends the whole run; it then rejects with `ABORTED`. */
  signal?: AbortSignal;
  /** Calls that are made at most. @default 20 */
  maxAttempts?: number;
  /** Longest time for all attempts together; of a stream until its first item. In milliseconds. @default 300000 */
  timeoutMs?: number;
  /**
   * Longest wait of one attempt for the first byte of an answer, of a stream for its first event, in milliseconds. What is given
   * up may have run: only `onAmbiguous: 'retry'` goes on. Models that reason start late, so that `'adaptive'` goes by what is
   * known of the model: ten times its slowest region's time to first byte in recent calls, and at least 10000. That limits
   * `ConverseStream` and `InvokeModelWithResponseStream` alone, since other answers take as long as their text, and nothing
   * while fewer than three calls are known. @default none
   */
  firstByteTimeoutMs?: number | 'adaptive';
  /** Longest silence of a stream after its first event, in milliseconds; it then ends with an error whose cause is a `TimeoutError`.
   * @default none */
  idleTimeoutMs?: number;
  /**
   * After a failure that leaves open whether the model has run (a lost answer, a 5xx): `'throw'`, or `'retry'` through the
   * next route, where running twice does no harm. @default 'throw'
   */
  onAmbiguous?: 'throw' | 'retry';
  /** Also call models whose provider's terms the account has not accepted; the first call accepts them. @default false */
  acceptAgreements?: boolean;
  /** What the call needs at most, in tokens: it is held of the route's quota until the answer tells. @default what calls took before */
  tokens?: Readonly<Record<'input' | 'maxOutput', number>>;
  /** Called with each attempt once it is over, of a stream once nothing more is read of it. What it throws is only logged. */
  onAttempt?: (attempt: AttemptEvent) => void;
  /** Calls with the same key go through the same of several equal routes, as prompt caches want. @default none */
  affinityKey?: string;
}

const REGION_NAMES = 'a list of region names such as eu-central-1';
const regionNames = () => z.array(z.string().refine(isRegionName), { error: REGION_NAMES }).readonly();
const someRegionNames = () => regionNames().refine((names) => names.length > 0);
const listed = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `one of ${listed(values)}` }).optional();
const demand = () => z.literal(true, { error: 'true, or left out' }).optional();
const atLeastZero = (what: string) => z.number({ error: what }).gte(0, { error: what }).optional();

/** Members of {@link RouteConstraints}; each error text completes the sentence "must be …". */
const CONSTRAINT_SHAPE = {
  preferredRegions: regionNames().optional(),
  sourceRegions: someRegionNames().optional(),
  residency: z
    .union([z.string(), z.array(z.string()).readonly()], { error: 'a geography such as eu, or a list of region names' })
    .optional(),
  allowGlobal: z.boolean({ error: 'true or false' }).optional(),
  via: z
    .array(z.enum(VIAS), { error: `a list of ${listed(VIAS)}` })
    .min(1)
    .readonly()
    .optional(),
  applicationProfile: z.string({ error: 'the id or ARN of an application profile' }).refine(isText).optional(),
  minDaysToEndOfLife: atLeastZero('a number of days of at least 0'),
  access: oneOf(ACCESS_DEMANDS),
  prefer: oneOf(PREFERENCES),
  maxDestinationAgeMs: atLeastZero('a number of milliseconds of at least 0'),
  api: oneOf(APIS),
  retention: oneOf(RETENTION_MODES),
  minContextTokens: atLeastZero('a number of tokens of at least 0'),
  minOutputTokens: atLeastZero('a number of tokens of at least 0'),
  toolUse: demand(),
  reasoning: demand(),
  structuredOutput: demand(),
  maxOutputPricePerMillion: atLeastZero('a price of at least 0'),
  minTokensPerMinute: atLeastZero('a number of tokens of at least 0'),
  unknownFacts: oneOf(UNKNOWN_FACTS),
};

const constraintsSchema = z.strictObject(CONSTRAINT_SHAPE, { error: 'an object' });

/** @throws InvalidArgumentError that names the member of `given` that is wrong, and what is accepted */
function validate<T extends z.ZodObject>(schema: T, given: unknown): z.infer<T> {
  const parsed = schema.safeParse(given);
  if (parsed.success) {
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    throw new InvalidArgumentError(
      `There is no constraint "${issue.keys[0]}". Accepted: ${Object.keys(schema.shape).join(', ')}.`,
    );
  }
  const [name] = issue?.path ?? [];
  const field = name === undefined ? undefined : (schema.shape as Record<string, z.ZodType>)[String(name)];
  const accepted = field === undefined ? issue?.message : acceptedBy(field);
  throw new InvalidArgumentError(`${name === undefined ? 'Constraints' : String(name)} must be ${accepted}.`);
}

/** What a field accepts as a whole, also where only an item of it is wrong. */
function acceptedBy(field: z.ZodType): string {
  return field.safeParse(Symbol('nothing')).error?.issues[0]?.message ?? 'something else';
}

/**
 * Constraints that make sense on their own and together.
 *
 * @param options the preferred regions, for who names none, and the currency of prices
 * @param checkNames looks for names of regions that look like slips
 * @throws InvalidArgumentError that says which are wrong, or which contradict each other
 */
export function resolveConstraints(
  given: RouteConstraints,
  { preferredRegions, pricing }: Pick<ResolvedOptions, 'preferredRegions' | 'pricing'>,
  checkNames: (regions: readonly string[]) => void,
): ResolvedConstraints {
  const constraints = validate(constraintsSchema, given);
  const { residency, sourceRegions, via, applicationProfile } = constraints;
  refuseContradictions(constraints);
  const inside = residency === undefined ? undefined : regionsOf(residency);
  for (const names of [constraints.preferredRegions, sourceRegions, inside]) {
    checkNames(names ?? []);
  }
  return {
    preferredRegions: constraints.preferredRegions ?? preferredRegions,
    ...(sourceRegions && { sourceRegions: new Set(sourceRegions) }),
    ...(inside && { residency: new Set(inside) }),
    residencyName: typeof residency === 'string' ? residency : (residency ?? []).join(', '),
    allowGlobal: constraints.allowGlobal ?? residency === undefined,
    ...(via && { via: new Set(via) }),
    ...(applicationProfile !== undefined && { applicationProfile: parseReference(applicationProfile).id }),
    minDaysToEndOfLife: constraints.minDaysToEndOfLife ?? 0,
    access: constraints.access ?? 'not-denied',
    prefer: constraints.prefer ?? 'latency',
    currency: pricing.currency,
    maxDestinationAgeMs: constraints.maxDestinationAgeMs ?? Number.POSITIVE_INFINITY,
    ...(constraints.api && { api: constraints.api }),
    ...(constraints.retention && { retention: constraints.retention }),
    ...limitsOf(constraints),
    ...demandsOf(constraints),
    unknownFacts: constraints.unknownFacts ?? 'keep',
  };
}

function limitsOf({ maxOutputPricePerMillion, minTokensPerMinute }: RouteConstraints): Partial<ResolvedConstraints> {
  return present({ maxOutputPricePerMillion, minTokensPerMinute });
}

function demandsOf({
  minContextTokens,
  minOutputTokens,
  toolUse,
  reasoning,
  structuredOutput,
}: RouteConstraints): CapabilityDemands {
  return present({ minContextTokens, minOutputTokens, toolUse, reasoning, structuredOutput });
}

function refuseContradictions({ residency, allowGlobal, applicationProfile, via }: RouteConstraints): void {
  if (residency !== undefined && allowGlobal === true) {
    throw new InvalidArgumentError(
      'residency and allowGlobal: true contradict each other: a global route may be served anywhere. Leave one out.',
    );
  }
  if (applicationProfile !== undefined && via?.includes('application-profile') === false) {
    throw new InvalidArgumentError(
      `applicationProfile and via: [${listed(via)}] contradict each other. Leave via out, or add 'application-profile'.`,
    );
  }
}

/** @throws InvalidArgumentError where the profile that the model was named by is not the one that is asked for */
export function refuseTwoProfiles({ profileId }: Subject, { applicationProfile }: ResolvedConstraints): void {
  if (profileId !== undefined && applicationProfile !== undefined && profileId !== applicationProfile) {
    throw new InvalidArgumentError(
      `The model was named by the profile ${profileId}, and applicationProfile names another: ${applicationProfile}. Name the model by its own id.`,
    );
  }
}

/** Options of a run with their defaults, and the constraints on its routes apart. */
export interface ResolvedRunOptions {
  readonly constraints: RouteConstraints;
  readonly signal: AbortSignal | undefined;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly firstByteTimeoutMs: number | 'adaptive' | undefined;
  readonly idleTimeoutMs: number | undefined;
  readonly retriesAmbiguous: boolean;
  readonly acceptAgreements: boolean;
  readonly affinityKey: string | undefined;
  readonly onAttempt: ((attempt: AttemptEvent) => void) | undefined;
  /** What the call needs at most. */
  readonly tokens: number | undefined;
}

const MAX_TIMER_MS = 2 ** 31 - 1;
/** Enough to get past several regions with several routes each; refused calls cost little. */
const DEFAULT_MAX_ATTEMPTS = 20;
const DEFAULT_TIMEOUT_MS = 300_000;

const ATTEMPTS = 'a whole number from 1 to 1000';
const TIMEOUT = `a number of milliseconds above 0 and at most ${MAX_TIMER_MS}`;

const timerMs = () => z.number({ error: TIMEOUT }).gt(0).lte(MAX_TIMER_MS);
const timeout = () => timerMs().optional();

const TOKENS = '{ input, maxOutput }, numbers of tokens of at least 0';
const amount = () => z.number({ error: TOKENS }).gte(0, { error: TOKENS });

const runSchema = z.strictObject(
  {
    ...CONSTRAINT_SHAPE,
    signal: z.custom<AbortSignal>(isSignal, { error: 'an AbortSignal' }).optional(),
    maxAttempts: z.int({ error: ATTEMPTS }).min(1).max(1_000).optional(),
    timeoutMs: timeout(),
    firstByteTimeoutMs: z.union([timerMs(), z.literal('adaptive')], { error: `'adaptive', or ${TIMEOUT}` }).optional(),
    idleTimeoutMs: timeout(),
    onAmbiguous: z.enum(['throw', 'retry'], { error: "one of 'throw', 'retry'" }).optional(),
    acceptAgreements: z.boolean({ error: 'true or false' }).optional(),
    tokens: z.strictObject({ input: amount(), maxOutput: amount() }, { error: TOKENS }).optional(),
    affinityKey: z.string({ error: 'a text' }).min(1).optional(),
    onAttempt: z
      .custom<(attempt: AttemptEvent) => void>((given) => typeof given === 'function', { error: 'a function' })
      .optional(),
  },
  { error: 'an object' },
);

/** @throws InvalidArgumentError that says which option is wrong and what is accepted */
export function resolveRunOptions(given: RunOptions): ResolvedRunOptions {
  const { signal, maxAttempts, timeoutMs, firstByteTimeoutMs, idleTimeoutMs, ...others } = validate(runSchema, given);
  const { onAmbiguous, acceptAgreements, affinityKey, tokens, onAttempt, ...constraints } = others;
  return {
    constraints,
    signal,
    maxAttempts: maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
    timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS,
    firstByteTimeoutMs,
    idleTimeoutMs,
    retriesAmbiguous: onAmbiguous === 'retry',
    acceptAgreements: acceptAgreements ?? false,
    affinityKey,
    onAttempt,
    tokens: tokens && tokens.input + tokens.maxOutput,
  };
}

/** Of any realm. */
function isSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value;
}
