/** Every default of the library stands here and nowhere else. */
export const DEFAULT_OPTIONS = {
  client: { maxAttempts: 3, maxSockets: 128 },
  scan: { onBootstrap: 'background', concurrency: 40, regionTimeoutMs: 8_000, deadlineMs: 10_000 },
  access: { mode: 'lazy', ttlMs: 6 * 3_600_000 },
  cache: { memoryTtlMs: 3_600_000, diskTtlMs: 3 * 86_400_000, namespace: 'default' },
  latency: { smoothing: 0.1, halfLifeMs: 3 * 60_000 },
  refresh: { mode: 'cron', cron: '0 * * * *', jitter: 0.2 },
} as const;
