import type { ServerResponse } from 'node:http';
import { All, Controller, Headers, type MessageEvent, Query, Res, Sse } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { changeIdOrTime } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { EVENTS, EVENTS_EXAMPLE } from './event.schemas.js';
import { EventStream } from './event-stream.js';
import { cutOffUnread, OpenStreams } from './open-streams.js';

const PARAMETERS = { since: changeIdOrTime };
const HEADERS = { 'Last-Event-ID': changeIdOrTime };

@Controller('events')
export class EventsController {
  constructor(
    private readonly stream: EventStream,
    private readonly open: OpenStreams,
  ) {}

  /** The header wins: a client that comes back sends it to the URL that it began with. */
  @Sse()
  @ApiEndpoint('GET /events', {
    query: PARAMETERS,
    about: {
      since: 'Begins with the changes after this one or this time. Default: changes from now on.',
    },
    headers: {
      'Last-Event-ID': { reader: changeIdOrTime, about: 'The same, sent by clients that come back; it wins.' },
    },
    mediaType: 'text/event-stream',
    answer: EVENTS,
    example: EVENTS_EXAMPLE,
    etag: false,
  })
  events(
    @Query() query: unknown,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: ServerResponse,
  ): Observable<MessageEvent> {
    const { since } = readParameters(query, PARAMETERS);
    const { 'Last-Event-ID': last } = readParameters(lastEventId ? { 'Last-Event-ID': lastEventId } : {}, HEADERS);
    this.open.add(response);
    return this.stream.after(last ?? since).pipe(cutOffUnread(response));
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
