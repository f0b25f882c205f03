import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

/** Where something is in a value: of an object or list, one member. */
interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

type Change = (place: Place, all: readonly Place[]) => void;

const DEPTH = 20_000;

/** What would fill pages where a failure is printed stands for itself until it is used. */
const LARGE: Readonly<Record<string, string>> = {
  '<huge text>': JSON.stringify('x'.repeat(100_000)),
  '<huge list>': JSON.stringify(Array.from({ length: 2_000 }, (_, index) => `item-${index}`)),
  '<list of nothing>': JSON.stringify(Array.from({ length: 500 }, () => ({}))),
  '<huge object>': JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, index]))),
  '<deep list>': '['.repeat(DEPTH) + ']'.repeat(DEPTH),
  '<deep object>': '{"a":'.repeat(DEPTH) + '1' + '}'.repeat(DEPTH),
};
/** As JSON has it: an own member, which an assignment would make the prototype. */
const POLLUTING = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';

/** Names that objects have without anybody having given them, or that somebody treats specially. */
const INHERITED = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'toJSON',
  'then',
  'length',
  '',
];

const TEXTS = [
  '',
  ' ',
  '\0',
  '\u202Eelgoog\u2028',
  '\uD800',
  '👩‍👩‍👧‍👦 e\u0301\u200D',
  'NaN',
  '-1',
  '9'.repeat(400),
  '<script>alert(1)</script>',
  '\u001B[2J',
  '%00/../../etc/passwd',
  '${jndi:ldap://localhost/a}',
  ...INHERITED,
];

/** Of which some are none, and some lie beyond what a `Date` can hold. */
const TIMES = [
  '2026-13-45T99:99:99Z',
  '0000-00-00T00:00:00.000Z',
  '+275760-09-13T00:00:00.000Z',
  '+275760-09-13T00:00:00.001Z',
  '-271821-04-20T00:00:00.000Z',
  '1',
  'yesterday',
  '2026-03-01T00:00:00+99:99',
];

const ARNS = [
  'arn:',
  'arn:aws:bedrock:::foundation-model/',
  'arn:aws:bedrock:eu-west-1::foundation-model/__proto__',
  'arn:aws:bedrock:nowhere-9:000000000000:inference-profile/constructor',
  'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/../../x',
  `arn:aws:bedrock:eu-west-1:${'1'.repeat(3_000)}:foundation-model/x`,
  'arn:aws-x:bedrock:eu-west-1::foundation-model/a b\n',
];

const NUMBERS = [0, -0, -1, 0.5, 1e308, -1e308, 8.64e15, 8.64e15 + 1, Number.MAX_SAFE_INTEGER + 2, 2 ** 31, 5e-324];

/** Made anew each time: what is made once would be frozen by whoever is given it. */
const STRANGE: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => false,
  () => [],
  () => ({}),
  () => [null],
  () => [[]],
  () => JSON.parse(POLLUTING) as unknown,
  ...Object.keys(LARGE).map((name) => () => name),
];

const replacing =
  (make: () => unknown): Change =>
  ({ holder, key }) =>
    define(holder, key, make());
const changing =
  (change: (value: unknown) => unknown): Change =>
  ({ holder, key }) =>
    define(holder, key, change(holder[key]));

const CHANGE: fc.Arbitrary<Change> = fc.oneof(
  fc.constant(remove),
  fc.constantFrom(...STRANGE).map(replacing),
  fc.constantFrom<unknown>(...TEXTS, ...TIMES, ...ARNS, ...NUMBERS).map((value) => replacing(() => value)),
  fc.jsonValue({ maxDepth: 3 }).map((value) => replacing(() => structuredClone(value))),
  fc.constantFrom(...INHERITED).map((name) => adding(name)),
  fc.constantFrom(...INHERITED).map((name) => renaming(name)),
  fc.constant(changing((value) => [value])),
  fc.constant(changing((value) => ({ value }))),
  fc.constant(changing((value) => (typeof value === 'number' ? -value : JSON.stringify(value)))),
  // An entry twice, with and without its members.
  fc.constant(
    changing((value) => (Array.isArray(value) ? [...(value as unknown[]), ...structuredClone(value)] : value)),
  ),
  // What would be right elsewhere.
  fc.nat().map((other): Change => (place, all) => {
    const { holder, key } = all[other % all.length] as Place;
    define(place.holder, place.key, structuredClone(holder[key]));
  }),
);

/** JSON of a value that was changed in one to four places, wherever they are; to be read by {@link inFull}. */
export function mutated(values: readonly unknown[]): fc.Arbitrary<string> {
  const step = fc.record({ where: fc.nat(), change: CHANGE });
  return fc
    .record({ value: fc.constantFrom(...values), steps: fc.array(step, { minLength: 1, maxLength: 4 }) })
    .map(({ value, steps }) => {
      const root: Record<string, unknown> = { value: structuredClone(value) };
      for (const { where, change } of steps) {
        const all = placesOf(root);
        const place = all[where % all.length];
        if (place !== undefined) {
          change(place, all);
        }
      }
      return JSON.stringify(root['value'] ?? null);
    });
}

/** The JSON that goes over the wire or into a file. */
export function inFull(json: string): string {
  return json.replaceAll(/"(<[a-z ]+>)"/g, (text, name: string) => LARGE[name] ?? text);
}

/** A text that is not what it was, mostly not JSON any more. */
export function garbled(text: string): fc.Arbitrary<Uint8Array> {
  const bytes = Buffer.from(text);
  const at = fc.nat({ max: bytes.length });
  return fc.oneof(
    at.map((length) => bytes.subarray(0, length)),
    fc.record({ at, junk: fc.uint8Array({ maxLength: 8 }) }).map((put) => insert(bytes, put.at, put.junk)),
    fc.record({ at, xor: fc.integer({ min: 1, max: 255 }) }).map((put) => flip(bytes, put.at, put.xor)),
    at.map((from) => Buffer.concat([bytes.subarray(from), bytes.subarray(0, from)])),
    fc
      .constantFrom(
        '',
        ' ',
        'null',
        '[]',
        '"x"',
        'NaN',
        '{"a":1e999}',
        '{}{}',
        '<html></html>',
        `\uFEFF${text}`,
        POLLUTING,
      )
      .map((other) => Buffer.from(other)),
    fc.constant(gzipSync(bytes)),
    fc.constant(Buffer.from(text, 'utf16le')),
    fc.uint8Array({ maxLength: 64 }),
  );
}

function insert(bytes: Uint8Array, at: number, junk: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), junk, bytes.subarray(at)]);
}

function flip(bytes: Uint8Array, at: number, xor: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy[at % Math.max(1, copy.length)] = (copy[at % Math.max(1, copy.length)] ?? 0) ^ xor;
  return copy;
}

function placesOf(root: Record<string, unknown>): readonly Place[] {
  const places: Place[] = [];
  const pending = [root];
  for (const holder of pending) {
    for (const key of Object.keys(holder)) {
      places.push({ holder, key });
      const member = holder[key];
      if (typeof member === 'object' && member !== null) {
        pending.push(member as Record<string, unknown>);
      }
    }
  }
  return places;
}

function remove({ holder, key }: Place): void {
  if (Array.isArray(holder)) {
    holder.splice(Number(key), 1);
  } else {
    delete holder[key];
  }
}

function adding(name: string): Change {
  return ({ holder, key }) => {
    const value = holder[key];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      define(value, name, JSON.parse(POLLUTING));
    }
  };
}

function renaming(name: string): Change {
  return (place) => {
    const value = place.holder[place.key];
    if (!Array.isArray(place.holder)) {
      delete place.holder[place.key];
      define(place.holder, name, value);
    }
  };
}

/** As `JSON.parse` sets members, whatever their names. */
function define(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}
