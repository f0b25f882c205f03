import type { AwsClientFactory } from '../aws/clients/aws-client.factory.js';
import type { SdkClient, SdkClientClass } from '../aws/clients/client-class.js';
import { timingOf } from '../aws/transport/timing.js';
import type { Route, RunContext } from './route.types.js';

export interface AttemptObserver {
  /** Ends every request of the attempt, besides a signal that the caller gives. */
  readonly signal: AbortSignal;
  /** Called when the headers of an answer are there, with the time from the request to them in milliseconds. */
  readonly onFirstByte: (latencyMs: number) => void;
  /** Called when a request is sent, with what becomes of it. */
  readonly onSent: (outcome: Promise<unknown>) => void;
}

interface Sendable {
  middlewareStack: {
    add(
      middleware: (next: Handler) => Handler,
      options: { step: 'deserialize'; priority: 'low'; name: string; override: true },
    ): void;
  };
}
type Handler = (args: object) => Promise<{ response: unknown }>;
type Send = (command: Sendable, ...rest: unknown[]) => Promise<unknown> | undefined;

/** A client as one attempt sees it: its requests end with the attempt and are timed for it. The client itself is left alone. */
export function clientOfAttempt<C extends SdkClient>(client: C, observer: AttemptObserver): C {
  const send: Send = (client as unknown as { send: Send }).send;
  const view = Object.create(client) as C & { send: Send };
  view.send = (command, ...rest) => {
    observeFirstByte(command, observer);
    const [options] = rest;
    const sent =
      typeof options === 'object' && options !== null
        ? send.call(client, command, withSignal(options, observer.signal), ...rest.slice(1))
        : send.call(client, command, { abortSignal: observer.signal }, ...rest.filter((each) => each !== undefined));
    // With a callback, there is no promise.
    observer.onSent(sent ?? new Promise(() => undefined));
    return sent;
  };
  return view;
}

function observeFirstByte(command: Sendable, { onFirstByte }: AttemptObserver): void {
  const observe =
    (next: Handler): Handler =>
    async (args) => {
      const result = await next(args);
      const timing = typeof result.response === 'object' && result.response !== null && timingOf(result.response);
      if (timing && timing.reliable) {
        onFirstByte(timing.latencyMs);
      }
      return result;
    };
  // A command may be sent again through another route: the attempt that sends it last is the one it belongs to.
  command.middlewareStack.add(observe, {
    step: 'deserialize',
    priority: 'low',
    name: 'bedrockDiscoveryFirstByte',
    override: true,
  });
}

function withSignal(options: object, signal: AbortSignal): object {
  const { abortSignal } = options as { abortSignal?: unknown };
  const own = abortSignal instanceof AbortSignal ? AbortSignal.any([abortSignal, signal]) : signal;
  return { ...options, abortSignal: own };
}

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
