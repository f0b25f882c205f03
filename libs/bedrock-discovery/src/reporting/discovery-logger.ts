import { Logger } from '@nestjs/common';

/** What a line of the log says, as data: JSON-safe, and nothing secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** How lines are written. */
export interface LogSettings {
  readonly isStructured: boolean;
  /** Empty for the registration without a name. */
  readonly registration: string;
}

/**
 * Nest's logger as the library uses it: lines of text, or objects of which `msg` is that text, `event` tells lines apart
 * without reading it, and the rest is what it speaks of.
 */
export class DiscoveryLogger {
  readonly #logger: Logger;

  constructor(
    context: string,
    private readonly settings: LogSettings,
  ) {
    this.#logger = new Logger(context);
  }

  debug(event: string, text: string, fields?: LogFields): void {
    this.#logger.debug(this.#line(event, text, fields));
  }

  log(event: string, text: string, fields?: LogFields): void {
    this.#logger.log(this.#line(event, text, fields));
  }

  warn(event: string, text: string, fields?: LogFields): void {
    this.#logger.warn(this.#line(event, text, fields));
  }

  #line(event: string, text: string, fields: LogFields = {}): object | string {
    const { isStructured, registration } = this.settings;
    return isStructured ? { event, msg: text, ...(registration !== '' && { registration }), ...fields } : text;
  }
}
