import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { BedrockDiscoveryModule } from 'nestjs-bedrock-discovery';
import { BedrockDiscoveryHealthIndicator } from 'nestjs-bedrock-discovery/health';
import { BedrockDiscoveryTelemetryModule } from 'nestjs-bedrock-discovery/telemetry';
import { HealthController } from './health.controller.js';
import { meterProvider, MetricsController } from './metrics.controller.js';

@Module({
  imports: [
    TerminusModule,
    BedrockDiscoveryModule.forRoot({ scan: { onBootstrap: 'await' } }),
    BedrockDiscoveryTelemetryModule.forRoot({ meterProvider }),
  ],
  controllers: [HealthController, MetricsController],
  providers: [BedrockDiscoveryHealthIndicator],
})
export class AppModule {}
