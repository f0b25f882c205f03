import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ModelDiscoveryService } from 'nestjs-bedrock-discovery';
import { startSimulatedAws } from '../support/simulated-aws.js';
import { AppModule } from './src/app.module.js';

@Injectable()
class ElsewhereInTheApplication {
  constructor(readonly models: ModelDiscoveryService) {}
}

@Module({ providers: [ElsewhereInTheApplication] })
class OtherModule {}

@Module({ imports: [AppModule, OtherModule] })
class WholeApplication {}

let aws: Awaited<ReturnType<typeof startSimulatedAws>>;

beforeAll(async () => {
  aws = await startSimulatedAws();
});

afterAll(() => aws.stop());

it('ranks the region of the configuration first, and injects everywhere', async () => {
  process.env['HOME_REGION'] = 'eu-central-1';
  const app = await NestFactory.createApplicationContext(WholeApplication, { logger: false });
  const { models } = app.get(ElsewhereInTheApplication);
  expect((await models.getBestRegionsForModel('amazon.nova-lite-v1:0'))[0]).toBe('eu-central-1');
  await app.close();
});

it('does not start without its configuration', async () => {
  delete process.env['HOME_REGION'];
  const start = NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  await expect(start).rejects.toThrow('HOME_REGION');
});
