import type { ServerResponse } from 'node:http';
import { All, Controller, Headers, type MessageEvent, Query, Res, Sse } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { methodNotAllowed } from '../problems/problem.error.js';
import { changeIdOrTime } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { EventStream } from './event-stream.js';
import { OpenStreams } from './open-streams.js';

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
  events(
    @Query() query: unknown,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: ServerResponse,
  ): Observable<MessageEvent> {
    const { since } = readParameters(query, PARAMETERS);
    const { 'Last-Event-ID': last } = readParameters(lastEventId ? { 'Last-Event-ID': lastEventId } : {}, HEADERS);
    this.open.add(response);
    return this.stream.after(last ?? since);
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
