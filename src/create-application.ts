import type { INestApplication, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { BedrockSimulator, SimulatorOptions } from 'bedrock-simulator';
import type { BedrockDiscoveryOptions } from 'nestjs-bedrock-discovery';
import { conditionalRequests } from './caching/conditional-requests.js';
import { etagOf } from './caching/etag.js';
import { ExplorerModule } from './explorer.module.js';
import { serveDocumentation } from './openapi/serve-documentation.js';
import type { AccessOptions } from './security/access.options.js';
import { identified, jsonOnly, ownRequestsOnly } from './security/front-door.js';
import { compressed } from './responses/compressed.js';
import { securityHeaders } from './security/security-headers.js';
import { awsSource } from './source/aws-source.js';
import type { DiscoverySource } from './source/discovery-source.js';
import { simulatedSource } from './source/simulated-source.js';

export type ApplicationOptions = (
  | {
      /** Starts a simulator of its own, with all regions enabled unless told otherwise, and stops it at the end. */
      simulator: SimulatorOptions;
      /** Options of the library on top of those that lead to the simulator. */
      discovery?: BedrockDiscoveryOptions;
      /** Prepares the simulator before anything is asked; what it returns is called at the end. */
      prepare?: (simulator: BedrockSimulator) => () => void;
    }
  | {
      /** Real AWS, with options from the environment. */
      aws: true;
    }
) & {
  /** Default: Nest's own; `false` for silence. */
  logger?: LoggerService | false;
  /** Default: this machine alone, without a token. */
  access?: AccessOptions;
};

/** Of a body; a question to a model is shorter. */
const LARGEST_BODY = '100kb';

/**
 * The application, ready to be started with `listen()` or `init()`.
 *
 * @throws InvalidOptionsError for an option, or a variable of the environment, that is not accepted
 */
export async function createApplication(options: ApplicationOptions): Promise<INestApplication> {
  const { access = {} } = options;
  const source: DiscoverySource =
    'aws' in options ? awsSource() : await simulatedSource(options.simulator, options.discovery, options.prepare);
  try {
    const app = await NestFactory.create<NestExpressApplication>(ExplorerModule.over(source, access), {
      abortOnError: false,
      // Forms are not taken, so that they need not be read either.
      bodyParser: false,
      // Browsers keep connections open, which would hold up the end.
      forceCloseConnections: true,
      ...(options.logger !== undefined && { logger: options.logger }),
    });
    app.set('etag', etagOf);
    app.use(
      identified,
      securityHeaders(),
      ownRequestsOnly(access.hosts ?? []),
      jsonOnly,
      conditionalRequests,
      compressed(),
    );
    app.useBodyParser('json', { limit: LARGEST_BODY });
    serveDocumentation(app);
    return app;
  } catch (error) {
    await source.stop();
    throw error;
  }
}
