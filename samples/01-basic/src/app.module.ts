import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { BedrockDiscoveryModule } from 'nestjs-bedrock-discovery';
import { BedrockDiscoveryExceptionFilter } from 'nestjs-bedrock-discovery/http';
import { ModelsController } from './models.controller.js';

@Module({
  imports: [BedrockDiscoveryModule.forRoot({ preferredRegions: ['eu-west-3'] })],
  controllers: [ModelsController],
  providers: [{ provide: APP_FILTER, useClass: BedrockDiscoveryExceptionFilter }],
})
export class AppModule {}
