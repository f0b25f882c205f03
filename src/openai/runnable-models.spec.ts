import { describe, expect, it } from '@jest/globals';
import type { DiscoveredProfile, ProfileInRegion } from 'nestjs-bedrock-discovery';
import { runnableModels } from './runnable-models.js';

function profile(statuses: Record<string, string>): DiscoveredProfile {
  const at = (status: string): ProfileInRegion => ({
    type: 'SYSTEM_DEFINED',
    inferenceProfileArn: 'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.maker.model',
    modelArns: ['arn:aws:bedrock:eu-west-1::foundation-model/maker.model'],
    destinations: ['eu-west-1'],
    status,
  });
  return {
    inferenceProfileId: 'eu.maker.model',
    inferenceProfileName: 'EU model',
    type: 'SYSTEM_DEFINED',
    modelIds: ['maker.model'],
    regions: Object.keys(statuses),
    availability: Object.fromEntries(Object.entries(statuses).map(([region, status]) => [region, at(status)])),
  };
}

describe('a profile', () => {
  it.each([
    [true, { 'eu-west-1': 'ACTIVE', 'eu-north-1': 'CREATING' }],
    [false, { 'eu-west-1': 'CREATING' }],
  ])('makes its model runnable, %p, where it is %p', (runnable, statuses) => {
    expect(runnableModels([], [profile(statuses)]).map(({ id }) => id)).toEqual(runnable ? ['maker.model'] : []);
  });
});
