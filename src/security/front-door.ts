import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import { ProblemError } from '../problems/problem.error.js';
import { hostIn, hostOfOrigin, isLoopback } from './trusted-hosts.js';

type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

const REQUEST_ID = 'X-Request-Id';
const READS = new Set(['GET', 'HEAD']);
const PLAIN_ID = /^[\w.-]{1,64}$/;

/** Gives each answer the id of its request: the one that came with it where that is short and plain, else a new one. */
export function identified(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const given = request.headers['x-request-id'];
  response.setHeader(REQUEST_ID, typeof given === 'string' && PLAIN_ID.test(given) ? given : randomUUID());
  next();
}

export function idOfRequest(response: ServerResponse): string | undefined {
  return response.getHeader(REQUEST_ID)?.toString();
}

/**
 * Refuses what a page of another site has a browser send. A name of theirs that resolves to this machine stands in `Host`,
 * their own site in `Origin`, and `Sec-Fetch-Site` tells of the rest. A link to a page of this application may stand anywhere.
 *
 * @param hosts names and addresses to be reached by, beside loopback and the address that the connection came to
 */
export function ownRequestsOnly(hosts: readonly string[]): Middleware {
  const configured = new Set(hosts.map((host) => host.toLowerCase()));
  const isOwn = (host: string | undefined, { socket }: IncomingMessage): boolean =>
    host !== undefined && (isLoopback(host) || configured.has(host) || host === addressOf(socket.localAddress));
  return (request, _, next) => {
    const { host, origin } = request.headers;
    if (!isOwn(hostIn(host), request)) {
      next(foreign(`its Host is not one of this application's. ${ADVICE}`));
    } else if (origin !== undefined && !isOwn(hostOfOrigin(origin), request)) {
      next(foreign(`its Origin is another site. ${ADVICE}`));
    } else if (isCrossSite(request) && !isLink(request)) {
      next(foreign('a page of another site has sent it.'));
    } else {
      next();
    }
  };
}

const ADVICE = 'Whoever runs it may name further hosts in EXPLORER_HOSTS.';

/** Browsers say so themselves, and no page can make them say otherwise. */
export function isCrossSite({ headers }: IncomingMessage): boolean {
  return headers['sec-fetch-site'] === 'cross-site';
}

export function foreign(why: string): ProblemError {
  return new ProblemError('FOREIGN_REQUEST', `The request is not taken: ${why}`);
}

function isLink({ method = '', headers }: IncomingMessage): boolean {
  return READS.has(method) && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

/** IPv4 where a socket takes both. */
function addressOf(address = ''): string {
  return address.toLowerCase().replace(/^::ffff:(?=[\d.]+$)/, '');
}

/**
 * Takes bodies as JSON alone: forms and plain text are what a page may send to another site without asking first. A request
 * without a body need not say what it is.
 */
export function jsonOnly(
  { method = '', headers }: IncomingMessage,
  _: ServerResponse,
  next: (error?: unknown) => void,
): void {
  const type = headers['content-type'];
  const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  const isJson = type === undefined ? isEmpty : /^application\/json\s*(?:;|$)/i.test(type);
  if (READS.has(method) || isJson) {
    next();
  } else {
    next(new UnsupportedMediaTypeException('Send JSON as Content-Type: application/json.'));
  }
}
