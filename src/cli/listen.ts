import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import type { INestApplication } from '@nestjs/common';

/**
 * Starts the application and listens.
 *
 * @returns the URL to open
 * @throws Error that says what to do, where the address cannot be listened on
 */
export async function listen(app: INestApplication, host: string, port: number): Promise<string> {
  await app.init();
  const server = app.getHttpServer() as Server;
  // Nest's own listen() would log the error besides throwing it.
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(explain(error as NodeJS.ErrnoException, host, port), { cause: error });
  }
  return urlOf(server.address() as AddressInfo);
}

function explain({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is in use. Set PORT to another one; PORT=0 takes any that is free.`;
    case 'EACCES':
      return `listening on port ${port} is not permitted. Set PORT to one above 1023; PORT=0 takes any that is free.`;
    default:
      return `cannot listen on ${host}: ${message}. Set HOST to an address of this machine.`;
  }
}

/** An address that stands for all of the machine's own cannot be opened in a browser. */
function urlOf({ address, family, port }: AddressInfo): string {
  const any = address === '0.0.0.0' || address === '::';
  return `http://${any ? 'localhost' : family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
