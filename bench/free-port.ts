import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems hand out by themselves, for the near end of a connection too: from 32768 up on Linux, from 49152 on others. */
const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** A port of this machine where nobody listens, and that nobody is given who does not ask for this very one. */
export async function freePort(): Promise<number> {
  const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      return freePort();
    }
    throw error;
  }
  await once(server.close(), 'close');
  return port;
}
