import 'reflect-metadata';
import https from 'node:https';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BedrockDiscoveryModule, type BedrockDiscoveryOptions } from 'nestjs-bedrock-discovery';
import type { Target } from './simulator-process.js';

/** The library over a simulator; it scans when told to. */
export function discoveryModule(target: Target, options: BedrockDiscoveryOptions = {}): DynamicModule {
  const { endpoint, accessKeyId, secretAccessKey, accountId, regions, certificate } = target;
  return BedrockDiscoveryModule.forRoot({
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
}

/** An application that has only the library in it. */
export function createApplication(
  target: Target,
  options: BedrockDiscoveryOptions = {},
): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(discoveryModule(target, options), { logger: ['error', 'warn'] });
}
