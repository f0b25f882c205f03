import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { toCsv } from './csv.js';
import { createPalette } from './palette.js';
import { type Column, renderTable, renderTabSeparated } from './table.js';
import { oneLine } from './text.js';

type Row = readonly string[];

const palette = createPalette(true);

function column(index: number, settings: Partial<Column<Row>> = {}): Column<Row> {
  return { name: `c${index}`, title: `C${index}`, text: (row) => row[index] ?? '', ...settings };
}

/** Names as accounts give them: of any script, with controls in them, empty. */
const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom('', '請求書の要約', '\x1b[31mred', 'a\tb\r\nc', '👩‍👩‍👧‍👦 family', 'anthropic.claude-opus-4-7'),
);

const table = fc.integer({ min: 1, max: 7 }).chain((count) =>
  fc.record({
    rows: fc.array(fc.array(cell, { minLength: count, maxLength: count }), { maxLength: 8 }),
    columns: fc.tuple(
      ...Array.from({ length: count }, (_, index) =>
        fc
          .record({
            align: fc.constantFrom('left' as const, 'right' as const),
            cut: fc.constantFrom('end' as const, 'middle' as const),
            essential: fc.boolean(),
          })
          .map((settings) => column(index, settings)),
      ),
    ),
  }),
);

describe('a table on a terminal', () => {
  it('has no line that is wider than the terminal', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 160 }), ({ rows, columns }, width) => {
        const lines = renderTable(rows, columns, { width, palette });
        expect(lines.length).toBeGreaterThan(rows.length);
        expect(lines.filter((line) => stringWidth(line) > width || /[\r\n\t]/.test(line))).toEqual([]);
      }),
    );
  });

  it('leaves out nothing of what is in it, however narrow the terminal is', () => {
    const squeezed = (text: string): string => text.replaceAll(/\s+/g, '');
    fc.assert(
      fc.property(table, fc.integer({ min: 20, max: 160 }), ({ rows, columns }, width) => {
        const lines = renderTable(rows, columns, { width, palette: createPalette(false) });
        const all = squeezed(lines.join(' '));
        const cells = rows.flatMap((row) => columns.map(({ text }) => squeezed(oneLine(text(row)))));
        expect(cells.filter((text) => !all.includes(text))).toEqual([]);
      }),
    );
  });

  it('has one line for each row where all fits, as without a limit', () => {
    fc.assert(
      fc.property(table, ({ rows, columns }) => {
        const lines = renderTable(rows, columns, { width: Number.POSITIVE_INFINITY, palette });
        expect(lines).toHaveLength(rows.length + 1);
      }),
    );
  });

  it('lets nothing through that would move the cursor or change colours', () => {
    const plain = createPalette(false);
    fc.assert(
      fc.property(table, ({ rows, columns }) => {
        const lines = renderTable(rows, columns, { width: 100, palette: plain });
        expect(lines.join('')).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
      }),
    );
  });

  const rows: Row[] = [['eu-west-1', 'eu.anthropic.claude-opus-4-7', 'eu-central-1, eu-north-1', '']];
  const columns = [column(0, { essential: true }), column(1, { essential: true, cut: 'middle' }), column(2), column(3)];
  const lines = (width: number): string[] => renderTable(rows, columns, { width, palette: createPalette(false) });

  it('shows everything where there is room, but for columns without content', () => {
    expect(lines(80)).toEqual([
      'C0         C1                            C2',
      'eu-west-1  eu.anthropic.claude-opus-4-7  eu-central-1, eu-north-1',
    ]);
  });

  it('puts below the line of a row what has no place in it, and what is cut there', () => {
    expect(lines(48)).toEqual([
      'C0         C1',
      'eu-west-1  eu.anthropic.claude-opus-4-7',
      '    c2 eu-central-1, eu-north-1',
    ]);
    expect(lines(25).slice(1)).toEqual([
      'eu-west-1  eu.anth…us-4-7',
      '    c1',
      '    eu.anthropic.claude-o',
      '    pus-4-7',
      '    c2 eu-central-1,',
      '    eu-north-1',
    ]);
  });
});

describe('a table in a pipe', () => {
  it('keeps its columns whatever is in them', () => {
    fc.assert(
      fc.property(table, ({ rows, columns }) => {
        const lines = renderTabSeparated(rows, columns);
        expect(lines).toHaveLength(rows.length + 1);
        expect(lines.every((line) => line.split('\t').length === columns.length && !/[\r\n]/.test(line))).toBe(true);
      }),
    );
  });
});

describe('CSV', () => {
  const columns = [column(0), column(1)];

  it('quotes what RFC 4180 wants quoted, and nothing else', () => {
    const rows: Row[] = [
      ['plain', 'a,b'],
      ['say "so"', 'two\r\nlines'],
      ['', '請求書'],
    ];
    expect(toCsv(rows, columns)).toBe('c0,c1\r\nplain,"a,b"\r\n"say ""so""",two lines\r\n,請求書\r\n');
  });

  it('holds no formula for a spreadsheet to calculate, and numbers as they are', () => {
    const rows: Row[] = [
      ['=1+1', '+1'],
      ['@SUM(A1)', '-cmd|x'],
      ['\t=1', '\r\n@x'],
      ['＝1', '-12'],
      ['-0.5', 'a=1'],
    ];
    expect(toCsv(rows, columns, { heading: false })).toBe(
      "'=1+1,'+1\r\n'@SUM(A1),'-cmd|x\r\n'=1,'@x\r\n'＝1,-12\r\n-0.5,a=1\r\n",
    );
  });

  it('holds no cell that is a formula or leaves its line, whatever comes', () => {
    const hostile = fc.string({
      unit: fc.oneof(fc.constantFrom(...'=+-@\t\r\n\u0000\u001b\u202e\u2028"'), fc.string({ unit: 'grapheme' })),
    });
    fc.assert(
      fc.property(hostile, (text) => {
        const line = toCsv([[text] as Row], [column(0)], { heading: false }).slice(0, -2);
        expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
        expect(line.replace(/^"/, '')).not.toMatch(/^(?!-\d+(\.\d+)?$)[=+\-@]/);
      }),
    );
  });
});
