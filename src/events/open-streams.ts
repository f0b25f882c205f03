import type { ServerResponse } from 'node:http';
import { type BeforeApplicationShutdown, Injectable, type MessageEvent, type OnModuleDestroy } from '@nestjs/common';
import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import { retryAfter } from 'nestjs-bedrock-discovery/http';
import { ProblemError } from '../problems/problem.error.js';

/** What may wait for a client that does not read; all that it missed is told when it comes back. */
const MOST_UNREAD_BYTES = 1024 * 1024;

/** Lets streams end with their last byte: after the last hook the server cuts off what is still open. */
@Injectable()
export class OpenStreams implements OnModuleDestroy, BeforeApplicationShutdown {
  readonly #responses = new Set<ServerResponse>();
  readonly #closing = new AbortController();

  /** Aborted, with what to tell clients, when the application begins to close. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  add(response: ServerResponse): void {
    this.#responses.add(response);
    response.once('close', () => this.#responses.delete(response));
  }

  onModuleDestroy(): void {
    this.#closing.abort(new ProblemError('SHUT_DOWN', 'The application is closing.', { headers: retryAfter([]) }));
  }

  /** By now the library has been closed, and with it every stream was told to end. A client that does not read is not waited for. */
  async beforeApplicationShutdown(): Promise<void> {
    const reading = [...this.#responses].filter(({ writableNeedDrain }) => !writableNeedDrain);
    await Promise.all(
      reading.map(
        (response) =>
          new Promise<void>((resolve) => {
            response.once('finish', resolve);
            response.once('close', resolve);
          }),
      ),
    );
  }
}

/** Cuts off a client that does not read, before what waits for it takes too much memory. */
export function cutOffUnread(response: ServerResponse): MonoTypeOperatorFunction<MessageEvent> {
  let unread = 0;
  return tap((message) => {
    unread = response.writableNeedDrain ? unread + JSON.stringify(message).length : 0;
    if (unread > MOST_UNREAD_BYTES) {
      response.destroy();
    }
  });
}
