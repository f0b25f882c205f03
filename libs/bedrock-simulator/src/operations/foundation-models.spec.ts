import { afterEach, describe, expect, it } from '@jest/globals';
import {
  GetFoundationModelAvailabilityCommand,
  GetFoundationModelCommand,
  ListFoundationModelsCommand,
  type ListFoundationModelsCommandInput,
} from '@aws-sdk/client-bedrock';
import { bedrock, start, stopAll, wireBody } from '../clients.spec.helper.js';

afterEach(stopAll);

const CLAUDE = 'anthropic.claude-haiku-4-5-20251001-v1:0';

async function listed(input: object = {}, region = 'us-east-1') {
  const client = bedrock(await start(), region);
  const { modelSummaries } = await client.send(
    new ListFoundationModelsCommand(input as ListFoundationModelsCommandInput),
  );
  return modelSummaries ?? [];
}

describe('ListFoundationModels', () => {
  it('lists what the region of the signature offers', async () => {
    expect(await listed()).toHaveLength(121);
    expect(await listed({}, 'us-west-1')).toHaveLength(30);
  });

  it('answers with the fields of real answers, in their order', async () => {
    const body = await wireBody(bedrock(await start()), (client) =>
      client.send(new ListFoundationModelsCommand({ byProvider: 'DeepSeek' })),
    );
    const [first] = (JSON.parse(body) as { modelSummaries: Record<string, unknown>[] }).modelSummaries;
    expect(Object.keys(first ?? {})).toEqual([
      'modelArn',
      'modelId',
      'modelName',
      'providerName',
      'inputModalities',
      'outputModalities',
      'responseStreamingSupported',
      'customizationsSupported',
      'inferenceTypesSupported',
      'modelLifecycle',
    ]);
    expect(first?.['modelArn']).toBe(`arn:aws:bedrock:us-east-1::foundation-model/${String(first?.['modelId'])}`);
    expect(first?.['modelLifecycle']).toEqual({
      status: 'ACTIVE',
      startOfLifeTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  });

  it('leaves responseStreamingSupported out where it is not known', async () => {
    const silent = (await listed()).filter((model) => !('responseStreamingSupported' in model));
    expect(silent.length).toBeGreaterThan(0);
  });

  it('filters by provider whatever the case', async () => {
    const models = await listed({ byProvider: 'anthropic' });
    expect(models.length).toBeGreaterThan(5);
    expect(new Set(models.map((model) => model.providerName))).toEqual(new Set(['Anthropic']));
  });

  it('filters by customisation, output modality and inference type', async () => {
    const tuned = await listed({ byCustomizationType: 'DISTILLATION' });
    expect(tuned.length).toBeGreaterThan(0);
    expect(tuned.every((model) => model.customizationsSupported?.includes('DISTILLATION'))).toBe(true);
    const embeddings = await listed({ byOutputModality: 'EMBEDDING' });
    expect(embeddings.length).toBeGreaterThan(0);
    expect(embeddings.every((model) => model.outputModalities?.includes('EMBEDDING'))).toBe(true);
    const provisioned = await listed({ byInferenceType: 'PROVISIONED' });
    expect(provisioned.length).toBeGreaterThan(0);
    expect(provisioned.every((model) => model.inferenceTypesSupported?.includes('PROVISIONED'))).toBe(true);
  });

  it('lists what meets all filters where there are several', async () => {
    const models = await listed({ byProvider: 'Amazon', byOutputModality: 'IMAGE' });
    expect(models.length).toBeGreaterThan(0);
    expect(models.every((model) => model.providerName === 'Amazon')).toBe(true);
    expect(models.every((model) => model.outputModalities?.includes('IMAGE'))).toBe(true);
  });

  it.each([
    ['byCustomizationType', 'MAGIC'],
    ['byOutputModality', 'SMELL'],
    ['byInferenceType', 'NEVER'],
  ])('refuses an unknown value for %s', async (member, value) => {
    await expect(listed({ [member]: value })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(`Value '${value}' at '${member}' failed to satisfy constraint`),
    });
  });
});

describe('GetFoundationModel', () => {
  it('answers for an id or an ARN with what the list says', async () => {
    const simulator = await start();
    const client = bedrock(simulator);
    const { modelSummaries } = await client.send(new ListFoundationModelsCommand({}));
    const summary = modelSummaries?.find((model) => model.modelId === CLAUDE);
    for (const modelIdentifier of [CLAUDE, summary?.modelArn]) {
      const { modelDetails } = await client.send(new GetFoundationModelCommand({ modelIdentifier }));
      expect(modelDetails).toEqual(summary);
    }
  });

  it('finds no model that the region does not offer', async () => {
    const client = bedrock(await start(), 'us-west-1');
    const call = client.send(new GetFoundationModelCommand({ modelIdentifier: 'ai21.jamba-1-5-large-v1:0' }));
    await expect(call).rejects.toMatchObject({ name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } });
  });
});

describe('GetFoundationModelAvailability', () => {
  it('is green by default, and drops the :0 of the id', async () => {
    const client = bedrock(await start());
    const answer = await client.send(new GetFoundationModelAvailabilityCommand({ modelId: CLAUDE }));
    expect(answer).toMatchObject({
      modelId: 'anthropic.claude-haiku-4-5-20251001-v1',
      agreementAvailability: { status: 'AVAILABLE' },
      authorizationStatus: 'AUTHORIZED',
      entitlementAvailability: 'AVAILABLE',
      regionAvailability: 'AVAILABLE',
    });
  });

  it('says what was set, a region’s own setting first', async () => {
    const simulator = await start();
    const ask = (region: string) =>
      bedrock(simulator, region).send(new GetFoundationModelAvailabilityCommand({ modelId: CLAUDE }));
    expect(await ask('us-east-1')).toMatchObject({ entitlementAvailability: 'AVAILABLE' });
    simulator.setAccess(CLAUDE, { agreement: 'NOT_AVAILABLE', entitlement: 'NOT_AVAILABLE' });
    simulator.setAccess(CLAUDE, { agreement: 'PENDING', authorization: 'NOT_AUTHORIZED' }, 'eu-west-1');
    expect(await ask('us-east-1')).toMatchObject({
      agreementAvailability: { status: 'NOT_AVAILABLE' },
      authorizationStatus: 'AUTHORIZED',
      entitlementAvailability: 'NOT_AVAILABLE',
    });
    expect(await ask('eu-west-1')).toMatchObject({
      agreementAvailability: { status: 'PENDING' },
      authorizationStatus: 'NOT_AUTHORIZED',
      entitlementAvailability: 'NOT_AVAILABLE',
    });
  });

  it('says that a model is elsewhere, and knows no model that is nowhere', async () => {
    const client = bedrock(await start(), 'eu-west-1');
    const ask = (modelId: string) => client.send(new GetFoundationModelAvailabilityCommand({ modelId }));
    expect(await ask('ai21.jamba-1-5-large-v1:0')).toMatchObject({ regionAvailability: 'NOT_AVAILABLE' });
    await expect(ask('nobody.knows-v1:0')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
