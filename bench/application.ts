import 'reflect-metadata';
import https from 'node:https';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BedrockDiscoveryModule, type BedrockDiscoveryOptions } from 'nestjs-bedrock-discovery';
import type { Target } from './simulator-process.js';

/** An application that has only the library in it, and scans when told to. */
export function createApplication(
  target: Target,
  options: BedrockDiscoveryOptions = {},
): Promise<INestApplicationContext> {
  const { endpoint, accessKeyId, secretAccessKey, accountId, regions, certificate } = target;
  const module = BedrockDiscoveryModule.forRoot({
    endpoint,
    regions,
    credentials: { accessKeyId, secretAccessKey },
    accountId,
    scan: { onBootstrap: 'off' },
    refresh: { mode: 'off' },
    cache: { directory: false },
    ...(certificate !== undefined && { client: { httpsAgent: new https.Agent({ keepAlive: true, ca: certificate }) } }),
    ...options,
  });
  return NestFactory.createApplicationContext(module, { logger: ['error', 'warn'] });
}
