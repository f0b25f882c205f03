import { NestFactory } from '@nestjs/core';
import { startSimulatedAws } from '../support/simulated-aws.js';
import { AppModule } from './src/app.module.js';

let aws: Awaited<ReturnType<typeof startSimulatedAws>>;

beforeAll(async () => {
  aws = await startSimulatedAws();
});

afterAll(() => aws.stop());

async function start() {
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0);
  return { app, ask: async (path: string) => fetch(`${await app.getUrl()}/${path}`) };
}

it('is alive while AWS is down, and ready once the European Union has answered', async () => {
  const mend = aws.simulator.addFault({ kind: 'service-unavailable' });
  const broken = await start();
  expect((await broken.ask('health/live')).status).toBe(200);
  expect((await broken.ask('health/ready')).status).toBe(503);
  await broken.app.close();

  mend();
  const { app, ask } = await start();
  expect(await (await ask('health/ready')).json()).toMatchObject({
    status: 'ok',
    details: { bedrock: { status: 'up' } },
  });
  await app.close();
});

it('tells Prometheus how old the lists of each region are', async () => {
  const { app, ask } = await start();
  const metrics = await (await ask('metrics')).text();
  expect(metrics).toMatch(/^bedrock_discovery_inventory_age\{.*cloud_region="eu-west-1".*\} [\d.]+/m);
  await app.close();
});
