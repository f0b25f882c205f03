import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication, Module, Param, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, type AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { InvocationRouter, ModelDiscoveryService, RegionUnknownError } from 'nestjs-bedrock-discovery';
import { BedrockDiscoveryExceptionFilter, type ProblemDocument, toProblem } from 'nestjs-bedrock-discovery/http';
import { BedrockDiscoveryTestingModule, type TestCatalogue } from 'nestjs-bedrock-discovery/testing';
import { RecordingLogger } from '../support/recording-logger.js';

const MODEL = 'amazon.nova-lite-v1:0';

@Controller()
class ModelsController {
  constructor(
    private readonly models: ModelDiscoveryService,
    private readonly router: InvocationRouter,
  ) {}

  @Get('models/:id/regions')
  regions(@Param('id') id: string): Promise<readonly string[]> {
    return this.models.getModelRegions(id);
  }

  @Get('models/:id/in/:region')
  isIn(@Param('id') id: string, @Param('region') region: string): Promise<boolean> {
    return this.models.isModelAvailableInRegion(id, region);
  }

  @Get('models/:id/answer')
  answer(@Param('id') id: string): Promise<string> {
    return this.router.run(id, async () => 'Hello.', { via: ['application-profile'] });
  }

  @Get('broken')
  broken(): never {
    throw new Error('not of the library');
  }
}

const ANSWERING: TestCatalogue = { models: [{ modelId: MODEL, modelName: 'Nova Lite', regions: ['eu-west-1'] }] };
const SILENT: TestCatalogue = {
  models: [{ modelId: MODEL, regions: ['eu-west-1'] }],
  failures: { 'eu-west-1': 'access-denied' },
};

const ADAPTERS: [string, () => AbstractHttpAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

describe.each(ADAPTERS)('the exception filter on %s', (_, adapter) => {
  const applications: INestApplication[] = [];

  afterEach(() => Promise.all(applications.splice(0).map((application) => application.close())));

  async function start(
    catalogue: TestCatalogue,
    filter: Provider = { provide: APP_FILTER, useClass: BedrockDiscoveryExceptionFilter },
  ) {
    const imports = [BedrockDiscoveryTestingModule.forRoot({ catalogue })];
    @Module({ imports, controllers: [ModelsController], providers: [filter] })
    class AppModule {}
    const logger = new RecordingLogger();
    const testing = await Test.createTestingModule({ imports: [AppModule as Type] })
      .setLogger(logger)
      .compile();
    const application = testing.createNestApplication(adapter());
    applications.push(application);
    await application.listen(0, '127.0.0.1');
    const url = await application.getUrl();
    const get = async (path: string) => {
      const response = await fetch(url + path, { headers: { connection: 'close' } });
      return { response, document: (await response.json()) as ProblemDocument };
    };
    return { get, logger };
  }

  it('answers with the status of the code, and with what a caller can mend', async () => {
    const { get, logger } = await start(ANSWERING);
    const { response, document } = await get('/models/claude%20opus/regions');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('retry-after')).toBeNull();
    expect(document).toEqual({
      type: 'about:blank',
      title: 'No known region lists this model',
      status: 404,
      detail: expect.stringContaining("'claude opus' names no model"),
      instance: '/models/claude%20opus/regions',
      code: 'MODEL_NOT_FOUND',
      nearest: expect.any(Array),
      ambiguous: false,
      unknownRegions: [],
    });
    expect(logger.of('warn')).toEqual([]);
    const none = await get(`/models/${MODEL}/answer`);
    expect([none.response.status, none.document.code]).toEqual([409, 'NO_ROUTE']);
    expect(none.document).not.toHaveProperty('rejected');
  });

  it('has 400 and the nearest for a region that is none of those that are looked at, and 503 for one that may answer yet', async () => {
    const { get } = await start(ANSWERING);
    const { response, document } = await get(`/models/${MODEL}/in/eu-wst-1`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([400, null]);
    expect(document).toMatchObject({
      title: 'No such region is looked at',
      code: 'REGION_UNKNOWN',
      detail: expect.stringContaining('Did you mean eu-west-1?'),
      region: 'eu-wst-1',
      nearest: ['eu-west-1'],
    });
    expect((await get(`/models/${MODEL}/in/us-gov-west-1`)).document).toMatchObject({ status: 400, nearest: [] });
    const pending = toProblem(new RegionUnknownError('eu-west-1'));
    expect(pending).toMatchObject({ document: { status: 503 }, headers: { 'Retry-After': '5' } });
    expect(pending.document).not.toHaveProperty('nearest');
  });

  it('says when to ask again, and tells what AWS said in the log alone', async () => {
    const { get, logger } = await start(SILENT);
    const { response, document } = await get(`/models/${MODEL}/regions`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('300');
    expect(document).toEqual({
      type: 'about:blank',
      title: 'Nothing is known yet',
      status: 503,
      detail: 'No region has answered so far, so that neither "yes" nor "no" would be honest.',
      instance: `/models/${MODEL}/regions`,
      code: 'INVENTORY_UNAVAILABLE',
    });
    expect(logger.of('warn').filter((line) => line.includes('INVENTORY_UNAVAILABLE: '))).toHaveLength(1);
  });

  it('tells all that is known where it is told to', async () => {
    const { get } = await start(SILENT, {
      provide: APP_FILTER,
      inject: [HttpAdapterHost],
      useFactory: (host: HttpAdapterHost) =>
        new BedrockDiscoveryExceptionFilter(host, {
          details: true,
          typeOf: (code) => `https://problems.example/${code.toLowerCase()}`,
        }),
    });
    const { document } = await get(`/models/${MODEL}/regions`);
    expect(document).toMatchObject({
      type: 'https://problems.example/inventory_unavailable',
      detail: expect.stringContaining('access-denied in 1 region(s)'),
      failures: { 'eu-west-1': { kind: 'access-denied' } },
    });
  });

  it('leaves errors of others alone', async () => {
    const { get } = await start(ANSWERING);
    const { response, document } = await get('/broken');
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(document).toEqual({ statusCode: 500, message: 'Internal server error' });
  });
});
