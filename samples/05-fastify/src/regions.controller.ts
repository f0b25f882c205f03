import { Controller, Get, type MessageEvent, Sse } from '@nestjs/common';
import { DiscoveryRefresher, LatencyTracker, ModelDiscoveryService } from 'nestjs-bedrock-discovery';
import { map, type Observable } from 'rxjs';

@Controller('regions')
export class RegionsController {
  constructor(
    private readonly models: ModelDiscoveryService,
    private readonly latencies: LatencyTracker,
    private readonly refresher: DiscoveryRefresher,
  ) {}

  /** The regions that list a model, fastest first. */
  @Get()
  async list() {
    const { regions } = (await this.models.getModel('amazon.nova-lite-v1:0')) ?? { regions: [] };
    return this.latencies.sortRegions(regions);
  }

  /** What refreshes find to be new, gone or different. */
  @Sse('changes')
  changes(): Observable<MessageEvent> {
    return this.refresher.changes$.pipe(map((change) => ({ type: change.type, data: change })));
  }
}
