import { InvalidArgumentError } from 'commander';
import { nearestRegion } from 'nestjs-bedrock-discovery/regions';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `15m` and the like, in milliseconds; a number without a unit is seconds. */
export function parseDuration(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
  const duration = Number(number) * (UNITS[unit] ?? Number.NaN);
  if (!Number.isFinite(duration) || duration <= 0) {
    throw new InvalidArgumentError('It is a time such as 500ms, 30s, 15m, 6h or 2d.');
  }
  return duration;
}

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** How long ago, as in `1d`, a day or a time of ISO 8601, or the id of a change: the time, or the id. */
export function parseSince(text: string): string {
  const given = text.trim();
  if (/^\d{13}-\d{5}$/.test(given) || (TIME.test(given) && !Number.isNaN(Date.parse(given)))) {
    return given;
  }
  if (!/^\d+(\.\d+)?(ms|s|m|h|d)$/.test(given)) {
    throw new InvalidArgumentError('It is how long ago, as in 30m, 12h or 1d, or a time such as 2026-08-22T12:00:00Z.');
  }
  return new Date(Date.now() - parseDuration(given)).toISOString();
}

export function parseDays(text: string): number {
  const days = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(days) || days < 0) {
    throw new InvalidArgumentError('It is a number of days of at least 0.');
  }
  return days;
}

export function parsePrice(text: string): number {
  const price = Number(text);
  if (text.trim() === '' || !Number.isFinite(price) || price < 0) {
    throw new InvalidArgumentError('A price of at least 0, as in 12.5.');
  }
  return price;
}

export function parseTokens(text: string): number {
  const [, number, unit = ''] = /^(\d+)(k|m)?$/i.exec(text.trim()) ?? [];
  const tokens = Number(number) * ({ k: 1_000, m: 1_000_000 }[unit.toLowerCase()] ?? 1);
  if (!Number.isSafeInteger(tokens)) {
    throw new InvalidArgumentError('It is a number of tokens such as 200000, 200k or 1m.');
  }
  return tokens;
}

/** Names between commas; may be given several times. */
export function parseList(text: string, former: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) {
    throw new InvalidArgumentError('It is a list of names between commas.');
  }
  return [...former, ...names];
}

/** A list in which the names of regions must not be slips: somebody is there to correct them. */
export function parseRegions(text: string, former: readonly string[] = []): readonly string[] {
  const names = parseList(text, former);
  for (const name of names) {
    const meant = nearestRegion(name);
    if (meant !== undefined) {
      throw new InvalidArgumentError(`No region is known by the name ${name}. Did you mean ${meant}?`);
    }
  }
  return names;
}

export function parseChoices<const T extends string>(choices: readonly T[]) {
  return (text: string, former: readonly T[] = []): readonly T[] =>
    parseList(text, former).map((name) => {
      const choice = choices.find((each) => each === name);
      if (choice === undefined) {
        throw new InvalidArgumentError(`Allowed are ${choices.join(', ')}.`);
      }
      return choice;
    });
}
