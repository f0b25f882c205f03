import { distance } from 'fastest-levenshtein';
import { KNOWN_REGIONS } from './partitions.js';

const MAX_DISTANCE = 2;

/** `us`, `east`, `gov` and so on: what AWS makes the names of regions from. */
const WORDS: ReadonlySet<string> = new Set([...KNOWN_REGIONS].flatMap(wordsOf));

/**
 * The region that was probably meant by a name that no partition knows and that is a letter or two off one that it does.
 * Undefined where the name is known, and where it may well be that of a new region, made of the words that others are made
 * of: `us-east-3`, `af-north-1`, and `nz-east-1` in another country.
 *
 * @publicApi
 */
export function nearestRegion(name: string): string | undefined {
  if (KNOWN_REGIONS.has(name) || isPlausible(name)) {
    return undefined;
  }
  const near = [...KNOWN_REGIONS].map((region) => ({ region, letters: distance(name, region) }));
  const nearest = near.reduce((best, each) => (each.letters < best.letters ? each : best));
  return nearest.letters <= MAX_DISTANCE ? nearest.region : undefined;
}

function isPlausible(name: string): boolean {
  const [place = '', ...rest] = wordsOf(name);
  return rest.every((word) => WORDS.has(word)) && (WORDS.has(place) || isCountry(place));
}

/** By its code of two letters. */
function isCountry(code: string): boolean {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  return /^[a-z]{2}$/.test(code) && names.of(code.toUpperCase()) !== undefined;
}

function wordsOf(name: string): string[] {
  return name.split('-').slice(0, -1);
}
