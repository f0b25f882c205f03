import { writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { BedrockDiscoveryModule, DiscoveryRefresher } from 'nestjs-bedrock-discovery';

const app = await NestFactory.createApplicationContext(BedrockDiscoveryModule.forRoot());
await app.get(DiscoveryRefresher).refresh();
await writeFile('seed.json', JSON.stringify(await app.get(DiscoveryRefresher).export()));
await app.close();
