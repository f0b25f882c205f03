export type { DiscoveryChange } from 'nestjs-bedrock-discovery';

/** Data of the event `scan-progress`: one region has been asked for its models or its profiles. */
export interface DiscoveryProgress {
  readonly operation: 'models' | 'profiles';
  readonly done: number;
  readonly total: number;
  readonly region: string;
  readonly status: 'ok' | 'failed' | 'aborted';
}
