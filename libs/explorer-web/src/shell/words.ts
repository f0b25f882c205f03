const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An age in the largest unit that says enough. */
export function inWords(ageMs: number): string {
  const age = Math.max(0, ageMs);
  if (age < MINUTE) {
    return `${Math.floor(age / SECOND)} s`;
  }
  if (age < HOUR) {
    return `${Math.floor(age / MINUTE)} min`;
  }
  return age < 2 * DAY ? `${Math.floor(age / HOUR)} h` : `${Math.floor(age / DAY)} d`;
}

/** A latency with as many digits as mean something. */
export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** As the first word of a sentence. */
export function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

export function dateInWords(iso: string): string {
  return DATE.format(new Date(iso));
}

/** Whole days from one time to another; negative for the past. */
export function daysBetween(from: number, iso: string): number {
  return Math.floor((Date.parse(iso) - from) / DAY);
}

/** In at most four signs or so: `.035`, `27.5`, `2M`, `400k`. */
export function shortNumber(value: number): string {
  if (value >= 1_000_000) {
    return `${Number((value / 1_000_000).toPrecision(2))}M`;
  }
  return value >= 10_000 ? `${Math.round(value / 1_000)}k` : `${Number(value.toPrecision(3))}`.replace(/^0\./, '.');
}
