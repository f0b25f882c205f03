import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { startSimulatedAws } from '../support/simulated-aws.js';
import { AppModule } from './src/app.module.js';
import { Availability } from './src/availability.js';

const PRODUCTION = { accessKeyId: 'PRODUCTIONKEYID', secretAccessKey: 'made-up', accountId: '111111111111' };
const SANDBOX = { accessKeyId: 'SANDBOXKEYID', secretAccessKey: 'made-up-too', accountId: '222222222222' };

let aws: Awaited<ReturnType<typeof startSimulatedAws>>;

beforeAll(async () => {
  aws = await startSimulatedAws({ credentials: [PRODUCTION, SANDBOX] });
});

afterAll(() => aws.stop());

it('asks each account by its own credentials', async () => {
  const profiles = Object.entries({ production: PRODUCTION, sandbox: SANDBOX }).map(
    ([name, { accessKeyId, secretAccessKey }]) =>
      `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  delete process.env['AWS_ACCESS_KEY_ID'];
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(aws.folder, 'credentials');
  await writeFile(process.env['AWS_SHARED_CREDENTIALS_FILE'], profiles.join('\n'));

  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  const { onlyInProduction, onlyInSandbox } = await app.get(Availability).differences();
  expect(onlyInProduction).toContain('amazon.nova-premier-v1:0');
  expect(onlyInSandbox).toEqual([]);
  const asked = aws.simulator.requests.list().map(({ accessKeyId }) => accessKeyId);
  expect(new Set(asked)).toEqual(new Set([PRODUCTION.accessKeyId, SANDBOX.accessKeyId]));
  await app.close();
});
