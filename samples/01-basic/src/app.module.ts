import { Module } from '@nestjs/common';
import { BedrockDiscoveryModule } from 'nestjs-bedrock-discovery';
import { ModelsController } from './models.controller.js';

@Module({
  imports: [BedrockDiscoveryModule.forRoot({ preferredRegions: ['eu-west-3'] })],
  controllers: [ModelsController],
})
export class AppModule {}
