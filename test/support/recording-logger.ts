import type { LoggerService, LogLevel } from '@nestjs/common';

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly context: string | undefined;
}

/** Keeps what is logged. */
export class RecordingLogger implements LoggerService {
  readonly lines: LogLine[] = [];

  readonly log = this.#at('log');
  readonly error = this.#at('error');
  readonly warn = this.#at('warn');
  readonly debug = this.#at('debug');
  readonly verbose = this.#at('verbose');
  readonly fatal = this.#at('fatal');

  /** Messages of one level by the library's own classes. */
  of(level: LogLevel): string[] {
    return this.lines.filter((line) => line.level === level).map(({ message }) => message);
  }

  #at(level: LogLevel): (message: unknown, ...rest: unknown[]) => void {
    return (message, ...rest) => {
      const context = rest.at(-1);
      this.lines.push({
        level,
        message: [message, ...rest.slice(0, -1)].map(String).join(' '),
        context: typeof context === 'string' ? context : undefined,
      });
    };
  }
}
