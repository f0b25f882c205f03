import type { Output } from '../cli-context.js';
import type { Palette } from './palette.js';
import { type Column, renderTable, renderTabSeparated } from './table.js';

export type Format = 'text' | 'json' | 'csv';

/** Of a terminal that does not say how wide it is. */
const USUAL_WIDTH = 80;

/** Writes answers: tables for a terminal, tabs for a pipe, CSV or JSON where asked for. */
export class Printer {
  constructor(
    private readonly output: Output,
    readonly format: Format,
    readonly palette: Palette,
    /** Whether lines may be wider than the terminal. */
    private readonly wide = false,
    /** Whether nothing is to be said beside the answer. */
    readonly quiet = false,
  ) {}

  /** Whether a person reads along, so that an answer may be arranged for the eye. */
  get forEyes(): boolean {
    return this.format === 'text' && this.output.isTTY === true;
  }

  get width(): number {
    return this.output.columns !== undefined && this.output.columns > 0 ? this.output.columns : USUAL_WIDTH;
  }

  /** @param data what `--json` prints in the place of the rows */
  async print<T>(rows: readonly T[], columns: readonly Column<T>[], data: unknown = rows): Promise<void> {
    switch (this.format) {
      case 'json':
        this.json(data);
        return;
      case 'csv': {
        const { toCsv } = await import('./csv.js');
        this.output.write(toCsv(rows, columns));
        return;
      }
      case 'text': {
        if (this.forEyes) {
          this.table(rows, columns);
        } else {
          this.lines(renderTabSeparated(rows, columns));
        }
      }
    }
  }

  /** For a terminal. */
  table<T>(rows: readonly T[], columns: readonly Column<T>[]): void {
    const { palette } = this;
    this.lines(renderTable(rows, columns, { width: this.wide ? Number.POSITIVE_INFINITY : this.width, palette }));
  }

  json(data: unknown): void {
    this.output.write(`${JSON.stringify(data, null, 2)}\n`);
  }

  /** One value in one line, for what goes on and on. */
  jsonLine(data: unknown): void {
    this.output.write(`${JSON.stringify(data)}\n`);
  }

  raw(text: string): void {
    this.output.write(text);
  }

  lines(lines: readonly string[]): void {
    this.output.write(lines.map((line) => `${line}\n`).join(''));
  }
}
