import { registerAs } from '@nestjs/config';
import { optionsFromEnvironment } from '../options/environment.js';

export { optionsFromEnvironment } from '../options/environment.js';

/**
 * The module's options from environment variables named `BEDROCK_DISCOVERY_…`, as a namespace of `@nestjs/config`:
 * `BedrockDiscoveryModule.forRootAsync(bedrockDiscoveryConfig.asProvider())`.
 *
 * @publicApi
 */
export const bedrockDiscoveryConfig = registerAs('bedrockDiscovery', () => optionsFromEnvironment());
