import { NestFactory } from '@nestjs/core';
import type { APIGatewayProxyHandlerV2 } from 'aws-lambda';
import { BedrockDiscoveryModule, InvocationRouter } from 'nestjs-bedrock-discovery';

/** Started once for all calls of this instance. */
const application = NestFactory.createApplicationContext(
  BedrockDiscoveryModule.forRoot({
    cache: { seed: 'seed.json', directory: '/tmp/bedrock-discovery' },
    scan: { onBootstrap: 'off' },
    refresh: { mode: 'on-read' },
  }),
  { logger: ['warn', 'error'] },
);

export const handler: APIGatewayProxyHandlerV2 = async ({ queryStringParameters }) => {
  const router = (await application).get(InvocationRouter);
  const { routes } = await router.resolve(queryStringParameters?.['model'] ?? 'Nova Lite', { residency: 'eu' });
  return {
    statusCode: 200,
    body: JSON.stringify(routes.map(({ region, invocationId }) => ({ region, invocationId }))),
  };
};
