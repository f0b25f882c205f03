import { inspect, types } from 'node:util';

/** Secrets that can be told wherever they turn up, shaped like real ones, with characters that each encoding writes otherwise. */
export const MARKED = {
  accessKeyId: 'ASIAZ7MARKEDKEY12345',
  secretAccessKey: 'wJalrXUtn/EMI+K7MDENG/bPxRfiCY+MARKEDKEY',
  sessionToken: `IQoJb3JpZ2luX2Vj${'Marked/Session+Token1234'.repeat(8)}==`,
  bearerToken: 'bedrock-api-key-TWFya2VkQmVhcmVyVG9rZW4vTWFya2Vk+0==',
  ssoToken: `aoaAAAAAG${'Marked/Sso+Token56789'.repeat(8)}`,
  proxyPassword: 'Marked/Proxy+Pass"word=1',
  redisPassword: 'Marked/Redis+Pass"word=2',
  endpointPassword: 'Marked/Url+Pass"word=3',
  explorerToken: 'Marked/Explorer+Token.of-at-least-32-characters=',
  integrityKey: 'Marked/Integrity+Key"of-at-least-32-characters',
} as const;

type Forms = Readonly<Record<string, (text: string) => readonly string[]>>;

/** Every way in which a text may stand in another. */
const FORMS: Forms = {
  plain: (text) => [text],
  'JSON-escaped': (text) => [JSON.stringify(text).slice(1, -1), JSON.stringify(JSON.stringify(text)).slice(3, -3)],
  'URL-encoded': (text) => [
    encodeURIComponent(text),
    new URLSearchParams({ a: text }).toString().slice(2),
    encodeURI(text),
  ],
  hexadecimal: (text) => [Buffer.from(text).toString('hex')],
  Base64: (text) => ['base64', 'base64url'].flatMap((encoding) => within(text, encoding as 'base64')),
};

/** Of a text that others surround in a Base64, what does not depend on them: it may begin at each third byte. */
function within(text: string, encoding: 'base64' | 'base64url'): string[] {
  return [0, 1, 2].map((shift) => {
    const bytes = Buffer.from(text).subarray(shift);
    return bytes.subarray(0, bytes.length - (bytes.length % 3)).toString(encoding);
  });
}

/** So much of a secret is one as well. */
const PART = 16;

const NEEDLES = Object.entries(MARKED).flatMap(([name, secret]) =>
  Object.entries(FORMS).flatMap(([form, write]) =>
    [secret, secret.slice(0, PART), secret.slice(-PART)]
      .flatMap(write)
      .map((needle) => ({ name, form, needle: needle.toLowerCase() })),
  ),
);

/** The secrets that a text tells, and in which form; empty as it has to be. */
export function secretsIn(text: string): string[] {
  const told = text.toLowerCase();
  const found = NEEDLES.filter(({ needle }) => told.includes(needle)).map(({ name, form }) => `${name}, ${form}`);
  return [...new Set(found)];
}

function read(value: object, key: PropertyKey): unknown {
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    // A getter of a prototype, without an instance.
    return undefined;
  }
}

/** Every text that properties lead to, by whichever way: own or hidden, of maps, sets, arrays and functions. */
export function textsWithin(root: unknown): string[] {
  const seen = new Set<unknown>([root]);
  for (const value of seen) {
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
      const properties = Reflect.ownKeys(value).map((key) => read(value, key));
      // What only looks like one is the prototype of a class.
      const items: unknown[] = types.isMap(value) || types.isSet(value) ? [...value].flat() : [];
      [...Object.keys(value), ...properties, ...items].forEach((each) => seen.add(each));
    }
  }
  return [...seen].filter((value) => typeof value === 'string');
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch (error) {
    return String(error);
  }
}

/** All that can be seen of a value. */
export function everything(value: unknown): string {
  const limits = { depth: Infinity, maxStringLength: Infinity, maxArrayLength: Infinity };
  const inspected = inspect(value, { ...limits, showHidden: true, getters: true });
  return [inspected, jsonOf(value), ...textsWithin(value)].join('\n');
}
