import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RetiringModel } from 'nestjs-bedrock-discovery';
import { toTable } from './retirement-table.js';

const OLD: RetiringModel = {
  modelId: 'maker.old',
  modelName: 'Old',
  providerName: 'Maker',
  regions: ['eu-west-1', 'us-east-1'],
  status: 'LEGACY',
  endOfLifeTime: '2026-12-31T23:00:00Z',
  daysToEndOfLife: 35,
  supersededBy: [{ modelId: 'maker.new', modelName: 'New', regions: ['eu-west-1'] }],
};
const NAMES =
  'modelId,modelName,providerName,status,legacyTime,publicExtendedAccessTime,endOfLifeTime,daysToEndOfLife,regions,supersededBy';

/** As RFC 4180 has it: records end in CRLF; a field in quotes may hold commas, lines and, doubled, quotes. */
function read(table: string): string[][] {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const records: string[][] = [[]];
  while (field.lastIndex < table.length) {
    const [, quoted, plain = '', end] = field.exec(table) ?? [];
    if (end === undefined) {
      throw new Error(`No field begins at ${field.lastIndex}.`);
    }
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') {
      records.push([]);
    }
  }
  return records.slice(0, -1);
}

it('the table of models that retire has the names of its columns, and a row for each model', () => {
  expect(read(toTable([OLD]))).toEqual([
    NAMES.split(','),
    ['maker.old', 'Old', 'Maker', 'LEGACY', '', '', '2026-12-31T23:00:00Z', '35', 'eu-west-1 us-east-1', 'maker.new'],
  ]);
});

it('names come back from the table as they are, and a spreadsheet calculates none of them', () => {
  const name = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('=1+1', '+1', '-1', '@SUM(A1)', 'a,"b"\r\nc'));
  fc.assert(
    fc.property(name, (modelName) => {
      const [, row = []] = read(toTable([{ ...OLD, modelName }]));
      expect(row).toHaveLength(10);
      expect(row[1]).toBe(/^[=+\-@\t\r＝＋－＠]/.test(modelName) ? `'${modelName}` : modelName);
      expect(row[1]).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});
