import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { BedrockDiscoveryModule } from 'nestjs-bedrock-discovery';
import { BedrockDiscoveryHealthIndicator } from 'nestjs-bedrock-discovery/health';
import { HealthController } from './health.controller.js';

@Module({
  imports: [TerminusModule, BedrockDiscoveryModule.forRoot({ scan: { onBootstrap: 'await' } })],
  controllers: [HealthController],
  providers: [BedrockDiscoveryHealthIndicator],
})
export class AppModule {}
