import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseBedrockArn, parseReference } from './arn.js';

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
});
