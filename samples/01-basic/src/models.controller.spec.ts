import { Test } from '@nestjs/testing';
import { withoutAws } from 'nestjs-bedrock-discovery/testing';
import { AppModule } from './app.module.js';
import { ModelsController } from './models.controller.js';

const catalogue = {
  models: [{ modelId: 'amazon.nova-lite-v1:0', regions: ['eu-west-3', 'us-east-1'] }],
  profiles: [{ inferenceProfileId: 'eu.amazon.nova-lite-v1:0', regions: ['eu-west-3'] }],
};

it('knows where a model can be called within the European Union', async () => {
  const app = await withoutAws(Test.createTestingModule({ imports: [AppModule] }), { catalogue }).compile();
  const controller = app.get(ModelsController);
  expect(await controller.regions('nova-lite')).toEqual(['eu-west-3', 'us-east-1']);
  expect(await controller.route('nova-lite')).toMatchObject({ region: 'eu-west-3' });
  await app.close();
});
