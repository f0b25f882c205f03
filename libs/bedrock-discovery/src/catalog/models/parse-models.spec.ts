import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MalformedResponseError } from '../../errors/errors.js';
import { flat, listedModel } from '../listed.spec.fixture.js';
import { parseModelSummaries, restoreModels } from './parse-models.js';

const listed = (...modelSummaries: unknown[]) => parseModelSummaries({ modelSummaries }).items;
const parse = (...modelSummaries: unknown[]) => listed(...modelSummaries).map(flat);
/** What is restored where a model is stored with these members. */
const restore = (stored: object) => restoreModels([listedModel(stored as Parameters<typeof listedModel>[0])]);

describe('reading listed models', () => {
  it('takes every field, values beyond the enums included', () => {
    const [model] = parse({
      modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/maker.model-v1:0:200k',
      modelId: 'maker.model-v1:0:200k',
      modelName: 'Model',
      providerName: 'Maker',
      inputModalities: ['TEXT', 'SPEECH'],
      outputModalities: ['TEXT'],
      responseStreamingSupported: true,
      customizationsSupported: ['DISTILLATION_OF_A_NEW_KIND'],
      inferenceTypesSupported: ['INFERENCE_PROFILE'],
      modelLifecycle: {
        status: 'LEGACY',
        legacyTime: new Date('2026-05-26T08:00:00Z'),
        endOfLifeTime: '2026-11-26T08:00:00Z',
      },
    });
    expect(model).toEqual({
      modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/maker.model-v1:0:200k',
      modelId: 'maker.model-v1:0:200k',
      modelName: 'Model',
      providerName: 'Maker',
      inputModalities: ['TEXT', 'SPEECH'],
      outputModalities: ['TEXT'],
      responseStreamingSupported: true,
      customizationsSupported: ['DISTILLATION_OF_A_NEW_KIND'],
      inferenceTypesSupported: ['INFERENCE_PROFILE'],
      lifecycle: {
        status: 'LEGACY',
        legacyTime: '2026-05-26T08:00:00.000Z',
        endOfLifeTime: '2026-11-26T08:00:00.000Z',
      },
    });
  });

  it('leaves absent what AWS leaves out', () => {
    const [model] = parse({ modelId: 'maker.model', modelLifecycle: { status: 'ACTIVE' } });
    expect(model).not.toHaveProperty('responseStreamingSupported');
    expect(model?.lifecycle).toEqual({ status: 'ACTIVE' });
    expect(model?.inferenceTypesSupported).toEqual([]);
  });

  it('takes no time of a year that is not written with four digits, which would come before all others as text', () => {
    const endOfLifeTime = '+275760-09-13T00:00:00.000Z';
    const [model] = parse({ modelId: 'maker.model', modelLifecycle: { status: 'LEGACY', endOfLifeTime } });
    expect(model?.lifecycle).toEqual({ status: 'LEGACY' });
    expect(restore({ ...model, lifecycle: { status: 'LEGACY', endOfLifeTime } })).toBeUndefined();
    expect(restore({ ...model, lifecycle: { status: 'LEGACY', endOfLifeTime: '1' } })).toBeUndefined();
  });

  it('takes from a cache no members that nobody stores there', () => {
    const [model] = listed({ modelId: 'maker.model' });
    const more = JSON.parse('{ "__proto__": { "modelName": "Other" }, "toString": 1, "later": 2 }') as object;
    const stored = JSON.parse(
      JSON.stringify([
        { ...model, ...more, here: { ...model?.here, ...more, lifecycle: { status: 'ACTIVE', ...more } } },
      ]),
    ) as unknown;
    const [restored] = restoreModels(stored) ?? [];
    expect(restored).toEqual({ ...model, here: { ...model?.here, lifecycle: { status: 'ACTIVE' } } });
    expect(
      [restored, restored?.here, restored?.here.lifecycle].flatMap((each) => Object.getOwnPropertyNames(each)),
    ).not.toContain('__proto__');
  });

  it('counts what has no id as unreadable, unless that is all there is', () => {
    const modelSummaries = [{ modelName: 'Nameless' }, { modelId: 'maker.model' }, null];
    expect(parseModelSummaries({ modelSummaries })).toMatchObject({ items: [{}], unreadable: 2 });
    expect(() => parse({ modelName: 'Nameless' })).toThrow(MalformedResponseError);
  });

  it('unites several records of one model: what either lists counts, and the life is the shorter one', () => {
    const [model, ...others] = parse(
      {
        modelId: 'maker.model',
        inferenceTypesSupported: ['ON_DEMAND'],
        inputModalities: ['TEXT'],
        responseStreamingSupported: false,
        modelLifecycle: { status: 'ACTIVE', endOfLifeTime: '2027-06-01T00:00:00Z' },
      },
      { modelId: 'maker.other' },
      {
        modelId: 'maker.model',
        modelName: 'Model',
        providerName: 'Maker',
        inferenceTypesSupported: ['ON_DEMAND', 'PROVISIONED'],
        inputModalities: ['IMAGE'],
        responseStreamingSupported: true,
        modelLifecycle: { status: 'LEGACY', endOfLifeTime: '2027-01-01T00:00:00Z' },
      },
    );
    expect(others).toHaveLength(1);
    expect(model).toMatchObject({
      modelName: 'Model',
      providerName: 'Maker',
      inferenceTypesSupported: ['ON_DEMAND', 'PROVISIONED'],
      inputModalities: ['TEXT', 'IMAGE'],
      responseStreamingSupported: true,
      lifecycle: { status: 'LEGACY', endOfLifeTime: '2027-01-01T00:00:00.000Z' },
    });
  });

  it('keeps of two records what the first says of itself, and else what the second does', () => {
    const [first, second] = ['one', 'two'].map((word) => ({
      modelId: 'maker.model',
      modelName: `Model ${word}`,
      providerName: `Maker ${word}`,
      modelArn: `arn:aws:bedrock:eu-west-1::foundation-model/${word}`,
      customizationsSupported: [word],
      outputModalities: [word],
    }));
    const lists = { customizationsSupported: ['one', 'two'], outputModalities: ['one', 'two'] };
    expect(parse(first, second)[0]).toMatchObject({ ...first, ...lists });
    expect(parse({ modelId: 'maker.model' }, second)[0]).toMatchObject({ ...second });
    expect(parse(first, { modelId: 'maker.model' })[0]).toMatchObject({ ...first });
  });

  it.each([
    [[true, undefined], true],
    [[undefined, false], false],
    [[false, true], true],
    [[undefined, undefined], undefined],
    [['yes', 1], undefined],
  ])('takes what records say of streaming, %j, for %j', (said, streaming) => {
    const records = said.map((responseStreamingSupported) => ({ modelId: 'maker.model', responseStreamingSupported }));
    expect(parse(...records)[0]?.responseStreamingSupported).toBe(streaming);
  });

  it.each([
    ['ACTIVE', 'LEGACY', 'LEGACY'],
    ['LEGACY', 'ACTIVE', 'LEGACY'],
    ['ACTIVE', undefined, 'ACTIVE'],
    [undefined, 'ACTIVE', 'ACTIVE'],
    [undefined, 'LEGACY', 'LEGACY'],
    [undefined, undefined, 'UNKNOWN'],
  ])('takes a life that is %s and %s for %s', (one, other, status) => {
    const records = [one, other].map((each) => ({ modelId: 'maker.model', modelLifecycle: { status: each } }));
    expect(parse(...records)[0]?.lifecycle).toStrictEqual({ status });
  });

  it('takes of each time in two lives the earlier', () => {
    const times = ['startOfLifeTime', 'legacyTime', 'publicExtendedAccessTime', 'endOfLifeTime'];
    const [early, late] = ['2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'];
    const life = (at: string | undefined): object => Object.fromEntries(times.map((time) => [time, at]));
    const united = (...lives: readonly (string | undefined)[]): object | undefined =>
      parse(...lives.map((at) => ({ modelId: 'maker.model', modelLifecycle: life(at) })))[0]?.lifecycle;
    for (const lives of [
      [early, late],
      [late, early],
      [undefined, early],
      [early, undefined],
    ]) {
      expect(united(...lives)).toStrictEqual({ status: 'UNKNOWN', ...life(early) });
    }
  });

  it('takes the id of a model that is listed without from its ARN', () => {
    const modelArn = 'arn:aws:bedrock:eu-west-1::foundation-model/maker.model-v1:0';
    expect(parse({ modelArn })[0]).toMatchObject({ modelId: 'maker.model-v1:0', modelName: 'maker.model-v1:0' });
  });

  it('restores no model of which a member is not as it was stored', () => {
    const [model] = listed({
      modelId: 'maker.model',
      responseStreamingSupported: true,
      modelLifecycle: { status: 'LEGACY', legacyTime: '2026-01-01T00:00:00Z' },
    });
    const stored = JSON.parse(JSON.stringify(model)) as typeof model & object;
    expect(restoreModels([stored])).toEqual([model]);
    expect(restoreModels([stored])?.[0]).toBe(stored);
    const lists = ['inputModalities', 'outputModalities', 'customizationsSupported', 'inferenceTypesSupported'];
    const wrong: readonly object[] = [
      ...[...lists, 'modelId', 'modelName', 'providerName', 'modelArn', 'lifecycle'].flatMap((member) =>
        [undefined, 7, null].map((value) => ({ [member]: value })),
      ),
      ...lists.map((member) => ({ [member]: ['TEXT', ''] })),
      ...['modelId', 'modelName'].map((member) => ({ [member]: '' })),
      { responseStreamingSupported: 'yes' },
      { lifecycle: { status: '' } },
      ...['startOfLifeTime', 'legacyTime', 'publicExtendedAccessTime', 'endOfLifeTime'].map((time) => ({
        lifecycle: { status: 'ACTIVE', [time]: 'soon' },
      })),
    ];
    expect(wrong.filter((each) => restore({ ...flat(stored), ...each }) !== undefined)).toEqual([]);
    expect([restoreModels([7]), restoreModels([null]), restoreModels({})]).toEqual(Array(3).fill(undefined));
    expect([undefined, 7, null].map((here) => restoreModels([{ ...stored, here }]))).toEqual(Array(3).fill(undefined));
  });

  it('reads one record twice as it reads it once', () => {
    const record = fc.record(
      {
        modelId: fc.constantFrom('a', 'b'),
        modelName: fc.string(),
        inputModalities: fc.uniqueArray(fc.constantFrom('TEXT', 'IMAGE')),
        inferenceTypesSupported: fc.uniqueArray(fc.constantFrom('ON_DEMAND', 'PROVISIONED')),
        responseStreamingSupported: fc.boolean(),
        modelLifecycle: fc.record({
          status: fc.constantFrom('ACTIVE', 'LEGACY'),
          endOfLifeTime: fc.date({ noInvalidDate: true }),
        }),
      },
      { requiredKeys: ['modelId'] },
    );
    fc.assert(fc.property(record, (one) => expect(parse(one, one, one)).toEqual(parse(one))));
  });

  it('keeps what would leave its line out of names, and what is named so by no id at all', () => {
    const { items, unreadable } = parseModelSummaries({
      modelSummaries: [
        { modelId: 'maker.model', modelName: '\u001b[2JNova\r\n\u202ePro\u0000', providerName: 'Ma\u2028ker\t' },
        { modelId: 'maker.other', modelName: '\u0007', modelArn: 'arn:aws:\nx', inputModalities: ['TEXT', 'IM\nAGE'] },
        { modelId: 'maker.\u0000model' },
      ],
    });
    expect(items.map(flat)).toMatchObject([
      { modelId: 'maker.model', modelName: '[2JNova Pro', providerName: 'Ma ker' },
      { modelId: 'maker.other', modelName: 'maker.other', modelArn: '', inputModalities: ['TEXT'] },
    ]);
    expect(unreadable).toBe(1);
    const [model] = JSON.parse(JSON.stringify(items.map(flat))) as object[];
    for (const field of ['modelId', 'modelName', 'providerName', 'modelArn']) {
      expect(restore({ ...model, [field]: 'a\nb' })).toBeUndefined();
    }
  });

  it('does not take a missing list for an empty one', () => {
    expect(() => parseModelSummaries({})).toThrow(MalformedResponseError);
    expect(() => parseModelSummaries({ modelSummaries: 'none' })).toThrow('The answer holds no list of models.');
    expect(() => parse({})).toThrow('The answer lists models without ids.');
    expect(parse()).toEqual([]);
  });

  it('throws nothing but a MalformedResponseError, and restores from JSON exactly what it made', () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record({ modelId: fc.string(), modelLifecycle: fc.jsonValue(), inferenceTypesSupported: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(fc.array(anything), (items) => {
        try {
          const models = listed(...items);
          expect(restoreModels(JSON.parse(JSON.stringify(models)))).toEqual(models);
          expect(Object.isFrozen(models)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedResponseError);
        }
      }),
    );
  });
});
