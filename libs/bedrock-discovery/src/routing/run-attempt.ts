import type { AwsClientFactory } from '../aws/aws-client.factory.js';
import { type AttemptObserver, clientOfAttempt } from '../aws/attempt-client.js';
import type { SdkClient, SdkClientClass } from '../aws/client-class.js';
import type { Route } from './route.types.js';
import type { RunContext } from './run.types.js';

/** One attempt to carry a call through one route. It lives until {@link release}, longer than the call where that streams. */
export class RunAttempt {
  readonly context: RunContext;
  readonly #controller = new AbortController();
  readonly #unfollow: (() => void)[] = [];
  #firstByteMs: number | undefined;
  #sent = 0;
  #succeeded = 0;

  constructor(
    readonly route: Route,
    number: number,
    clients: Pick<AwsClientFactory, 'getClient'>,
  ) {
    const { signal } = this.#controller;
    const views = new Map<SdkClientClass, SdkClient>();
    const observer: AttemptObserver = {
      signal,
      onFirstByte: (latencyMs) => (this.#firstByteMs = latencyMs),
      onSent: (outcome) => {
        this.#sent += 1;
        outcome.then(
          () => (this.#succeeded += 1),
          () => undefined,
        );
      },
    };
    const client = <K extends SdkClientClass>(clientClass: K): InstanceType<K> => {
      const view = views.get(clientClass) ?? clientOfAttempt(clientFor(clients, clientClass, route.region), observer);
      views.set(clientClass, view);
      return view as InstanceType<K>;
    };
    this.context = Object.freeze({ route, attempt: number, signal, client });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From the request to the headers of its answer, of the last request that `context.client()` sent. */
  get firstByteMs(): number | undefined {
    return this.#firstByteMs;
  }

  /** Whether one of several requests has been answered: whatever failed afterwards, not all of the attempt may be repeated. */
  get partlyExecuted(): boolean {
    return this.#sent > 1 && this.#succeeded > 0;
  }

  /** Ends the attempt with a signal; the returned function lets go of it. */
  follow(signal: AbortSignal): () => void {
    const abort = (): void => this.#controller.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) {
      abort();
    }
    const unfollow = (): void => signal.removeEventListener('abort', abort);
    this.#unfollow.push(unfollow);
    return unfollow;
  }

  /** Ends what is still under way. */
  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  release(): void {
    this.#unfollow.forEach((unfollow) => unfollow());
  }
}

/** Retries are the run's own: the SDK's would send again what may have been executed. */
function clientFor(
  clients: Pick<AwsClientFactory, 'getClient'>,
  clientClass: SdkClientClass,
  region: string,
): SdkClient {
  const config = { maxAttempts: 1 } as never;
  return clients.getClient(clientClass, { region, preset: 'ai', config }) as SdkClient;
}
