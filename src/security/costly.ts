import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  UseGuards,
} from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import { BEDROCK_DISCOVERY_CLOCK, type Clock } from 'nestjs-bedrock-discovery';
import { ProblemError } from '../problems/problem.error.js';
import { ACCESS_OPTIONS, type AccessOptions } from './access.options.js';
import { foreign, isCrossSite } from './front-door.js';
import { RateLimit } from './rate-limit.js';

const MINUTE_MS = 60_000;
const MOST_CALLS = 60;
const MOST_GUESSES = 10;

/** Programs send the token itself, and browsers ask for it as a password; they look at one offer a line. */
const CHALLENGE = { 'WWW-Authenticate': ['Bearer realm="Bedrock Explorer"', 'Basic realm="Bedrock Explorer"'] };

/** Lets nobody have AWS asked who may not, and nobody too often. Without a token, whoever reaches the application may. */
@Injectable()
class CostlyGuard implements CanActivate {
  readonly #token: Buffer | undefined;
  readonly #calls = new RateLimit(MOST_CALLS, MINUTE_MS);
  /** Counted by themselves, so that guessing keeps nobody out. */
  readonly #guesses = new RateLimit(MOST_GUESSES, MINUTE_MS);

  constructor(
    @Inject(ACCESS_OPTIONS) { token }: AccessOptions,
    @Inject(BEDROCK_DISCOVERY_CLOCK) private readonly clock: Clock,
  ) {
    this.#token = token === undefined ? undefined : digest(token);
  }

  /** @throws ProblemError FOREIGN_REQUEST, TOKEN_REQUIRED or TOO_MANY_REQUESTS */
  canActivate(context: ExecutionContext): true {
    const request = context.switchToHttp().getRequest<IncomingMessage>();
    if (isCrossSite(request)) {
      throw foreign('a page of another site leads to it.');
    }
    if (this.#token !== undefined) {
      this.#admit(tokenIn(request.headers.authorization), this.#token);
    }
    return true;
  }

  #admit(given: string | undefined, token: Buffer): void {
    if (given === undefined) {
      throw new ProblemError('TOKEN_REQUIRED', 'Send the token of this application: Authorization: Bearer <token>.', {
        headers: CHALLENGE,
      });
    }
    // Digests are of equal length, whatever was given.
    const isRight = timingSafeEqual(digest(given), token);
    const waitMs = (isRight ? this.#calls : this.#guesses).take(this.clock.monotonic());
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1_000);
      throw new ProblemError('TOO_MANY_REQUESTS', `Too many requests. Ask again in ${seconds} s.`, {
        headers: { 'Retry-After': String(seconds) },
      });
    }
    if (!isRight) {
      throw new ProblemError('TOKEN_REQUIRED', 'That is not the token of this application.', { headers: CHALLENGE });
    }
  }
}

/** What an endpoint that is marked as costly may be refused with. */
export const COSTLY_PROBLEMS = ['TOKEN_REQUIRED', 'TOO_MANY_REQUESTS'] as const;

/** Marks what has AWS asked, or tells of the account: it wants the token, where there is one. */
export function Costly(): MethodDecorator {
  return applyDecorators(UseGuards(CostlyGuard), ApiSecurity('token'));
}

/** A bearer token, or the password of any user. */
function tokenIn(authorization = ''): string | undefined {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization) ?? [];
  if (scheme === '') {
    return undefined;
  }
  return scheme.toLowerCase() === 'bearer'
    ? value
    : Buffer.from(value, 'base64')
        .toString()
        .replace(/^[^:]*:/, '');
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
