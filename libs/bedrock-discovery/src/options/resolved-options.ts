import type {
  AccessSettings,
  BedrockDiscoveryOptions,
  CacheSettings,
  ClientOptions,
  LatencySettings,
  RefreshSettings,
  ScanSettings,
} from './bedrock-discovery.options.js';

/** The options after validation, with every default filled in. */
export interface ResolvedOptions extends Pick<
  BedrockDiscoveryOptions,
  'accountId' | 'awsProfile' | 'credentials' | 'endpoint'
> {
  readonly regions: 'auto' | readonly string[];
  readonly preferredRegions: readonly string[];
  readonly client: Readonly<ClientOptions & { maxAttempts: number; maxSockets: number }>;
  readonly scan: Readonly<Required<ScanSettings>>;
  readonly access: Readonly<Required<AccessSettings>>;
  readonly cache: Readonly<
    CacheSettings & { memoryTtlMs: number; diskTtlMs: number; directory: string | false; namespace: string }
  >;
  readonly latency: Readonly<Required<LatencySettings>>;
  readonly refresh: Readonly<RefreshSettings & { mode: 'cron' | 'on-read' | 'off'; cron: string; jitter: number }>;
}

/** Injection token of the {@link ResolvedOptions}. */
export const RESOLVED_OPTIONS = Symbol('nestjs-bedrock-discovery.resolved-options');
