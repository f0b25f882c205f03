import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MalformedResponseError } from '../../errors/errors.js';
import { parseModelSummaries, restoreModels } from './parse-models.js';

const parse = (...modelSummaries: unknown[]) => parseModelSummaries({ modelSummaries }).items;

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

  it('leaves out what has no id, unless that is all there is', () => {
    expect(parse({ modelName: 'Nameless' }, { modelId: 'maker.model' })).toHaveLength(1);
    expect(() => parse({ modelName: 'Nameless' })).toThrow(MalformedResponseError);
  });

  it('does not take a missing list for an empty one', () => {
    expect(() => parseModelSummaries({})).toThrow(MalformedResponseError);
    expect(() => parseModelSummaries({ modelSummaries: 'none' })).toThrow(MalformedResponseError);
    expect(parse()).toEqual([]);
  });

  it('never throws anything else, and restores from JSON exactly what it made', () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record({ modelId: fc.string(), modelLifecycle: fc.jsonValue(), inferenceTypesSupported: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(fc.array(anything), (items) => {
        try {
          const models = parse(...items);
          expect(restoreModels(JSON.parse(JSON.stringify(models)))).toEqual(models);
          expect(Object.isFrozen(models)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedResponseError);
        }
      }),
    );
  });
});
