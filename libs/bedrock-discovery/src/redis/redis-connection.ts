/**
 * The part of a client of `@redis/client` (or `redis`), 5 or 6, that is used.
 *
 * @publicApi
 */
export interface RedisClientLike {
  /** Whether it was connected and not destroyed since, be it reconnecting. */
  readonly isOpen: boolean;
  /** Whether commands can be sent now. */
  readonly isReady: boolean;
  /** Connects; rejects where that fails for good. */
  connect(): Promise<unknown>;
  /** Ends the connection at once; what is under way fails. */
  destroy(): void;
  /** Another client with the same settings, not yet connected: by RESP2, one that subscribes can do nothing else. */
  duplicate(): RedisClientLike;
  /** Sends one command by its words; rejects with what the server refuses. */
  sendCommand(args: readonly string[]): Promise<unknown>;
  /** Has messages of a channel handed to a listener. */
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  /** Hands no more messages of a channel to anybody. */
  unsubscribe(channel: string): Promise<unknown>;
  /** Has an event, such as `error` or `ready`, handed to a listener. */
  on(event: string, listener: (error: Error) => void): unknown;
  /** Takes a listener off an event. */
  off(event: string, listener: (error: Error) => void): unknown;
}

/** Longest wait for a connection, and for the greeting on it. */
const CONNECT_TIMEOUT_MS = 2_000;
/** Between attempts to connect; the longest keeps a recovery well below five seconds. */
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [50, 1_000];
/** A subscriber says nothing by itself, so that it has to ask whether it is still heard. */
const [PING_MS, SILENCE_MS] = [10_000, 25_000];

/** A client of our own. It connects when it is told to, goes on trying, and refuses commands while it is not connected. */
export async function createOwnClient(url: string): Promise<RedisClientLike> {
  const { createClient } = await import('@redis/client').catch((cause: unknown) => {
    throw new Error('redisSharedStore(url) needs the package @redis/client, 5 or 6: install it.', { cause });
  });
  return createClient({
    url,
    // Subscriptions and commands share a connection, so that a server that is full of instances holds twice as many.
    RESP: 3,
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_MS,
      // Many instances lose their connections at the same moment, and are not to come back in another.
      reconnectStrategy: (retries) =>
        Math.min(SHORTEST_PAUSE_MS * 2 ** retries, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2),
    },
  });
}

/** A client, and how its first attempt to connect ends. */
interface Link {
  readonly client: RedisClientLike;
  readonly tried: Promise<void>;
}

/** One connection that is kept, renewed where it goes silent, and on which nothing waits longer than it may. */
export class RedisConnection {
  readonly #create: () => Promise<RedisClientLike>;
  readonly #timeoutMs: number;
  readonly #onReady: (client: RedisClientLike) => void;
  #link: Promise<Link> | undefined;
  /** Why there is no connection; undefined while there is one, or none was tried yet. */
  #problem: Error | undefined;
  #wasReady = false;

  /** @param onReady called whenever there is a connection */
  constructor(create: () => Promise<RedisClientLike>, timeoutMs: number, onReady: (client: RedisClientLike) => void) {
    this.#create = create;
    this.#timeoutMs = timeoutMs;
    this.#onReady = onReady;
  }

  /** Uses the client once it is connected; fails at once where the last attempt to connect has failed. */
  async use<T>(work: (client: RedisClientLike) => Promise<T>): Promise<T> {
    const link = (this.#link ??= this.#open());
    // Loading the package is no time that the server takes.
    await link;
    // The first connection is made while a process is busy starting, and perhaps many are.
    const timeoutMs = this.#timeoutMs + (this.#wasReady ? 0 : CONNECT_TIMEOUT_MS);
    return inTime(timeoutMs, this.#connected(link).then(work), () => this.#renew(link));
  }

  /** Whoever uses it again opens it again. */
  close(): void {
    const link = this.#link;
    this.#link = this.#problem = undefined;
    void link?.then(
      ({ client }) => destroy(client),
      () => undefined,
    );
  }

  #open(): Promise<Link> {
    const link: Promise<Link> = this.#create().then((client) => ({ client, tried: this.#start(client, () => link) }));
    link.catch(() => {
      if (this.#link === link) {
        this.#link = undefined;
      }
    });
    return link;
  }

  #start(client: RedisClientLike, link: () => Promise<Link>): Promise<void> {
    let greeting: NodeJS.Timeout | undefined;
    client.on('connect', () => {
      clearTimeout(greeting);
      greeting = setTimeout(() => this.#renew(link()), CONNECT_TIMEOUT_MS).unref();
    });
    const tried = new Promise<void>((resolve, reject) => {
      client.on('ready', () => {
        clearTimeout(greeting);
        this.#problem = undefined;
        this.#wasReady = true;
        resolve();
        this.#onReady(client);
      });
      client.on('error', (error: Error) => {
        clearTimeout(greeting);
        this.#problem = error;
        reject(error);
      });
      client.on('end', () => {
        clearTimeout(greeting);
        reject(new Error('the connection was closed'));
      });
    });
    tried.catch(() => undefined);
    // What it fails with is told as an error as well.
    client.connect().catch(() => undefined);
    return tried;
  }

  async #connected(link: Promise<Link>): Promise<RedisClientLike> {
    const { client, tried } = await link;
    if (!client.isReady && this.#problem === undefined) {
      await tried.catch(() => undefined);
    }
    if (!client.isReady) {
      throw new Error(`Redis is not connected: ${wordsOf(this.#problem)}`, { cause: this.#problem });
    }
    return client;
  }

  /** Connects anew: what was lost without a word would be noticed by the system after minutes. */
  #renew(link: Promise<Link>): void {
    if (this.#link === link) {
      this.close();
      this.#problem = new Error(`no answer within ${this.#timeoutMs} ms`);
      this.#link = this.#open();
    }
  }
}

/** What Node says where a name has several addresses has a code and no message. */
function wordsOf(problem: (Error & { code?: string }) | undefined): string {
  return problem?.message || problem?.code || 'the connection was closed';
}

/** Ends a client of our own, whatever its state. */
function destroy(client: RedisClientLike): void {
  try {
    client.destroy();
  } catch {
    // The 5 throws where it is not open.
  }
}

/** What `work` comes to, or a rejection after a time. */
export async function inTime<T>(timeoutMs: number, work: Promise<T>, onTimeout = (): void => undefined): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const isOver = (): void => {
      onTimeout();
      reject(new Error(`Redis did not answer within ${timeoutMs} ms`));
    };
    // In two halves: what came while the process was busy, as at its start, is heard before the second is over.
    timer = setTimeout(() => (timer = setTimeout(isOver, timeoutMs / 2).unref()), timeoutMs / 2).unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
