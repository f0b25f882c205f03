import { Module } from '@nestjs/common';
import { BedrockDiscoveryModule } from 'nestjs-bedrock-discovery';
import { StoriesController } from './stories.controller.js';
import { Storyteller } from './storyteller.js';

@Module({
  imports: [BedrockDiscoveryModule.forRoot()],
  controllers: [StoriesController],
  providers: [Storyteller],
})
export class AppModule {}
