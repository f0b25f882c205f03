import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_LENGTH, parseBedrockArn, parseReference, withoutGeography } from './arn.js';

describe('reading a Bedrock ARN', () => {
  it('takes an ARN apart, slashes and colons of the id included', () => {
    expect(
      parseBedrockArn('arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.maker.model-v1:0'),
    ).toEqual({
      partition: 'aws-us-gov',
      region: 'us-gov-west-1',
      accountId: '123456789012',
      resourceType: 'inference-profile',
      resourceId: 'us-gov.maker.model-v1:0',
    });
  });

  it('accepts an empty region', () => {
    expect(parseBedrockArn('arn:aws:bedrock:::foundation-model/maker.model')).toMatchObject({
      region: '',
      resourceId: 'maker.model',
    });
  });

  it('answers undefined, and never throws, for anything else', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(parseBedrockArn(text)).toBeUndefined()));
  });

  it('takes no text for an ARN that only holds one, and none that is longer than the service takes', () => {
    const arn = 'arn:aws:bedrock:eu-west-1::foundation-model/a.b';
    const ofLength = (length: number): string => arn.padEnd(length, 'b');
    for (const text of [`see ${arn}`, `${arn}\n`, ofLength(MAX_LENGTH + 1)]) {
      expect(parseBedrockArn(text)).toBeUndefined();
    }
    expect(parseBedrockArn(ofLength(MAX_LENGTH))?.resourceId).toHaveLength(MAX_LENGTH - arn.length + 3);
  });

  it('tells what an ARN names, and takes anything else for an id', () => {
    expect(parseReference('arn:aws:bedrock:eu-west-1::foundation-model/a.b')).toEqual({
      id: 'a.b',
      kind: 'model',
      region: 'eu-west-1',
    });
    expect(parseReference('arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/x')).toMatchObject({
      id: 'x',
      kind: 'profile',
    });
    expect(parseReference('a.b-v1:0')).toEqual({ id: 'a.b-v1:0' });
  });

  it('names no region where the ARN has none', () => {
    expect(parseReference('arn:aws:bedrock:::foundation-model/a.b')).toStrictEqual({ id: 'a.b', kind: 'model' });
  });
});

describe('the id of a model behind that of a system profile', () => {
  it.each([
    ['us-gov.maker.model', 'maker.model'],
    ['global.maker.model-v2.5:0', 'maker.model-v2.5:0'],
    // A provider may be called like a geography, or end like one.
    ['eu.model', 'eu.model'],
    ['maker.eu.model', 'maker.eu.model'],
    ['someus.maker.model', 'someus.maker.model'],
    ['06vsfs68yb4g', '06vsfs68yb4g'],
  ])('of %s is %s', (id, modelId) => {
    expect(withoutGeography(id)).toBe(modelId);
  });
});
