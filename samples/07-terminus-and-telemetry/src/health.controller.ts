import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import { BedrockDiscoveryHealthIndicator } from 'nestjs-bedrock-discovery/health';

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly bedrock: BedrockDiscoveryHealthIndicator,
  ) {}

  /** Whether the process answers at all: AWS has no part in that. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** Whether calls can be sent to the European Union by what its regions listed within the last hour. */
  @Get('ready')
  @HealthCheck()
  ready() {
    return this.health.check([() => this.bedrock.isHealthy('bedrock', { residency: 'eu', maxAgeMs: 3_600_000 })]);
  }
}
