import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { Availability } from './availability.js';

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
process.stdout.write(`${JSON.stringify(await app.get(Availability).differences(), undefined, 2)}\n`);
await app.close();
