import { NestFactory } from '@nestjs/core';
import { startSimulatedAws } from '../support/simulated-aws.js';
import { AppModule } from './src/app.module.js';

let aws: Awaited<ReturnType<typeof startSimulatedAws>>;

beforeAll(async () => {
  aws = await startSimulatedAws();
});

afterAll(() => aws.stop());

async function tellStory(): Promise<string> {
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0);
  const answer = await fetch(`${await app.getUrl()}/stories?about=mountains`);
  const story = await answer.text();
  await app.close();
  return story;
}

it('streams an answer of the preferred region', async () => {
  expect(await tellStory()).toContain('Simulated answer of amazon.nova-pro-v1:0');
  expect(aws.simulator.executions.list().map(({ region }) => region)).toEqual(['eu-west-3']);
});

it('goes on in another region of the European Union where that one is throttled', async () => {
  aws.simulator.executions.reset();
  aws.simulator.addFault({ region: 'eu-west-3', operation: 'ConverseStream', kind: 'throttled' });
  expect(await tellStory()).toContain('Simulated answer of amazon.nova-pro-v1:0');
  const [execution, ...more] = aws.simulator.executions.list();
  expect(execution?.region).toMatch(/^eu-(?!west-3)/);
  expect(more).toEqual([]);
});
