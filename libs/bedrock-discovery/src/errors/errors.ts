import { isRecord, isText, oneLine } from '../util/guards.js';
import { FAILURE_KINDS, type FailureKind } from './failure-texts.js';
import { redactedCause } from './redact.js';

/**
 * A failure of one operation in one region, in words.
 *
 * @publicApi
 */
export interface RegionFailure {
  /** What kind of failure it is, for programs. */
  readonly kind: FailureKind;
  /** What was seen. Never holds a credential, token or signature. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Whether asking again soon can succeed without anybody changing anything. */
  readonly retryable: boolean;
  /** When it was seen, ISO 8601. */
  readonly at: string;
}

/** A failure as a cache tier returned it; undefined if that is not what was stored. */
export function restoreFailure(value: unknown): RegionFailure | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { kind, message, remedy, at, retryable } = value;
  return FAILURE_KINDS.some((known) => known === kind) && [message, remedy, at].every(isText)
    ? Object.freeze({ kind, message, remedy, at, retryable: retryable === true } as RegionFailure)
    : undefined;
}

/**
 * Stable machine-readable reasons carried by {@link BedrockDiscoveryError.code}.
 *
 * @publicApi
 */
export type BedrockDiscoveryErrorCode =
  | 'INVALID_OPTIONS'
  | 'INVENTORY_UNAVAILABLE'
  | 'REGION_UNKNOWN'
  | 'REGION_FAILED'
  | 'INVALID_ARGUMENT'
  | 'MODEL_NOT_FOUND'
  | 'NO_ROUTE'
  | 'ROUTES_UNKNOWN'
  | 'ROUTES_EXHAUSTED'
  | 'MAY_HAVE_EXECUTED'
  | 'ABORTED'
  | 'SHUT_DOWN';

/**
 * Base of every error that the library throws. `code` is stable across releases, `cause` tells what lies beneath by name,
 * message, code and status, without secrets, and the message, which is one line whatever was quoted in it, ends in what to do
 * about it.
 *
 * @publicApi
 */
export class BedrockDiscoveryError extends Error {
  /** Stable and machine-readable; see {@link BedrockDiscoveryErrorCode}. */
  readonly code: BedrockDiscoveryErrorCode;

  constructor(code: BedrockDiscoveryErrorCode, message: string, options?: ErrorOptions) {
    super(oneLine(message), options?.cause === undefined ? undefined : { cause: causeOf(options.cause) });
    this.name = new.target.name;
    this.code = code;
  }
}

/** What a message sums up already: not enumerable, since logs print what is, and it repeats itself region by region. */
export function holdAside(error: BedrockDiscoveryError, details: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(details)) {
    Object.defineProperty(error, name, { value });
  }
}

/** What others threw may hold what they were called with; an error of this library holds nothing secret. */
function causeOf(error: unknown): Error {
  return isOwnError(error) ? error : redactedCause(error);
}

const MARK = Symbol.for('nestjs-bedrock-discovery.error');
Object.defineProperty(BedrockDiscoveryError.prototype, MARK, { value: true });

/** Whether an error was thrown by this library, also when two copies of the library are loaded. */
export function isOwnError(error: unknown): error is BedrockDiscoveryError {
  return error instanceof Error && (error as unknown as Record<symbol, unknown>)[MARK] === true;
}

/**
 * The caller's own signal ended its wait. `cause` is the signal's reason; `name` is `AbortError`, as the platform has it.
 *
 * @publicApi
 */
export class AbortedError extends BedrockDiscoveryError {
  declare readonly code: 'ABORTED';

  constructor(signal: AbortSignal) {
    super('ABORTED', 'Aborted by the caller.');
    this.name = 'AbortError';
    // The caller's own, which it gets back as it is.
    Object.defineProperty(this, 'cause', { value: signal.reason as unknown, writable: true, configurable: true });
  }
}

/**
 * A method was called with a value that it does not accept.
 *
 * @publicApi
 */
export class InvalidArgumentError extends BedrockDiscoveryError {
  declare readonly code: 'INVALID_ARGUMENT';

  constructor(message: string) {
    super('INVALID_ARGUMENT', message);
  }
}

/**
 * An option of the module is wrong. Thrown while the module is compiled; `option` is its path, such as `scan.concurrency`.
 *
 * @publicApi
 */
export class InvalidOptionsError extends BedrockDiscoveryError {
  declare readonly code: 'INVALID_OPTIONS';

  constructor(
    /** Path of the option, such as `scan.concurrency`. */
    readonly option: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super('INVALID_OPTIONS', `BedrockDiscoveryModule: ${problem}`, options);
  }
}

/** An answer of AWS, or of a shared tier, that is not what its operation promises. Classified, never thrown to users. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
}

/**
 * An operation was asked of one region and failed there.
 *
 * @publicApi
 */
export class RegionFailedError extends BedrockDiscoveryError {
  declare readonly code: 'REGION_FAILED';

  constructor(
    /** That was asked. */
    readonly region: string,
    /** What it failed with. */
    readonly failure: RegionFailure,
    options?: ErrorOptions,
  ) {
    super('REGION_FAILED', `${region}: ${failure.message} ${failure.remedy}`, options);
  }
}

/**
 * What a region lists is not known, or not all of it, so that neither "yes" nor "no" would be honest.
 *
 * @publicApi
 */
export class RegionUnknownError extends BedrockDiscoveryError {
  declare readonly code: 'REGION_UNKNOWN';

  constructor(
    /** Of which it is not known. */
    readonly region: string,
    /** Why, where asking failed. */
    readonly failure?: RegionFailure,
    /** Whether the region is among those that are scanned, so that asking again later can help. */
    readonly scanned = true,
    /** Entries of its list that could not be read, so that what was asked for may be among them. */
    readonly unreadable = 0,
    /** The region that was probably meant, where the name is a letter or two off it. */
    readonly nearest?: string,
  ) {
    super(
      'REGION_UNKNOWN',
      unreadable > 0
        ? `Whether ${region} lists it is not known: ${unreadable} of the entries that it lists could not be read. Scan again; if that does not help, update nestjs-bedrock-discovery.`
        : `What ${region} lists is not known: ${reason(failure, scanned, nearest)}`,
    );
  }
}

function reason(failure: RegionFailure | undefined, scanned: boolean, nearest: string | undefined): string {
  if (failure !== undefined) {
    return `${failure.message} ${failure.remedy}`;
  }
  if (scanned) {
    return 'it has not answered yet. Ask again once the scan is done, or await scanAllRegions().';
  }
  const notScanned = 'it is not among the regions that are scanned.';
  return nearest === undefined
    ? `${notScanned} Check its name, the \`regions\` option, and whether the account has opted in.`
    : `${notScanned} Did you mean ${nearest}?`;
}

/**
 * Nothing is known of any region, so that no query can be answered.
 *
 * @publicApi
 */
export class InventoryUnavailableError extends BedrockDiscoveryError {
  declare readonly code: 'INVENTORY_UNAVAILABLE';
  /** By region, why it is not known; a region that has not answered yet is missing. */
  declare readonly failures: Readonly<Record<string, RegionFailure>>;

  constructor(
    operation: string,
    failures: InventoryUnavailableError['failures'],
    hint: string,
    options?: ErrorOptions,
  ) {
    super(
      'INVENTORY_UNAVAILABLE',
      `Nothing is known from ${operation} in any region. ${summary(failures)}${hint}`,
      options,
    );
    holdAside(this, { failures });
  }
}

function summary(failures: Readonly<Record<string, RegionFailure>>): string {
  const byKind = new Map<FailureKind, { regions: string[]; failure: RegionFailure }>();
  for (const [region, failure] of Object.entries(failures)) {
    const group = byKind.get(failure.kind) ?? { regions: [], failure };
    group.regions.push(region);
    byKind.set(failure.kind, group);
  }
  return [...byKind.values()]
    .map(
      ({ regions, failure }) => `${failure.kind} in ${regions.length} region(s): ${failure.message} ${failure.remedy} `,
    )
    .join('');
}

/**
 * A text names no model that is known, or more than one.
 *
 * @publicApi
 */
export class ModelNotFoundError extends BedrockDiscoveryError {
  declare readonly code: 'MODEL_NOT_FOUND';

  constructor(
    /** What the caller wrote. */
    readonly model: string,
    /** Ids that may have been meant: of what can be invoked, nearest first; or all that bear the name, newest first. */
    readonly nearest: readonly string[],
    /** Whether all of `nearest` bear the name. */
    readonly ambiguous: boolean,
    /** Regions whose models are not known, so that the model may be there. */
    readonly unknownRegions: readonly string[],
  ) {
    super(
      'MODEL_NOT_FOUND',
      ambiguous
        ? `'${model}' names ${nearest.length} models, newest first: ${listed(nearest)}. Name one of them.`
        : `'${model}' names no model or inference profile that is known.${hints(nearest, unknownRegions)}`,
    );
  }
}

/** Ids in a message, beyond which they are counted. */
const MAX_NAMED = 6;

function listed(ids: readonly string[]): string {
  const more = ids.length - MAX_NAMED;
  return more > 0 ? `${ids.slice(0, MAX_NAMED).join(', ')} and ${more} more` : ids.join(', ');
}

function hints(nearest: readonly string[], unknownRegions: readonly string[]): string {
  const meant = nearest.length > 0 ? ` Did you mean ${nearest.join(', ')}?` : '';
  const unknown =
    unknownRegions.length > 0
      ? ` What ${unknownRegions.join(', ')} list is not known: scan again, or see their failures.`
      : '';
  return meant + unknown;
}
