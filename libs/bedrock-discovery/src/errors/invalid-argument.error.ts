import { BedrockDiscoveryError } from './bedrock-discovery.error.js';

/**
 * A method was called with a value that it does not accept.
 *
 * @publicApi
 */
export class InvalidArgumentError extends BedrockDiscoveryError {
  constructor(message: string) {
    super('INVALID_ARGUMENT', message);
  }
}
