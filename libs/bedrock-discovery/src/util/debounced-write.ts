import type { Clock } from './clock.js';

/** Writes what has changed a while after the first change, and once for all that changed until then. */
export class DebouncedWrite {
  #cancel: (() => void) | undefined;
  #writing: Promise<void> | undefined;
  #pending = false;

  /**
   * @param write must not reject
   * @param delayMs 0 where timers do not run: then a change is only held back while another is being written
   */
  constructor(
    private readonly clock: Pick<Clock, 'schedule'>,
    private readonly delayMs: number,
    private readonly write: () => Promise<void>,
  ) {}

  /** Something has changed. */
  request(): void {
    if (this.#pending) {
      return;
    }
    this.#pending = true;
    if (this.delayMs === 0) {
      void this.#run();
    } else {
      this.#cancel = this.clock.schedule(() => void this.#run(), this.delayMs);
    }
  }

  /** Writes now what is still to be written; resolves once all is. */
  async flush(): Promise<void> {
    while (this.#pending || this.#writing !== undefined) {
      await this.#run();
    }
  }

  async #run(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    // One at a time, so that an older state never comes last.
    await this.#writing;
    if (this.#pending && this.#writing === undefined) {
      this.#pending = false;
      this.#writing = this.write().finally(() => (this.#writing = undefined));
      await this.#writing;
    }
  }
}
