import type { ServerResponse } from 'node:http';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';

/** Lets streams end with their last byte: after this hook the server cuts off what is still open. */
@Injectable()
export class OpenStreams implements BeforeApplicationShutdown {
  readonly #responses = new Set<ServerResponse>();

  add(response: ServerResponse): void {
    this.#responses.add(response);
    response.once('close', () => this.#responses.delete(response));
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
