import { timingOf } from './attempt-timing.js';
import type { SdkClient } from './client-class.js';

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
