import { describe, expect, it } from '@jest/globals';
import { buildModelIndex } from './models/model-index.js';
import { parseModelSummaries } from './models/parse-models.js';
import { buildProfileIndex } from './profiles/profile-index.js';
import { parseProfileSummaries } from './profiles/parse-profiles.js';
import { routableModels } from './invocation-paths.js';

const models = (...listed: [modelId: string, inferenceTypesSupported: string[]][]) =>
  parseModelSummaries({
    modelSummaries: listed.map(([modelId, inferenceTypesSupported]) => ({ modelId, inferenceTypesSupported })),
  }).items;

const profiles = (...listed: [modelId: string, status: string][]) =>
  parseProfileSummaries({
    inferenceProfileSummaries: listed.map(([modelId, status]) => ({
      inferenceProfileId: `eu.${modelId}`,
      inferenceProfileName: modelId,
      status,
      type: 'SYSTEM_DEFINED',
      models: [{ modelArn: `arn:aws:bedrock:eu-west-1::foundation-model/${modelId}` }],
    })),
  }).items;

describe('models that have a route', () => {
  it('are those listed on demand, and those that an active profile wraps, listed or not', () => {
    const listed = buildModelIndex(
      new Map([
        ['eu-west-1', models(['maker.direct', ['ON_DEMAND']], ['maker.wrapped', ['INFERENCE_PROFILE']])],
        ['us-east-1', models(['maker.wrapped', ['INFERENCE_PROFILE']], ['maker.provisioned', ['PROVISIONED']])],
      ]),
    );
    const wrapping = buildProfileIndex(
      new Map([
        ['eu-west-1', profiles(['maker.wrapped', 'ACTIVE'], ['maker.direct', 'ACTIVE'], ['maker.idle', 'CREATING'])],
        ['us-west-1', profiles(['maker.unlisted', 'ACTIVE'])],
      ]),
    );
    expect([...routableModels(listed, wrapping)].sort()).toEqual([
      ['eu-west-1', ['maker.direct', 'maker.wrapped']],
      ['us-west-1', ['maker.unlisted']],
    ]);
  });

  it('are told from what is known, be it one list or none', () => {
    const listed = buildModelIndex(new Map([['eu-west-1', models(['maker.direct', ['ON_DEMAND']])]]));
    expect([...routableModels(listed, undefined)]).toEqual([['eu-west-1', ['maker.direct']]]);
    expect(routableModels(undefined, undefined).size).toBe(0);
  });
});
