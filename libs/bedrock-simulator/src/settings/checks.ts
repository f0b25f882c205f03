/** Refuses a setting: says which, what is accepted, and what came instead. */
export function refuse(setting: string, accepted: string, value: unknown): never {
  throw new RangeError(`bedrock-simulator: ${setting} must be ${accepted}; got ${quote(value)}.`);
}

export function checkKeys(what: string, value: object, accepted: readonly string[]): void {
  const unknown = Object.keys(value).find((key) => !accepted.includes(key));
  if (unknown === undefined) {
    return;
  }
  throw new RangeError(`bedrock-simulator: ${what} has no "${unknown}"; accepted are ${accepted.join(', ')}.`);
}

export function checkNumber(setting: string, value: unknown, minimum: number, maximum = Infinity): number {
  if (typeof value === 'number' && value >= minimum && value <= maximum) {
    return value;
  }
  const range = maximum === Infinity ? `a number from ${minimum} up` : `a number from ${minimum} to ${maximum}`;
  return refuse(setting, range, value);
}

export function checkInteger(setting: string, value: unknown, minimum: number, maximum = Infinity): number {
  if (Number.isInteger(value)) {
    return checkNumber(setting, value, minimum, maximum);
  }
  return refuse(setting, `a whole number from ${minimum}${maximum === Infinity ? ' up' : ` to ${maximum}`}`, value);
}

export function checkText(setting: string, value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : refuse(setting, 'a text that is not empty', value);
}

export function checkTexts(setting: string, value: unknown): readonly string[] {
  const texts =
    Array.isArray(value) && value.every((item): item is string => typeof item === 'string') ? value : undefined;
  return texts ?? refuse(setting, 'a list of texts', value);
}

export function checkOneOf<T extends string>(setting: string, value: unknown, accepted: readonly T[]): T {
  const match = accepted.find((candidate) => candidate === value);
  return match ?? refuse(setting, `one of ${accepted.join(', ')}`, value);
}

function quote(value: unknown): string {
  const text = typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
