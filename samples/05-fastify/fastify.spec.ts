import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DiscoveryRefresher } from 'nestjs-bedrock-discovery';
import { startSimulatedAws } from '../support/simulated-aws.js';
import { AppModule } from './src/app.module.js';

let app: NestFastifyApplication;
let aws: Awaited<ReturnType<typeof startSimulatedAws>>;

beforeAll(async () => {
  aws = await startSimulatedAws({ latency: { '*': 500, 'eu-north-1': 1 }, jitter: 0 });
});

afterAll(async () => {
  await app.close();
  await aws.stop();
});

it('lists regions and streams changes on Fastify', async () => {
  // The stream of changes has no end of its own.
  const adapter = new FastifyAdapter({ forceCloseConnections: true });
  app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter, { logger: false });
  await app.listen(0, '127.0.0.1');
  const regions = (await (await fetch(`${await app.getUrl()}/regions`)).json()) as string[];
  expect(regions[0]).toBe('eu-north-1');

  const events = await fetch(`${await app.getUrl()}/regions/changes`);
  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
  aws.simulator.removeModel('amazon.nova-lite-v1:0', 'eu-north-1');
  await app.get(DiscoveryRefresher).refresh({ force: true });
  let received = '';
  while (!received.includes('eu-north-1')) {
    received += (await reader?.read())?.value ?? '';
  }
  expect(received).toMatch(/^event: model-/m);
  await reader?.cancel();
});
