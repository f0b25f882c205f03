import { BedrockDiscoveryError } from './bedrock-discovery.error.js';

/**
 * The caller's own signal ended its wait. `cause` is the signal's reason; `name` is `AbortError`, as the platform has it.
 *
 * @publicApi
 */
export class AbortedError extends BedrockDiscoveryError {
  constructor(signal: AbortSignal) {
    super('ABORTED', 'Aborted by the caller.', { cause: signal.reason });
    this.name = 'AbortError';
  }
}
