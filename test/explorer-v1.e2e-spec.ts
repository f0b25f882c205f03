import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BedrockClient, ListFoundationModelsCommand, ListInferenceProfilesCommand } from '@aws-sdk/client-bedrock';
import type { BedrockSimulator } from 'bedrock-simulator';
import { type BedrockDiscoveryOptions, ModelAccessService } from 'nestjs-bedrock-discovery';
import OpenAI, { APIConnectionError, InternalServerError, NotFoundError } from 'openai';
import type { OpenAiModel } from '../src/openai/describe-model.js';
import { afterThisTest } from './support/cleanup.js';
import { type Explorer, startExplorer } from './support/explorer.js';

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'];
const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const EMBEDDING = 'amazon.titan-embed-text-v2:0';

/** The official client, which is told nothing but where the API is. */
const clientOf = ({ url }: Explorer): OpenAI =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey: 'not needed', maxRetries: 0 });

async function startOver(
  prepare?: (simulator: BedrockSimulator) => void,
  discovery: BedrockDiscoveryOptions = {},
): Promise<{ explorer: Explorer; client: OpenAI }> {
  const explorer = await startExplorer({ regions: REGIONS, ...discovery }, prepare);
  afterThisTest(() => explorer.close());
  return { explorer, client: clientOf(explorer) };
}

async function listAll(client: OpenAI): Promise<(OpenAI.Model & OpenAiModel)[]> {
  const models: OpenAI.Model[] = [];
  for await (const model of client.models.list()) {
    models.push(model);
  }
  return models as (OpenAI.Model & OpenAiModel)[];
}

/** Asked without the library: ids taken on demand, and ids that active profiles wrap, of what has not ended. */
async function runnableIds({ endpoint, credentials }: BedrockSimulator): Promise<Set<string>> {
  const ids = new Set<string>();
  const ended = new Set<string>();
  for (const region of REGIONS) {
    const bedrock = new BedrockClient({ region, endpoint, credentials });
    const { modelSummaries = [] } = await bedrock.send(new ListFoundationModelsCommand({}));
    for (const { modelId = '', inferenceTypesSupported = [], modelLifecycle } of modelSummaries) {
      if (inferenceTypesSupported.includes('ON_DEMAND')) {
        ids.add(modelId);
      }
      if ((modelLifecycle?.endOfLifeTime?.getTime() ?? Number.POSITIVE_INFINITY) < Date.now()) {
        ended.add(modelId);
      }
    }
    const page = await bedrock.send(new ListInferenceProfilesCommand({ maxResults: 1000 }));
    const active = (page.inferenceProfileSummaries ?? []).filter(({ status }) => status === 'ACTIVE');
    active
      .flatMap(({ models = [] }) => models)
      .forEach(({ modelArn = '' }) => ids.add(modelArn.split('/').at(-1) as string));
    bedrock.destroy();
  }
  ended.forEach((modelId) => ids.delete(modelId));
  return ids;
}

describe('the openai client', () => {
  let explorer: Explorer;
  let client: OpenAI;

  beforeAll(async () => {
    // A data retention mode that every model allows: under that of a fresh account some cannot be run.
    explorer = await startExplorer({ regions: REGIONS }, (simulator) =>
      simulator.setDataRetention('*', 'provider_data_share'),
    );
    client = clientOf(explorer);
  });

  afterAll(() => explorer.close());

  it('lists what the account can run, and nothing else', async () => {
    const models = await listAll(client);
    expect(models.map(({ id }) => id)).toEqual([...(await runnableIds(explorer.simulator))].sort());
    expect(models.length).toBeGreaterThan(50);
    expect(models.every(({ object }) => object === 'model')).toBe(true);
  });

  it('learns what a model puts out, and by which ids it is invoked', async () => {
    const models = await listAll(client);
    expect(models.find(({ id }) => id === EMBEDDING)).toMatchObject({
      owned_by: 'Amazon',
      output_modalities: ['EMBEDDING'],
      invocation_ids: [EMBEDDING],
    });
    const ids = models.find(({ id }) => id === MODEL)?.invocation_ids;
    expect(ids).toEqual(expect.arrayContaining([`eu.${MODEL}`, `us.${MODEL}`, `global.${MODEL}`]));
    expect(ids).not.toContain(MODEL);
  });

  it('learns since when there is a model, in seconds', async () => {
    const { body } = await explorer.get<{ availability: Record<string, { lifecycle: { startOfLifeTime: string } }> }>(
      `/models/${MODEL}`,
    );
    const starts = Object.values(body.availability).map(({ lifecycle }) => Date.parse(lifecycle.startOfLifeTime));
    const { created } = await client.models.retrieve(MODEL);
    expect(created).toBe(Math.min(...starts) / 1_000);
    expect(new Date(created * 1_000).getUTCFullYear()).toBeGreaterThan(2020);
  });

  it.each([
    ['its id', MODEL],
    ['the id of a profile', `eu.${MODEL}`],
    ['its name', 'Claude Sonnet 4.5'],
    ['an ARN with a slash', `arn:aws:bedrock:us-east-1::foundation-model/${MODEL}`],
  ])('retrieves a model by %s', async (_, id) => {
    expect(await client.models.retrieve(id)).toMatchObject({ id: MODEL, object: 'model', owned_by: 'Anthropic' });
  });

  it.each(['no-such-model', 'no/such model', 'eu.no-such-model'])('maps a model that is not there: %s', async (id) => {
    const error: unknown = await client.models.retrieve(id).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
      type: 'invalid_request_error',
    });
    expect((error as Error).message).toContain(id);
  });

  it.each<[method: 'get' | 'delete' | 'post', path: string, status: number, code: string]>([
    ['get', '/nothing', 404, 'route_not_found'],
    ['post', '/chat/completions', 404, 'route_not_found'],
    ['delete', `/models/${MODEL}`, 405, 'method_not_allowed'],
    ['get', '/models/%zz', 400, 'bad_request'],
  ])('maps the refusal of %s %s', async (method, path, status, code) => {
    await expect(client[method](path)).rejects.toMatchObject({ status, code, type: 'invalid_request_error' });
  });
});

describe('a model that cannot be run', () => {
  it('is not listed under /v1/models', async () => {
    const { client } = await startOver((simulator) => {
      simulator.addModel({ modelId: 'maker.provisioned', regions: REGIONS, inferenceTypesSupported: ['PROVISIONED'] });
      simulator.addModel({
        modelId: 'maker.unwrapped',
        regions: REGIONS,
        inferenceTypesSupported: ['INFERENCE_PROFILE'],
      });
      simulator.addModel({ modelId: 'maker.in-one', regions: ['us-east-1'] });
    });
    const ids = (await listAll(client)).map(({ id }) => id).filter((id) => id.startsWith('maker.'));
    expect(ids).toEqual(['maker.in-one']);
    await expect(client.models.retrieve('maker.provisioned')).rejects.toBeInstanceOf(NotFoundError);
    await expect(client.models.retrieve('maker.unwrapped')).rejects.toBeInstanceOf(NotFoundError);
  });
});

describe('a model past the end of its life, or that the account is denied', () => {
  it('is not listed under /v1/models, and asking for it says why', async () => {
    const { explorer, client } = await startOver((simulator) => {
      simulator.addModel({ modelId: 'maker.ended', regions: REGIONS });
      simulator.setLifecycle('maker.ended', { status: 'LEGACY', endOfLifeTime: '2020-01-01T00:00:00Z' });
      simulator.addModel({ modelId: 'maker.denied', regions: ['us-east-1'] });
      simulator.setAccess('maker.denied', { authorization: 'NOT_AUTHORIZED' });
      simulator.addModel({ modelId: 'maker.well', regions: ['us-east-1'] });
    });
    await explorer.app.get(ModelAccessService).getAccess('maker.denied', 'us-east-1');
    const ids = (await listAll(client)).map(({ id }) => id).filter((id) => id.startsWith('maker.'));
    expect(ids).toEqual(['maker.well']);
    for (const [id, why] of [
      ['maker.ended', 'past the end of its life'],
      ['maker.denied', 'access denied'],
    ] as const) {
      await expect(client.models.retrieve(id)).rejects.toMatchObject({
        status: 404,
        message: expect.stringContaining(why),
      });
    }
  });
});

describe('a profile whose model no region lists', () => {
  it('is a way to run the model under /v1/models', async () => {
    const { client } = await startOver((simulator) =>
      simulator.addProfile({ inferenceProfileId: 'eu.ghost.model-v1', routes: { 'eu-west-1': ['eu-west-1'] } }),
    );
    expect(await client.models.retrieve('ghost.model-v1')).toEqual({
      id: 'ghost.model-v1',
      object: 'model',
      created: 0,
      owned_by: 'ghost',
      input_modalities: [],
      output_modalities: [],
      invocation_ids: ['eu.ghost.model-v1'],
    });
  });
});

describe('what is not known under /v1/models', () => {
  it('is an error of the server where nothing is known', async () => {
    const { client } = await startOver((simulator) => simulator.addFault({ kind: 'access-denied' }));
    for (const asked of [client.models.list(), client.models.retrieve(MODEL)]) {
      const error: unknown = await asked.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(InternalServerError);
      expect(error).not.toBeInstanceOf(APIConnectionError);
      expect(error).toMatchObject({ status: 503, code: 'inventory_unavailable', type: 'server_error' });
      expect((error as InternalServerError).headers?.get('retry-after')).toBe('300');
    }
  });

  it('leaves what is known in the list, which says which regions may have more', async () => {
    const { explorer, client } = await startOver((simulator) =>
      simulator.addFault({ kind: 'access-denied', operation: 'ListInferenceProfiles' }),
    );
    const ids = (await listAll(client)).map(({ id }) => id);
    expect(ids).toContain(EMBEDDING);
    expect(ids).not.toContain(MODEL);
    const { body } = await explorer.get<{ unknown_regions: string[] }>('/v1/models');
    expect(body.unknown_regions).toEqual(REGIONS);
    expect(await client.models.retrieve(EMBEDDING)).toMatchObject({ id: EMBEDDING });
    // Whether a profile wraps it is what nobody knows.
    await expect(client.models.retrieve(MODEL)).rejects.toBeInstanceOf(InternalServerError);
  });

  it('may be where a model is that the known regions lack', async () => {
    const { client } = await startOver((simulator) => simulator.addFault({ kind: 'scp-denied', region: 'us-east-1' }));
    await expect(client.models.retrieve('ai21.jamba-1-5-large-v1:0')).rejects.toMatchObject({
      status: 404,
      message: expect.stringContaining('could not be looked at'),
    });
  });
});
