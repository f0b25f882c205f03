import { NestFactory } from '@nestjs/core';
import { startSimulatedAws } from '../support/simulated-aws.js';
import { AppModule } from './src/app.module.js';

let aws: Awaited<ReturnType<typeof startSimulatedAws>>;

beforeAll(async () => {
  aws = await startSimulatedAws();
});

afterAll(() => aws.stop());

it('answers where a model can be called, over HTTP', async () => {
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0);
  const get = async (path: string) => (await fetch(`${await app.getUrl()}/models/${path}`)).json();
  expect(await get('nova-lite/regions')).toContain('eu-west-3');
  expect(await get('claude-sonnet-4-5/route')).toEqual({
    region: 'eu-west-3',
    modelId: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
  });
  expect(await get('claude-sonet-4-5/route')).toMatchObject({ status: 404, code: 'MODEL_NOT_FOUND' });
  await app.close();
});
