import { expect, it } from '@jest/globals';
import * as enumerations from './enumerations.js';

const { ACCESS_STATES, ACCESS_TEXTS, FAILURE_KINDS, FAILURE_WORDS, GEOGRAPHIES, GEOGRAPHY_LABELS } = enumerations;
const { LISTING_LABELS, LISTING_NAMES, RETENTION_MODES, RETENTION_WORDS } = enumerations;
const {
  API_WORDS,
  APIS,
  PRICE_SOURCE_WORDS,
  PRICE_SOURCES,
  REJECTION_CODES,
  REJECTION_WORDS,
  VERDICT_CODES,
  VERDICT_WORDS,
  VIA_WORDS,
  VIAS,
} = enumerations;

it('enumerations are plain data, so that an application can hand them on to its page', () => {
  expect(JSON.parse(JSON.stringify(enumerations))).toEqual({ ...enumerations });
});

it.each([
  ['access', ACCESS_STATES, ACCESS_TEXTS],
  ['failures', FAILURE_KINDS, FAILURE_WORDS],
  ['geographies', Object.keys(GEOGRAPHIES), GEOGRAPHY_LABELS],
  ['listings', LISTING_NAMES, LISTING_LABELS],
  ['APIs', APIS, API_WORDS],
  ['data retention', RETENTION_MODES, RETENTION_WORDS],
  ['sources of prices', PRICE_SOURCES, PRICE_SOURCE_WORDS],
  ['rejections', REJECTION_CODES, REJECTION_WORDS],
  ['verdicts', VERDICT_CODES, VERDICT_WORDS],
  ['ways to invoke', VIAS, VIA_WORDS],
])('each value of %s has its words', (_, values, words: Readonly<Record<string, string>>) => {
  expect(Object.keys(words).sort()).toEqual([...values].sort());
  expect(Object.values(words).filter((text) => text === '')).toEqual([]);
});
