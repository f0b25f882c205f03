import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULTS, formatLink, PANELS, parseLink, type ViewSettings } from './view-settings.js';

const settings: fc.Arbitrary<ViewSettings> = fc.record({
  search: fc.string(),
  provider: fc.string(),
  modality: fc.string(),
  geography: fc.string(),
  lifecycle: fc.constantFrom('', 'ACTIVE', 'LEGACY'),
  invocable: fc.boolean(),
  variants: fc.boolean(),
  sort: fc.string({ minLength: 1 }),
  descending: fc.boolean(),
  columns: fc.constantFrom('geography', 'latency', 'name'),
  cells: fc.constantFrom('ways', 'price', 'quota'),
  quarter: fc.string(),
  compare: fc.string(),
  panel: fc.constantFrom('', ...PANELS),
  model: fc.string(),
  region: fc.string(),
  ask: fc.dictionary(fc.string({ minLength: 1 }), fc.string({ minLength: 1 })).map((ask) => ({ ...ask })),
});

it('what a link carries is what was shown', () => {
  fc.assert(fc.property(settings, (shown) => expect(parseLink(`#${formatLink(shown)}`)).toEqual(shown)));
});

it('a link is empty where all is as usual, and keeps ids legible', () => {
  expect(formatLink(DEFAULTS)).toBe('');
  expect(formatLink({ ...DEFAULTS, panel: 'cell', model: 'a.b-v1:0', ask: { preferred: 'eu-west-1,eu-west-3' } })).toBe(
    'panel=cell&model=a.b-v1:0&ask.preferred=eu-west-1,eu-west-3',
  );
});

it('whatever stands in a link, it is read as something that can be shown', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webQueryParameters()), (link) => {
      const read = parseLink(link);
      expect(['', ...PANELS]).toContain(read.panel);
      expect(['geography', 'latency', 'name']).toContain(read.columns);
      expect(read.sort).not.toBe('');
    }),
  );
});
