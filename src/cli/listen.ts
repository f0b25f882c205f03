import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { INestApplication } from '@nestjs/common';

/**
 * Finds out whether an address can be listened on before anything is started, or asked of AWS, for nothing.
 *
 * @throws Error that says what to do where it cannot
 */
export async function assertFree(host: string, port: number): Promise<void> {
  const probe = createServer();
  await open(probe, host, port);
  probe.close();
  await once(probe, 'close');
}

/**
 * Starts the application and listens.
 *
 * @returns the URL to open
 * @throws Error that says what to do where the address cannot be listened on
 */
export async function listen(app: INestApplication, host: string, port: number): Promise<string> {
  await app.init();
  const server = app.getHttpServer() as Server;
  await open(server, host, port);
  return urlOf(server.address() as AddressInfo);
}

/** Nest's own `listen()` would log the error besides throwing it. */
async function open(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(explain(error as NodeJS.ErrnoException, host, port), { cause: error });
  }
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
