import { Module } from '@nestjs/common';
import { BedrockDiscoveryModule } from 'nestjs-bedrock-discovery';
import { RegionsController } from './regions.controller.js';

@Module({ imports: [BedrockDiscoveryModule.forRoot()], controllers: [RegionsController] })
export class AppModule {}
