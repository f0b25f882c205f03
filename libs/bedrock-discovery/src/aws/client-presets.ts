/** What a client is for: `standard` for control planes, `ai` for models that run, `data` for data services. */
export type ClientPreset = 'standard' | 'ai' | 'data';

export interface ClientPolicy {
  /** Longest wait for the response headers of one attempt, and longest silence within its body. */
  readonly requestTimeoutMs: number;
  /** Whether what may have been executed already is sent again. */
  readonly retriesWhatMayHaveExecuted: boolean;
}

/** Longest wait for a connection, TLS included; the same for all, since they share connections. */
export const CONNECTION_TIMEOUT_MS = 3_000;

/**
 * Timeouts and retries by kind of service. All retry in the SDK's standard mode, `client.maxAttempts` times; but a model
 * call whose answer was lost is paid for twice if it is sent twice, so `ai` repeats only what was refused or never sent.
 *
 * | preset     | connection | request | sent again after a lost answer or 5xx |
 * |------------|------------|---------|---------------------------------------|
 * | `standard` | 3 s        | 10 s    | yes                                   |
 * | `ai`       | 3 s        | 300 s   | no                                    |
 * | `data`     | 3 s        | 60 s    | yes                                   |
 */
export const CLIENT_POLICIES: Readonly<Record<ClientPreset, ClientPolicy>> = {
  standard: { requestTimeoutMs: 10_000, retriesWhatMayHaveExecuted: true },
  ai: { requestTimeoutMs: 300_000, retriesWhatMayHaveExecuted: false },
  data: { requestTimeoutMs: 60_000, retriesWhatMayHaveExecuted: true },
};
