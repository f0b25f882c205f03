import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** A name or address, and a port: as in a Host header, where IPv6 addresses stand in brackets. */
const HOST = /^(?:\[([\da-f:.]{2,45})\]|([\w.-]{1,253}))(?::\d{1,5})?$/i;

/** Whether a name or address leads to this machine alone: RFC 6761 keeps `localhost` and all below it for that. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? /^(?:.+\.)?localhost$/i.test(host) : LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

/** The name or address of a Host header in lower case, without its port; undefined where there is none that can be read. */
export function hostIn(header: string | undefined): string | undefined {
  const [, address, name] = HOST.exec(header ?? '') ?? [];
  return (address ?? name)?.toLowerCase();
}

/** The host of an Origin header; undefined where it has none, as `null` has not. */
export function hostOfOrigin(origin: string): string | undefined {
  return URL.canParse(origin) ? hostIn(new URL(origin).host) : undefined;
}
