import { NestFactory } from '@nestjs/core';
import { ModelDiscoveryService } from 'nestjs-bedrock-discovery';
import { AppModule } from './app.module.js';

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
const regions = await app.get(ModelDiscoveryService).getBestRegionsForModel('amazon.nova-lite-v1:0');
process.stdout.write(`${regions.slice(0, 3).join('\n')}\n`);
await app.close();
