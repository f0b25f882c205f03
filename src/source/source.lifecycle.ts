import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DiscoverySource } from './discovery-source.js';

/** Ends the source once the library and the server, which use it, have ended. */
@Injectable()
export class SourceLifecycle implements OnApplicationShutdown {
  constructor(private readonly source: DiscoverySource) {}

  onApplicationShutdown(): Promise<void> {
    return this.source.stop();
  }
}
