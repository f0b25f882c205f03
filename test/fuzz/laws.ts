import { expect } from '@jest/globals';
import {
  type AccountModel,
  type DiscoveredModel,
  type DiscoveredProfile,
  FAILURE_KINDS,
  type RegionStatus,
  VIAS,
} from 'nestjs-bedrock-discovery';
import * as z from 'zod';
import { isText } from '../../libs/bedrock-discovery/src/util/guards.js';

const text = z.string().refine(isText, 'is no text of one line');
const textOrEmpty = z.literal('').or(text);
const texts = z.array(text).readonly();
const time = z.iso.datetime();

const LIFECYCLE = z.strictObject({
  status: text,
  startOfLifeTime: time.optional(),
  legacyTime: time.optional(),
  publicExtendedAccessTime: time.optional(),
  endOfLifeTime: time.optional(),
});

const MODEL = z.strictObject({
  modelId: text,
  modelName: text,
  providerName: textOrEmpty,
  inputModalities: texts,
  outputModalities: texts,
  responseStreamingSupported: z.boolean().optional(),
  customizationsSupported: texts,
  capabilities: z.looseObject({ source: z.literal('table'), asOf: text }).optional(),
  regions: texts,
  availability: z.record(
    text,
    z.strictObject({ modelArn: textOrEmpty, inferenceTypesSupported: texts, lifecycle: LIFECYCLE }),
  ),
}) satisfies z.ZodType<DiscoveredModel>;

const TYPE = z.enum(['SYSTEM_DEFINED', 'APPLICATION']);

const PROFILE = z.strictObject({
  inferenceProfileId: text,
  inferenceProfileName: text,
  description: text.optional(),
  type: TYPE,
  modelIds: texts,
  regions: texts,
  availability: z.record(
    text,
    z.strictObject({
      type: TYPE,
      inferenceProfileArn: textOrEmpty,
      modelArns: texts,
      destinations: z.literal('global').or(texts),
      status: text,
      createdAt: time.optional(),
      updatedAt: time.optional(),
    }),
  ),
}) satisfies z.ZodType<DiscoveredProfile>;

const ACCOUNT_MODEL = z.strictObject({
  region: text,
  arn: text,
  name: text,
  status: text.optional(),
  modelId: text.optional(),
  baseModelIds: texts,
  targetArns: texts.optional(),
  createdAt: time.optional(),
  via: z.enum(VIAS),
  open: z.boolean(),
}) satisfies z.ZodType<AccountModel>;

const MANTLE_MODEL = z.strictObject({
  modelId: text,
  regions: texts,
  availability: z.record(
    text,
    z.strictObject({ modelId: text, ownedBy: text.optional(), allowedRetentionModes: texts.optional() }),
  ),
});

const STATUS = z.strictObject({
  region: text,
  status: z.enum(['ok', 'partial', 'failed', 'pending']),
  failure: z
    .strictObject({ kind: z.enum(FAILURE_KINDS), message: text, remedy: text, retryable: z.boolean(), at: time })
    .optional(),
  scannedAt: time.optional(),
  source: z.enum(['scan', 'memory', 'disk', 'shared', 'seed']).optional(),
  ageMs: z.number().min(0).optional(),
  stale: z.boolean(),
  count: z.int().min(0),
  unreadable: z.int().min(1).optional(),
}) satisfies z.ZodType<RegionStatus>;

/** What the library may answer. */
export const PUBLIC_TYPES = {
  model: MODEL,
  profile: PROFILE,
  accountModel: ACCOUNT_MODEL,
  mantleModel: MANTLE_MODEL,
  status: STATUS,
} as const;

/** Holds that all are of the type, and that nobody can change them. */
export function expectAnswers(type: keyof typeof PUBLIC_TYPES, answers: readonly unknown[]): void {
  const { error } = z.array(PUBLIC_TYPES[type] as z.ZodType).safeParse(answers);
  expect(error?.issues ?? []).toEqual([]);
  expectFrozen(answers);
}

export function expectFrozen(value: unknown): void {
  const pending = [value];
  for (const each of pending) {
    if (typeof each === 'object' && each !== null) {
      if (!Object.isFrozen(each)) {
        expect({ isNotFrozen: each }).toBeUndefined();
      }
      pending.push(...(Object.values(each) as unknown[]));
    }
  }
}

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const before = PROTOTYPES.map((each) => Reflect.ownKeys(each));

export function expectCleanPrototypes(): void {
  expect(PROTOTYPES.map((each) => Reflect.ownKeys(each))).toEqual(before);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}
