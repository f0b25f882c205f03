import type { LoggerService } from '@nestjs/common';
import type { Output } from '../cli-context.js';
import { oneLine } from '../output/text.js';

/** Writes what the library logs beside the answer, one line each. */
export class StderrLogger implements LoggerService {
  constructor(private readonly output: Output) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.#write('', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error: ', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warning: ', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug: ', message, rest);
  }

  #write(level: string, message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1);
    this.output.write(`${level}${typeof context === 'string' ? `[${context}] ` : ''}${oneLine(String(message))}\n`);
  }
}
