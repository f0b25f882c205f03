import { validateCronExpression } from 'cron';
import { z } from 'zod';
import type { BedrockDiscoveryOptions, SharedStore } from './bedrock-discovery.options.js';
import { isRegionName } from './region-name.js';

const MAX_MS = 2 ** 31 - 1;

const between = (what: string, min: number, max: number) => `${what} from ${min} to ${max}`;
const wholeNumber = (min: number, max: number) => {
  const error = between('a whole number', min, max);
  return z.int({ error }).min(min, { error }).max(max, { error }).optional();
};
const milliseconds = (min = 1) => wholeNumber(min, MAX_MS);
/** Ages are compared and never waited for, so that they may exceed the longest timer. */
const age = () => wholeNumber(1, Number.MAX_SAFE_INTEGER);
const share = (min: number, error: string) => z.number({ error }).gte(min, { error }).lte(1, { error }).optional();
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `one of ${values.map((value) => `'${value}'`).join(', ')}` }).optional();
const flag = () => z.boolean({ error: 'true or false' }).optional();
const text = (error: string, accepts: (value: string) => boolean = (value) => value.trim() !== '') =>
  z.string({ error }).refine(accepts, { error });
const where = <T>(error: string, accepts: (value: unknown) => boolean) => z.custom<T>(accepts, { error });

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const hasMethods = (value: unknown, ...names: string[]): boolean =>
  isObject(value) && names.every((name) => typeof value[name] === 'function');

const REGION = 'a region name such as eu-central-1';
const FOLDER = 'the path of a folder, or false';
const REGIONS = "'auto' or a list of region names, at least one";
const region = () => text(REGION, isRegionName);

const isHttpUrl = (value: string): boolean => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url?.protocol === 'http:' || url?.protocol === 'https:';
};
const isTimeZone = (value: string): boolean => {
  try {
    Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
};
const isCredentials = (value: unknown): boolean =>
  typeof value === 'function' ||
  (isObject(value) &&
    [value['accessKeyId'], value['secretAccessKey']].every((part) => typeof part === 'string' && part !== ''));

const section = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape, { error: 'an object' }).optional();

/** What the module accepts. Each error text completes the sentence "must be …". */
export const optionsSchema = z
  .strictObject(
    {
      regions: z
        .union([z.literal('auto'), z.array(region()).min(1, { error: REGIONS })], { error: REGIONS })
        .optional(),
      preferredRegions: z.array(region(), { error: 'a list of region names' }).optional(),
      accountId: text('an account id of twelve digits, as a string', (value) => /^\d{12}$/.test(value)).optional(),
      awsProfile: text('the name of a profile').optional(),
      credentials: where<BedrockDiscoveryOptions['credentials']>(
        'credentials with accessKeyId and secretAccessKey, or a function that provides them',
        isCredentials,
      ).optional(),
      endpoint: where<BedrockDiscoveryOptions['endpoint']>(
        'an http or https URL, or a function that returns one',
        (value) => typeof value === 'function' || (typeof value === 'string' && isHttpUrl(value)),
      ).optional(),
      client: section({
        maxAttempts: wholeNumber(1, 10),
        connectionTimeoutMs: milliseconds(),
        requestTimeoutMs: milliseconds(),
        maxSockets: wholeNumber(1, 10_000),
        useFips: flag(),
        useDualstack: flag(),
        httpsAgent: where<unknown>('an http.Agent or https.Agent', (value) => hasMethods(value, 'destroy')).optional(),
      }),
      scan: section({
        onBootstrap: oneOf(['background', 'await', 'off']),
        concurrency: wholeNumber(1, 1_000),
        regionTimeoutMs: milliseconds(),
        deadlineMs: milliseconds(),
      }),
      access: section({ mode: oneOf(['off', 'lazy', 'eager']), ttlMs: age() }),
      cache: section({
        memoryTtlMs: age(),
        diskTtlMs: age(),
        directory: z.union([z.literal(false), text(FOLDER)], { error: FOLDER }).optional(),
        sharedStore: where<SharedStore>('a Keyv, or an object with get, set and delete', (value) =>
          hasMethods(value, 'get', 'set', 'delete'),
        ).optional(),
        seed: where<string | object>(
          'a snapshot from DiscoveryRefresher.export(), or the path of a file that holds one',
          (value) => isObject(value) || (typeof value === 'string' && value !== ''),
        ).optional(),
        namespace: text('a name of at most 100 characters', (value) => value !== '' && value.length <= 100).optional(),
      }),
      latency: section({ smoothing: share(Number.MIN_VALUE, 'a number above 0 and at most 1'), halfLifeMs: age() }),
      refresh: section({
        mode: oneOf(['cron', 'on-read', 'off']),
        cron: text(
          'a cron expression of five or six fields, such as 0 * * * *',
          (value) => validateCronExpression(value).valid,
        ).optional(),
        timeZone: text('an IANA time zone such as Europe/Berlin', isTimeZone).optional(),
        jitter: share(0, 'a number from 0 to 1'),
      }),
    },
    { error: 'an object' },
  )
  .refine((options) => options.awsProfile === undefined || options.credentials === undefined, {
    path: ['awsProfile'],
    error: 'left out where credentials are given: each names an identity',
    params: { hideValue: true },
  });
