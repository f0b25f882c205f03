import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MalformedResponseError } from '../../errors/errors.js';
import { flat, listedProfile } from '../listed.spec.fixture.js';
import { joinPages, parseProfileSummaries, restoreProfiles } from './parse-profiles.js';

const summary = (overrides: object) => ({
  inferenceProfileId: 'eu.maker.model-v1:0',
  inferenceProfileName: 'EU Model',
  inferenceProfileArn: 'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.maker.model-v1:0',
  status: 'ACTIVE',
  type: 'SYSTEM_DEFINED',
  models: [
    { modelArn: 'arn:aws:bedrock:eu-west-3::foundation-model/maker.model-v1:0' },
    { modelArn: 'arn:aws:bedrock:eu-west-1::foundation-model/maker.model-v1:0' },
  ],
  createdAt: new Date('2025-07-03T08:00:00Z'),
  updatedAt: new Date('2025-07-26T08:37:04.314Z'),
  ...overrides,
});
const listedIn = (...summaries: unknown[]) => parseProfileSummaries({ inferenceProfileSummaries: summaries }).items;
const parse = (...summaries: unknown[]) => listedIn(...summaries).map(flat);
/** What is restored where a profile is stored with these members. */
const restore = (stored: object) => restoreProfiles([listedProfile(stored as Parameters<typeof listedProfile>[0])]);

describe('reading listed inference profiles', () => {
  it('keeps what would leave its line out of names, and what is named so by no id at all', () => {
    const hostile = { inferenceProfileName: 'EU\u001b[31m\nModel', description: 'one\r\ntwo', status: 'ACT\nIVE' };
    const unnamed = summary({ inferenceProfileId: 'eu.\u202emaker', inferenceProfileArn: 'arn:aws:\u0000' });
    const [profile, ...others] = parse(summary(hostile), unnamed);
    expect(profile).toMatchObject({ inferenceProfileName: 'EU [31m Model', description: 'one two', status: 'UNKNOWN' });
    expect(others).toEqual([]);
    for (const field of ['inferenceProfileId', 'inferenceProfileName', 'inferenceProfileArn', 'description']) {
      expect(restore({ ...profile, [field]: 'a\nb' })).toBeUndefined();
    }
  });

  it('takes models, destinations and times', () => {
    expect(parse(summary({}))).toEqual([
      {
        inferenceProfileId: 'eu.maker.model-v1:0',
        inferenceProfileName: 'EU Model',
        inferenceProfileArn: 'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.maker.model-v1:0',
        status: 'ACTIVE',
        type: 'SYSTEM_DEFINED',
        modelIds: ['maker.model-v1:0'],
        modelArns: [
          'arn:aws:bedrock:eu-west-3::foundation-model/maker.model-v1:0',
          'arn:aws:bedrock:eu-west-1::foundation-model/maker.model-v1:0',
        ],
        destinations: ['eu-west-1', 'eu-west-3'],
        createdAt: '2025-07-03T08:00:00.000Z',
        updatedAt: '2025-07-26T08:37:04.314Z',
      },
    ]);
  });

  it.each([
    ['a region-less ARN', 'arn:aws:bedrock:::foundation-model/maker.model-v1:0'],
    ['an ARN that cannot be read', 'nonsense'],
    ['a missing ARN', undefined],
  ])('takes %s to mean anywhere', (_, modelArn) => {
    const models = [{ modelArn: 'arn:aws:bedrock:eu-west-1::foundation-model/maker.model-v1:0' }, { modelArn }];
    expect(parse(summary({ models }))[0]).toMatchObject({ destinations: 'global', modelIds: ['maker.model-v1:0'] });
  });

  it('promises no destination where none is listed', () => {
    expect(parse(summary({ models: [] }))[0]).toMatchObject({ destinations: [], modelIds: [] });
  });

  it('knows an application profile by its type or its ARN', () => {
    const arn = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/06vsfs68yb4g';
    expect(parse(summary({ type: 'APPLICATION' }))[0]?.type).toBe('APPLICATION');
    expect(
      parse(summary({ type: undefined, inferenceProfileArn: arn, inferenceProfileId: undefined }))[0],
    ).toMatchObject({
      type: 'APPLICATION',
      inferenceProfileId: '06vsfs68yb4g',
    });
  });

  it('does not take a missing list for an empty one', () => {
    expect(() => parseProfileSummaries({})).toThrow(MalformedResponseError);
    expect(() => parseProfileSummaries(undefined)).toThrow(MalformedResponseError);
    expect(parse()).toEqual([]);
  });

  it('throws nothing but a MalformedResponseError, and restores from JSON exactly what it made', () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record({ inferenceProfileId: fc.string(), models: fc.jsonValue(), type: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(fc.array(anything), (items) => {
        try {
          const profiles = listedIn(...items);
          expect(restoreProfiles(JSON.parse(JSON.stringify(profiles)))).toEqual(profiles);
          expect(Object.isFrozen(profiles)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedResponseError);
        }
      }),
    );
  });

  it('counts what has no id as unreadable, over all pages', () => {
    const page = parseProfileSummaries({ inferenceProfileSummaries: [summary({}), {}, null] });
    expect(page.unreadable).toBe(2);
    expect(joinPages([page, page])).toEqual({ items: page.items, unreadable: 4 });
  });

  it('restores no destination and no model but those of the ARNs beside them', () => {
    const [stored] = parse(summary({}));
    const region = fc.constantFrom('eu-west-1', 'eu-west-3', 'us-east-1', '');
    const modelId = fc.constantFrom('maker.model-v1:0', 'maker.other-v1:0');
    const arn = fc.oneof(
      fc.tuple(region, modelId).map(([name, id]) => `arn:aws:bedrock:${name}::foundation-model/${id}`),
      fc.constant('nonsense'),
    );
    const told = fc.oneof(fc.constant('global'), fc.uniqueArray(fc.constantFrom('eu-west-1', 'us-east-1')));
    fc.assert(
      fc.property(fc.array(arn), told, fc.uniqueArray(modelId), (modelArns, destinations, modelIds) => {
        const [said] = parse(summary({ models: modelArns.map((modelArn) => ({ modelArn })) }));
        const [restored] = restore({ ...stored, modelArns, destinations, modelIds }) ?? [];
        const isPromise = destinations !== 'global' && destinations.length > 0;
        expect(restored?.here.destinations).toEqual(isPromise ? said?.destinations : destinations);
        expect(restored?.described.modelIds).toEqual(said?.modelIds);
        expect(Object.isFrozen(restored?.here.destinations)).toBe(true);
      }),
    );
  });

  it('restores what several pages said of a profile exactly as they were joined', () => {
    const models = fc.array(
      fc.record({
        modelArn: fc.constantFrom(
          'arn:aws:bedrock:eu-west-1::foundation-model/maker.model-v1:0',
          'arn:aws:bedrock:us-east-1::foundation-model/maker.other-v1:0',
          'arn:aws:bedrock:::foundation-model/maker.model-v1:0',
          'nonsense',
          '',
        ),
      }),
    );
    fc.assert(
      fc.property(fc.array(models), (records) => {
        const { items } = joinPages([
          { items: listedIn(...records.map((each) => summary({ models: each }))), unreadable: 0 },
        ]);
        expect(restoreProfiles(items)).toBe(items);
      }),
    );
  });

  it('refuses to restore what was never stored', () => {
    const [profile] = listedIn(summary({ description: 'Ours' }));
    const stored = JSON.parse(JSON.stringify(profile)) as typeof profile & object;
    expect(restoreProfiles([{ ...stored, later: 1, here: { ...stored.here, later: 1 } }])).toEqual([profile]);
    const texts = ['inferenceProfileId', 'inferenceProfileName', 'status'];
    const wrong: readonly object[] = [
      ...[...texts, 'inferenceProfileArn', 'type', 'modelIds', 'modelArns', 'destinations'].flatMap((member) =>
        [undefined, 7, null].map((value) => ({ [member]: value })),
      ),
      ...[...texts, 'type', 'destinations', 'description'].map((member) => ({ [member]: '' })),
      ...['modelIds', 'modelArns', 'destinations'].map((member) => ({ [member]: ['a', ''] })),
      ...['createdAt', 'updatedAt'].map((member) => ({ [member]: 'soon' })),
    ];
    expect(wrong.filter((each) => restore({ ...flat(stored), ...each }) !== undefined)).toEqual([]);
    expect([{}, [{}], [7], [null]].map(restoreProfiles)).toEqual(Array(4).fill(undefined));
    expect([undefined, 7, null].map((here) => restoreProfiles([{ ...stored, here }]))).toEqual(
      Array(3).fill(undefined),
    );
    expect(restore({ ...flat(stored), inferenceProfileArn: '', type: 'APPLICATION' })).toHaveLength(1);
  });

  it('says what is wrong with an answer', () => {
    expect(() => parseProfileSummaries({})).toThrow('The answer holds no list of inference profiles.');
    expect(() => parse({}, 7)).toThrow('The answer lists inference profiles without ids.');
  });

  it('takes for models only what is one', () => {
    const modelArn = 'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.maker.model';
    expect(parse(summary({ models: [{ modelArn }] }))[0]).toMatchObject({ modelIds: [], destinations: ['eu-west-1'] });
    expect(parse(summary({ models: 'none' }))[0]).toMatchObject({ modelArns: [], destinations: [] });
    expect(parse(summary({ models: [7] }))[0]).toMatchObject({ modelArns: [], destinations: 'global' });
  });
});

describe('several records of one profile in one answer', () => {
  const arnIn = (region: string): string => `arn:aws:bedrock:${region}::foundation-model/maker.model-v1:0`;
  const united = (...records: object[]) =>
    joinPages(
      records.map((record) => parseProfileSummaries({ inferenceProfileSummaries: [summary(record)] })),
    ).items.map(flat);

  it('are one profile with the destinations of all', () => {
    const [eu, us] = ['eu-west-1', 'us-east-1'].map((region) => ({ models: [{ modelArn: arnIn(region) }] }));
    expect(united({ ...us, description: 'Ours' }, { ...eu, status: 'CREATING' })).toMatchObject([
      {
        destinations: ['eu-west-1', 'us-east-1'],
        modelArns: [arnIn('us-east-1'), arnIn('eu-west-1')],
        modelIds: ['maker.model-v1:0'],
        description: 'Ours',
        status: 'CREATING',
      },
    ]);
  });

  it('keep what the first says of itself, and else what the second does', () => {
    const [first, second] = [1, 2].map((number) => ({
      inferenceProfileName: `Model ${number}`,
      inferenceProfileArn: `arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.${number}`,
      description: `Number ${number}`,
      createdAt: `2025-07-0${number}T00:00:00.000Z`,
      updatedAt: `2025-08-0${number}T00:00:00.000Z`,
      type: 'SYSTEM_DEFINED',
    }));
    const silent = Object.fromEntries(Object.keys(first ?? {}).map((member) => [member, undefined]));
    expect(united(first ?? {}, second ?? {})).toMatchObject([first]);
    expect(united(silent, second ?? {})).toMatchObject([second]);
    expect(united(first ?? {}, silent)).toMatchObject([first]);
  });

  it('promise no destination where one of them lists none', () => {
    const listed = { models: [{ modelArn: arnIn('eu-west-1') }] };
    for (const records of [
      [listed, { models: [] }],
      [{ models: [] }, listed],
    ]) {
      expect(united(...records)).toMatchObject([{ destinations: [], modelArns: [arnIn('eu-west-1')] }]);
    }
  });

  it('are as many profiles as there are ids', () => {
    const ids = united({ inferenceProfileId: 'eu.a' }, { inferenceProfileId: 'eu.b' }, { inferenceProfileId: 'eu.a' });
    expect(ids.map(({ inferenceProfileId }) => inferenceProfileId)).toEqual(['eu.a', 'eu.b']);
  });

  it('are an application profile where one says so, and active where all do', () => {
    const [own, made] = [{ type: 'SYSTEM_DEFINED' }, { type: 'APPLICATION' }];
    expect([united(own, made), united(made, own)]).toMatchObject([[made], [made]]);
    expect([united(own, own)]).toMatchObject([[own]]);
    const [active, being] = [{ status: 'ACTIVE' }, { status: 'CREATING' }];
    expect([united(active, being), united(being, active), united(active, active)]).toMatchObject([
      [being],
      [being],
      [active],
    ]);
  });

  it('never promise more than each of them, in whatever order they come', () => {
    const regions = ['eu-west-1', 'eu-west-3', 'us-east-1'];
    const arn = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...regions).map(arnIn) },
      fc.constantFrom('', 'nonsense'),
    );
    const records = fc.array(fc.record({ models: fc.array(fc.record({ modelArn: arn }), { maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    const staysWithin = (place: readonly string[], destinations: readonly string[] | 'global' | undefined): boolean =>
      Array.isArray(destinations) && destinations.length > 0 && destinations.every((region) => place.includes(region));
    fc.assert(
      fc.property(records, fc.subarray(regions), (listed, place) => {
        const [profile, ...others] = united(...listed);
        expect(others).toEqual([]);
        const each = listed.map((record) => parse(summary(record))[0]?.destinations);
        expect(staysWithin(place, profile?.destinations)).toBe(each.every((one) => staysWithin(place, one)));
        expect(united(...listed.toReversed())[0]?.destinations).toEqual(profile?.destinations);
      }),
    );
  });
});
