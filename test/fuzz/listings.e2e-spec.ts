import type { ServerResponse } from 'node:http';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { LISTING_NAMES, type ListingName, OPTIONAL_LISTINGS, type RegionStatus } from 'nestjs-bedrock-discovery';
import { MalformedResponseError } from '../../libs/bedrock-discovery/src/errors/errors.js';
import type { KnownRegions } from '../../libs/bedrock-discovery/src/inventory/changes.js';
import { AnswerMemory } from '../../libs/bedrock-discovery/src/inventory/answer-memory.js';
import {
  indexOf,
  type Listing,
  type RegionList,
  restoreList,
  toStored,
} from '../../libs/bedrock-discovery/src/inventory/listing.js';
import type { RegionCall } from '../../libs/bedrock-discovery/src/inventory/region-client.js';
import { AnsweringEndpoint, type Asked } from '../support/answering-endpoint.js';
import { ImpatientClock } from '../support/clocks.js';
import { type Discovery, startDiscovery } from '../support/simulated-discovery.js';
import { expectAnswers, expectCleanPrototypes, expectFrozen, type PUBLIC_TYPES } from './laws.js';
import { garbled, inFull, mutated } from './mutations.js';
import { inventoriesOf, normal, RECORDED_IN, type RecordedAnswer, recordAnswers } from './recorded-answers.js';
import { PATIENCE_MS, settings, share } from './settings.js';

jest.setTimeout(PATIENCE_MS);

type AnyListing = Listing<unknown, KnownRegions>;
type List = RegionList<unknown>;

const HERE = RECORDED_IN;
const ELSEWHERE = 'us-east-1';

/** What each listing's index shows to whoever asks. */
const SHOWN: Readonly<Record<ListingName, (index: never) => readonly [keyof typeof PUBLIC_TYPES, readonly unknown[]]>> =
  {
    models: ({ models }: { models: readonly unknown[] }) => ['model', models],
    profiles: ({ profiles }: { profiles: readonly unknown[] }) => ['profile', profiles],
    provisioned: accountModels,
    imported: accountModels,
    custom: accountModels,
    marketplace: accountModels,
    routers: accountModels,
    mantle: ({ byId }: { byId: ReadonlyMap<string, unknown> }) => ['mantleModel', Object.freeze([...byId.values()])],
  };

function accountModels({ models }: { models: readonly unknown[] }): readonly ['accountModel', readonly unknown[]] {
  return ['accountModel', models];
}

let recorded: readonly RecordedAnswer[];

beforeAll(async () => {
  recorded = await recordAnswers();
});

const answersOf = (name: ListingName): RecordedAnswer[] => recorded.filter(({ listing }) => listing === name);

/** A region of which each answer is the same. */
function callOf(body: string): RegionCall {
  const output: unknown = JSON.parse(body);
  return {
    region: HERE,
    memory: new AnswerMemory(),
    send: async () => Buffer.from(body) as never,
    ask: async (question) => question.read(output, undefined, (value) => value),
  };
}

async function expectLawful(listing: AnyListing, list: List, good: List): Promise<void> {
  expectFrozen(list);
  expect(list.unreadable).toBeGreaterThanOrEqual(0);
  const stored: unknown = JSON.parse(JSON.stringify(toStored(list)));
  expect(restoreList(stored, listing)).toEqual(list);
  const before = indexOf(
    listing,
    new Map([
      [HERE, good],
      [ELSEWHERE, good],
    ]),
  );
  const after = indexOf(
    listing,
    new Map([
      [HERE, list],
      [ELSEWHERE, good],
    ]),
  );
  expectAnswers(...SHOWN[listing.name](after as never));
  for (const [was, is] of [
    [before, after],
    [after, before],
  ] as const) {
    expect(() => JSON.stringify(listing.diff(was, is))).not.toThrow();
  }
}

describe('a listing', () => {
  let discovery: Discovery;
  let listings: ReadonlyMap<ListingName, AnyListing>;

  beforeAll(async () => {
    const endpoint = await AnsweringEndpoint.start({ models: { [HERE]: [] } });
    discovery = await startDiscovery(endpoint.options({ listings: OPTIONAL_LISTINGS }));
    listings = new Map(inventoriesOf(discovery).map(({ listing }) => [listing.name, listing]));
  });

  it.each(LISTING_NAMES)(
    'of %s reads an answer of any shape as a list of the right type, or as malformed',
    async (name) => {
      const listing = listings.get(name) as AnyListing;
      const bodies = answersOf(name).map(({ body }) => body);
      const good = await listing.list(callOf(bodies[0] ?? ''));
      expect(good.items.length).toBeGreaterThan(0);
      const outputs = bodies.map((body) => JSON.parse(body) as unknown);
      const property = fc.asyncProperty(mutated(outputs), async (body) => {
        const list = await listing.list(callOf(inFull(body))).catch((error: unknown) => {
          expect(error).toBeInstanceOf(MalformedResponseError);
        });
        if (list !== undefined) {
          await expectLawful(listing, list, good);
        }
        expectCleanPrototypes();
      });
      await fc.assert(property, settings(share(280)));
    },
  );

  it.each(LISTING_NAMES)('of %s takes from a cache what is of the right type, and nothing else', async (name) => {
    const listing = listings.get(name) as AnyListing;
    const good = await listing.list(callOf(answersOf(name)[0]?.body ?? ''));
    const stored = JSON.parse(JSON.stringify([toStored(good), { items: good.items, unreadable: 1 }])) as unknown[];
    const property = fc.asyncProperty(mutated(stored), async (value) => {
      const list = restoreList(JSON.parse(inFull(value)), listing);
      if (list !== undefined) {
        await expectLawful(listing, list, good);
      }
      expectCleanPrototypes();
    });
    await fc.assert(property, settings(share(80)));
  });
});

const REGIONS = [
  'ap-south-1',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-2',
];

/** What a region says in the place of one of its answers. */
interface Reply {
  readonly url: string;
  readonly body: string | Uint8Array;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The connection is lost in the middle of it. */
  readonly isCut: boolean;
}

const HEADERS: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'content-type': 'text/html' },
  { 'content-type': 'application/x-amz-json-1.1; charset=utf-16' },
  { 'content-encoding': 'gzip' },
  { 'x-amzn-errortype': 'ValidationException:http://internal.amazon.com/coral/com.amazon.coral.validate/' },
  { 'x-amzn-errortype': '__proto__' },
  { 'x-amzn-errortype': 'x'.repeat(4_000), 'x-amzn-requestid': '' },
  { 'retry-after': '1e999' },
  { 'retry-after': '-1', 'x-amzn-errortype': 'ThrottlingException' },
];

function replies(): fc.Arbitrary<Reply> {
  return fc.constantFrom(...recorded).chain(({ url, body }) =>
    fc.record({
      url: fc.constant(url),
      body: fc.oneof(
        { arbitrary: mutated([JSON.parse(body) as unknown]), weight: 3 },
        { arbitrary: garbled(body), weight: 2 },
        mutated([{ message: 'No.', __type: 'AccessDeniedException', code: 'x', Error: { Code: 'x' } }]),
      ),
      status: fc.oneof(
        { arbitrary: fc.constant(200), weight: 3 },
        fc.constantFrom(201, 204, 206, 302, 400, 403, 404, 429, 500, 503, 599),
      ),
      headers: fc.constantFrom(...HEADERS),
      isCut: fc.integer({ min: 0, max: 9 }).map((tenth) => tenth === 0),
    }),
  );
}

function answer(response: ServerResponse, region: string, { body, status, headers, isCut }: Omit<Reply, 'url'>): void {
  const bytes = Buffer.from(typeof body === 'string' ? inFull(body).replaceAll(RECORDED_IN, region) : body);
  const length = { 'content-length': String(bytes.length + (isCut ? 100 : 0)) };
  response.writeHead(status, { 'content-type': 'application/json', ...(status === 204 ? {} : length), ...headers });
  if (isCut) {
    response.write(bytes, () => response.destroy());
  } else {
    response.end(status === 204 ? undefined : bytes);
  }
}

describe('regions of which each answers one question with anything', () => {
  let discovery: Discovery;
  let replyOf: ReadonlyMap<string, Reply>;

  beforeAll(async () => {
    const endpoint = await AnsweringEndpoint.start({
      models: Object.fromEntries(REGIONS.map((region) => [region, []])),
    });
    endpoint.intercept = (asked: Asked, response) => {
      const url = normal(asked.path, asked.query);
      const reply = replyOf.get(asked.region);
      const body = recorded.find((each) => each.url === url)?.body ?? '{}';
      const usual = { body, status: 200, headers: {}, isCut: false };
      answer(response, asked.region, reply?.url === url ? reply : usual);
      endpoint.asked.length = 0;
      return true;
    };
    discovery = await startDiscovery(endpoint.options({ listings: OPTIONAL_LISTINGS }), {
      clock: new ImpatientClock(),
    });
  });

  async function refresh(
    given: readonly Reply[],
  ): Promise<readonly (readonly [ListingName, readonly RegionStatus[]])[]> {
    replyOf = new Map(given.map((reply, index) => [REGIONS[index] ?? '', reply]));
    const report = await discovery.refresher.refresh({ force: true });
    return LISTING_NAMES.map((name) => [name, report[name]?.regions ?? []] as const);
  }

  const listingOf = (url: string): ListingName | undefined => recorded.find((each) => each.url === url)?.listing;

  it('keep what was good, say what failed, and disturb nothing else', async () => {
    const property = fc.asyncProperty(
      fc.array(replies(), { minLength: REGIONS.length, maxLength: REGIONS.length }),
      async (given) => {
        const before = new Map(await refresh([]));
        for (const [name, statuses] of await refresh(given)) {
          expectAnswers('status', statuses);
          for (const [index, status] of statuses.entries()) {
            const reply = given[REGIONS.indexOf(status.region)];
            const former = before.get(name)?.[index];
            expect(former).toMatchObject({ region: status.region, status: 'ok' });
            if (reply !== undefined && listingOf(reply.url) !== name) {
              expect(status).toMatchObject({ status: 'ok', count: former?.count });
            } else if (status.status === 'failed') {
              expect(status).toMatchObject({ failure: { kind: expect.any(String) }, count: former?.count });
            }
          }
        }
        expectAnswers('model', await discovery.models.getAllModels());
        expectAnswers('profile', await discovery.profiles.getAllProfiles());
        expectAnswers('accountModel', await discovery.models.getAccountModels());
        expectCleanPrototypes();
      },
    );
    await fc.assert(property, settings(share(80 / REGIONS.length)));
  });
});
