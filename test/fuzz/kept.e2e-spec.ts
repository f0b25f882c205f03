// Longer than other files: what a process leaves behind, how it is changed, and what has to hold after it is one story.

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { BedrockSimulator } from 'bedrock-simulator';
import fc from 'fast-check';
import {
  BEDROCK_DISCOVERY_CLOCK,
  BedrockDiscoveryError,
  BedrockDiscoveryModule,
  type BedrockDiscoveryOptions,
  type CacheSettings,
  InvalidOptionsError,
  InvocationRouter,
  LISTING_NAMES,
  OPTIONAL_LISTINGS,
  type SharedStore,
  type Snapshot,
} from 'nestjs-bedrock-discovery';
import * as z from 'zod';
import { envelopeOf } from '../../libs/bedrock-discovery/src/cache/cache.spec.fixture.js';
import { decodeEnvelope, decodeHeader, encodeEnvelope } from '../../libs/bedrock-discovery/src/cache/envelope.js';
import { entryFileName } from '../../libs/bedrock-discovery/src/cache/file-names.js';
import { EntrySeal } from '../../libs/bedrock-discovery/src/cache/integrity.js';
import { pack, unpack } from '../../libs/bedrock-discovery/src/cache/packed-text.js';
import { temporaryFolder } from '../support/cleanup.js';
import { ImpatientClock, ManualClock } from '../support/clocks.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { Discovery, optionsFor, startDiscovery } from '../support/simulated-discovery.js';
import { expectAnswers, expectCleanPrototypes, expectFrozen } from './laws.js';
import { garbled, inFull, mutated } from './mutations.js';
import { startFullSimulator } from './recorded-answers.js';
import { PATIENCE_MS, settings, share } from './settings.js';

jest.setTimeout(PATIENCE_MS);

const NOW = '2026-08-22T12:00:00Z';
const REGIONS = ['eu-west-1', 'us-east-1'];
const MODEL = 'amazon.nova-lite-v1:0';
const INTEGRITY_KEY = 'a key of at least thirty-two characters';

/** What lies under a key of the cache. */
interface Kept {
  readonly key: string;
  readonly storedAtMs: number;
  readonly value: unknown;
}

let simulator: BedrockSimulator;
let kept: readonly Kept[];
let snapshot: Snapshot;

function options(more: BedrockDiscoveryOptions): BedrockDiscoveryOptions {
  return optionsFor(simulator, {
    regions: REGIONS,
    listings: OPTIONAL_LISTINGS,
    location: 'here',
    access: { mode: 'lazy' },
    quotas: { mode: 'listed' },
    pricing: { offers: 'lazy' },
    ...more,
  });
}

/** Things that are learnt only when calls fail in ways of their own; as their schemas have them. */
function learnt(at: number): Readonly<Record<string, unknown>> {
  const failure = { kind: 'access-denied', message: 'No.', remedy: 'Ask.', retryable: false, at: NOW };
  return {
    apis: [{ modelId: MODEL, api: 'converse', offered: true, at }],
    capabilities: [{ modelId: MODEL, toolUse: false, at }],
    offers: [{ modelId: MODEL, at, rates: [] }],
    quotas: { 'us-east-1': { at, models: { [MODEL]: { 'on-demand': { tokensPerMinute: 1_000 } } } } },
    retention: [{ region: 'us-east-1', mode: 'inherit', at }],
    'retention-calls': [{ modelId: MODEL, region: 'us-east-1', mode: 'none', at }],
    'retention-denied': [{ region: 'us-east-1', at, failure }],
  };
}

/** All that a process leaves in its folder that has used all there is. */
async function leaveAllBehind(directory: string): Promise<readonly Kept[]> {
  const clock = new ImpatientClock(NOW);
  const discovery = await startDiscovery(options({ cache: { directory } }), { clock });
  const { refresher, access, models, app } = discovery;
  await refresher.refresh();
  snapshot = await refresher.export();
  await app.get(InvocationRouter).run(MODEL, async ({ client, route }) => {
    const messages = [{ role: 'user' as const, content: [{ text: 'Hi' }] }];
    await client(BedrockRuntimeClient).send(new ConverseCommand({ modelId: route.invocationId, messages }));
  });
  await Promise.all(REGIONS.map((region) => access.getAccess(MODEL, region)));
  const { modelId } = (await models.getAllModels())[0] ?? { modelId: '' };
  REGIONS.forEach((region) => simulator.removeModel(modelId, region));
  simulator.addFault({ kind: 'access-denied', region: 'us-east-1', operation: 'ListImportedModels', times: 1 });
  await refresher.refresh({ force: true });
  const owner = await discovery.owner();
  await discovery.close();
  const found = await entriesIn(join(directory, 'default'));
  const more = Object.entries(learnt(clock.now())).map(([name, value]) => ({
    key: `${owner}/${name}`,
    storedAtMs: clock.now(),
    value,
  }));
  return [...new Map([...more, ...found].map((each) => [each.key, each])).values()];
}

async function entriesIn(folder: string): Promise<Kept[]> {
  const entries: Kept[] = [];
  for (const file of await readdir(folder)) {
    const bytes = await readFile(join(folder, file));
    const key = decodeHeader(bytes.subarray(0, bytes.indexOf('\n')))?.key ?? '';
    const decoded = decodeEnvelope(bytes, key);
    expect(decoded).toHaveProperty('entry');
    entries.push(...('entry' in decoded ? [decoded.entry] : []));
  }
  return entries;
}

beforeAll(async () => {
  simulator = await startFullSimulator();
  kept = await leaveAllBehind(await temporaryFolder());
});

/** Some entries, changed so that only who reads them can tell. */
function changedValues(): fc.Arbitrary<readonly { readonly key: string; readonly json: string }[]> {
  const change = fc
    .constantFrom(...kept)
    .chain(({ key, value }) => fc.record({ key: fc.constant(key), json: mutated([value]) }));
  return fc.array(change, { minLength: 12, maxLength: 12 });
}

/** By key, the envelopes of all that is kept, some of them changed. */
function envelopesOf(changed: readonly { readonly key: string; readonly json: string }[]): Map<string, string> {
  const json = new Map(changed.map((each) => [each.key, inFull(each.json)]));
  return new Map(
    kept.map((entry) => [
      entry.key,
      envelopeOf(entry.key, entry.storedAtMs, json.get(entry.key) ?? JSON.stringify(entry.value)),
    ]),
  );
}

const time = z.iso.datetime();
const ACCESS = z.object({ modelId: z.string(), region: z.string(), state: z.string(), checkedAt: time.optional() });
const LATENCY = z.strictObject({
  region: z.string(),
  latencyMs: z.number().min(0).optional(),
  runtimeMs: z.number().min(0).optional(),
  samples: z.int().min(0),
  failures: z.int().min(0),
  updatedAt: time.optional(),
});
const CHANGE = z.object({ id: z.string(), at: time, type: z.string() });

/** Starts on what is kept; whatever that is, the application answers, or says by an error of its own why not. */
async function expectSoundOver(cache: CacheSettings): Promise<void> {
  const module = BedrockDiscoveryModule.forRoot(options({ cache }));
  const builder = Test.createTestingModule({ imports: [module] });
  builder.overrideProvider(BEDROCK_DISCOVERY_CLOCK).useValue(new ImpatientClock(NOW));
  const logger = new RecordingLogger();
  // Not `startDiscovery`, which keeps each of thousands until the end of the test.
  const app = await builder.setLogger(logger).compile();
  try {
    await app.init();
    await expectSound(new Discovery(app, logger));
  } finally {
    await app.close();
  }
  expectCleanPrototypes();
}

async function expectSound(discovery: Discovery): Promise<void> {
  const { models, profiles, access, latencies, refresher, app } = discovery;
  const lawful = async <T>(question: Promise<T>): Promise<T | undefined> =>
    question.catch((error: unknown) => {
      expect(error).toBeInstanceOf(BedrockDiscoveryError);
      return undefined;
    });
  const router = app.get(InvocationRouter);
  expectAnswers('model', (await lawful(models.getAllModels())) ?? Object.freeze([]));
  expectAnswers('profile', (await lawful(profiles.getAllProfiles())) ?? Object.freeze([]));
  expectAnswers('accountModel', (await lawful(models.getAccountModels())) ?? Object.freeze([]));
  expectAnswers('status', models.getRegionStatuses());
  expectAnswers('status', profiles.getRegionStatuses());
  for (const prefer of ['latency', 'price'] as const) {
    const resolution = await lawful(router.resolve(MODEL, { prefer }));
    expectFrozen(resolution);
    expect(() => JSON.stringify(resolution)).not.toThrow();
  }
  await lawful(router.resolve('constructor'));
  ACCESS.parse(await lawful(access.getAccess(MODEL, 'us-east-1')));
  z.array(LATENCY).parse(latencies.snapshot());
  const changes = await refresher.getChanges();
  z.array(CHANGE).parse(changes);
  expectFrozen(changes);
  expect(() => JSON.stringify(changes)).not.toThrow();
  await lawful(refresher.getProvenance());
  await refresher.getRecordedSince();
  // It is as well as ever once it has asked.
  const reports = await refresher.refresh({ force: true });
  for (const name of LISTING_NAMES) {
    const regions = reports[name]?.regions ?? [];
    expect(regions.map(({ status }) => status)).toEqual(REGIONS.map(() => 'ok'));
  }
  const exported = await refresher.export();
  expect(() => JSON.stringify(exported)).not.toThrow();
}

describe('what a cache holds', () => {
  it('is of every listing and of everything else that is kept', () => {
    const names = kept.map(({ key }) => key.split('/').slice(2).join('/'));
    for (const name of [
      ...LISTING_NAMES,
      'manifest',
      'changes',
      'recorded-since',
      'access',
      ...Object.keys(learnt(0)),
    ]) {
      expect(names.filter((each) => each === name || each.startsWith(`${name}/`))).not.toEqual([]);
    }
    expect(kept.some(({ key }) => key.startsWith('latency/'))).toBe(true);
  });

  it('may be of any shape on the disk, and what is sound is used and nothing else', async () => {
    const directory = await temporaryFolder();
    const folder = join(directory, 'default');
    const property = fc.asyncProperty(changedValues(), async (changed) => {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (const [key, text] of envelopesOf(changed)) {
        await writeFile(join(folder, entryFileName(key)), text, { mode: 0o600 });
      }
      await expectSoundOver({ directory });
    });
    await fc.assert(property, settings(share(144 / 12)));
  });

  it('may be of any shape in a shared store as well', async () => {
    const property = fc.asyncProperty(changedValues(), async (changed) => {
      const held = new Map<string, string>();
      for (const [key, text] of envelopesOf(changed)) {
        held.set(`nestjs-bedrock-discovery:v1:default:${key}`, await pack(text));
      }
      const sharedStore: SharedStore = {
        get: async (key) => held.get(key),
        set: async (key, value) => held.set(key, value),
        delete: async (key) => held.delete(key),
      };
      await expectSoundOver({ sharedStore });
    });
    await fc.assert(property, settings(share(96 / 12)));
  });
});

describe('a snapshot of any shape', () => {
  it('is refused in words, or gives what is sound in it', async () => {
    const some = { ...snapshot, entries: snapshot.entries.slice(0, 4) };
    const seed = join(await temporaryFolder(), 'seed.json');
    const property = fc.asyncProperty(mutated([some, snapshot]), async (json) => {
      await writeFile(seed, inFull(json));
      await expectSoundOver({ seed }).catch((error: unknown) => {
        if (!(error instanceof InvalidOptionsError)) {
          throw error;
        }
      });
    });
    await fc.assert(property, settings(share(8)));
  });
});

describe('an entry as bytes', () => {
  const clock = new ManualClock(NOW);
  const entry = { key: 'k', storedAtMs: clock.now(), value: { text: 'x'.repeat(2_000), list: [1, 2, 3] } };
  const text = encodeEnvelope(entry);
  let packed: string;

  beforeEach(async () => {
    packed = await pack(text);
    expect(packed).toMatch(/^gzip:/);
  });

  it('is that which was written, or damaged', () => {
    const property = fc.property(garbled(text), (bytes) => {
      const decoded = decodeEnvelope(bytes, 'k');
      expect(decoded).toEqual(
        Buffer.from(bytes).equals(Buffer.from(text)) ? { entry } : { damage: expect.any(String) },
      );
    });
    fc.assert(property, settings(share(650)));
  });

  it('is unpacked to what was packed, or to nothing that an entry can be', async () => {
    const property = fc.asyncProperty(garbled(packed), async (bytes) => {
      const unpacked = await unpack(Buffer.from(bytes).toString());
      const decoded = decodeEnvelope(unpacked ?? '', 'k');
      expect('entry' in decoded ? decoded.entry : entry).toEqual(entry);
    });
    await fc.assert(property, settings(share(300)));
  });

  it('is not believed where one byte of it or of its signature is another', async () => {
    const seal = new EntrySeal(INTEGRITY_KEY, 'namespace', clock);
    const sealed = await seal.close(packed);
    const property = fc.asyncProperty(garbled(sealed), async (bytes) => {
      const given = Buffer.from(bytes).toString();
      expect(await seal.open(given)).toBe(given === sealed ? packed : undefined);
    });
    await fc.assert(property, settings(share(600)));
  });

  it('is not unpacked where that would fill the memory', async () => {
    const bomb = `gzip:${gzipSync(Buffer.alloc(65 * 1_024 * 1_024)).toString('base64')}`;
    expect(await unpack(bomb)).toBeUndefined();
  });
});
