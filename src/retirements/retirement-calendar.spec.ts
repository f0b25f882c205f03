import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RetiringModel } from 'nestjs-bedrock-discovery';
import { toCalendar } from './retirement-calendar.js';

const AT = '2026-08-22T12:00:00.000Z';

function retiring(model: Partial<RetiringModel>): RetiringModel {
  return {
    modelId: 'maker.old',
    modelName: 'Old',
    providerName: 'Maker',
    regions: ['eu-west-1'],
    status: 'LEGACY',
    endOfLifeTime: '2026-12-31T23:00:00Z',
    supersededBy: [],
    ...model,
  };
}

const lines = (models: readonly RetiringModel[]): string[] => toCalendar(models, AT).split('\r\n');
const unfolded = (models: readonly RetiringModel[]): string[] =>
  toCalendar(models, AT).replaceAll('\r\n ', '').split('\r\n');

describe('the calendar of models that retire', () => {
  it('has the last day of each, with its regions and what comes instead', () => {
    const supersededBy = [{ modelId: 'maker.new', modelName: 'New, improved', regions: ['eu-west-1'] }];
    expect(unfolded([retiring({ supersededBy, regions: ['eu-west-1', 'us-east-1'] })])).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//bedrock-explorer//Models that retire//EN',
      'CALSCALE:GREGORIAN',
      'NAME:Amazon Bedrock: models that retire',
      'X-WR-CALNAME:Amazon Bedrock: models that retire',
      'REFRESH-INTERVAL;VALUE=DURATION:P1D',
      'BEGIN:VEVENT',
      'UID:maker.old/2026-12-31@bedrock-explorer',
      'DTSTAMP:20260822T120000Z',
      'DTSTART;VALUE=DATE:20261231',
      'SUMMARY:Old ends on Amazon Bedrock',
      String.raw`DESCRIPTION:maker.old\nIn eu-west-1\, us-east-1.\nInstead: New\, improved.`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  it('has one day where regions differ in something else, several where they end on several, and none without a date', () => {
    const uids = unfolded([
      retiring({}),
      retiring({ regions: ['us-east-1'], legacyTime: '2026-01-01T00:00:00Z' }),
      retiring({ regions: ['us-west-2'], endOfLifeTime: '2027-01-31T00:00:00Z' }),
      retiring({ modelId: 'maker.undated', endOfLifeTime: undefined }),
    ]).filter((line) => line.startsWith('UID:'));
    expect(uids).toEqual(['UID:maker.old/2026-12-31@bedrock-explorer', 'UID:maker.old/2027-01-31@bedrock-explorer']);
  });

  it('keeps to lines of 75 octets and breaks out of none, whatever models are called', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 120 });
    fc.assert(
      fc.property(name, (modelName) => {
        const folded = lines([retiring({ modelName })]);
        expect(folded.filter((line) => Buffer.byteLength(line) > 75)).toEqual([]);
        expect(folded.filter((line) => line.startsWith('BEGIN:'))).toEqual(['BEGIN:VCALENDAR', 'BEGIN:VEVENT']);
        expect(folded.filter((line) => line.startsWith('UID:'))).toHaveLength(1);
      }),
    );
  });
});
