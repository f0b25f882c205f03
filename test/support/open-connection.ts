import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterThisTest } from './cleanup.js';

/** Opens a connection and sends nothing on it, as browsers do ahead of need. */
export async function openConnection(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  afterThisTest(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}
