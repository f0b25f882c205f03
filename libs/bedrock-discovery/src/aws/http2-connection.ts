import net from 'node:net';
import tls from 'node:tls';
import type { Clock } from '../time/clock.js';

type Connect = (authority: URL, options: tls.ConnectionOptions) => net.Socket;

/** How an HTTP/2 session connects; the SDK sets no limit to how long that may take, and Node none of its own. */
export function connectWithin(limitMs: number, clock: Pick<Clock, 'schedule'>): Connect {
  return ({ protocol, hostname, port }, options) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const secure = protocol === 'https:';
    const socket = secure
      ? tls.connect({
          ...options,
          host,
          port: Number(port || 443),
          ALPNProtocols: ['h2'],
          // An address is no name that a certificate could be asked for.
          ...(net.isIP(host) === 0 && { servername: host }),
        })
      : net.connect(Number(port || 80), host);
    const cancel = clock.schedule(() => {
      const error = new Error(`No connection was established within ${limitMs} ms.`);
      socket.destroy(Object.assign(error, { name: 'TimeoutError', code: 'ETIMEDOUT', syscall: 'connect' }));
    }, limitMs);
    socket.once(secure ? 'secureConnect' : 'connect', cancel);
    socket.once('close', cancel);
    return socket;
  };
}
