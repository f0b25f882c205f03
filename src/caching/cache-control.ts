import { Reflector } from '@nestjs/core';

/**
 * `no-cache`, the default: may be kept, but is asked for again at each use, as a refresh may land at any moment and a 304
 * costs next to nothing. `no-store`: tells of this moment, so that a copy is of no use. `max-age=…`: does not change while
 * the application runs.
 */
export type CachePolicy = 'no-cache' | 'no-store' | `max-age=${number}`;

/** How copies of what a controller or a handler answers may be used. */
export const CacheControl = Reflector.createDecorator<CachePolicy>();
