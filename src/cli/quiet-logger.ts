import { ConsoleLogger } from '@nestjs/common';

/** Nest tells of each module and route at start, which would bury what a reader looks for. */
const CHATTY = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory', 'NestApplication']);

/** Logs what happens, without the list of what there is. */
export class QuietLogger extends ConsoleLogger {
  constructor() {
    super({ logLevels: ['fatal', 'error', 'warn', 'log'] });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (!CHATTY.has(String(rest.at(-1)))) {
      super.log(message, ...(rest as [string]));
    }
  }
}
