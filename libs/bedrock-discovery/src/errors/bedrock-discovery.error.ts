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
 * Base of every error that the library throws. `code` is stable across releases, `cause` holds what lies beneath
 * and the message ends in what to do about it.
 *
 * @publicApi
 */
export class BedrockDiscoveryError extends Error {
  /** Stable and machine-readable; see {@link BedrockDiscoveryErrorCode}. */
  readonly code: string;

  constructor(code: BedrockDiscoveryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

const MARK = Symbol.for('nestjs-bedrock-discovery.error');
Object.defineProperty(BedrockDiscoveryError.prototype, MARK, { value: true });

/**
 * Whether an error was thrown by this library, also when two copies of the library are loaded.
 *
 * @publicApi
 */
export function isBedrockDiscoveryError(error: unknown): error is BedrockDiscoveryError {
  return error instanceof Error && (error as unknown as Record<symbol, unknown>)[MARK] === true;
}
