import type { DynamicModule } from '@nestjs/common';

/** Where the data comes from. */
export abstract class DiscoverySource {
  abstract readonly kind: 'simulator' | 'aws';
  /** For the log and the index, so that nobody takes one for the other. */
  abstract readonly note: string;
  /** Regions that rank first where a request names none. */
  abstract readonly preferredRegions: readonly string[];
  /** The library, set up for this source. */
  abstract readonly module: DynamicModule;

  /** Ends what was started for this source. */
  abstract stop(): Promise<void>;
}
