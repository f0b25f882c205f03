import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { All, Body, Controller, HttpCode, Logger, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { OpenStreams } from '../events/open-streams.js';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import type { Schema } from '../openapi/schema.js';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { quoted } from '../problems/quoted.js';
import { toProblem } from '../problems/to-problem.js';
import { KnownRegions } from '../regions/known-regions.js';
import { disconnectSignal } from '../requests/disconnect-signal.js';
import { amount, regionName, text } from '../requests/parameter-readers.js';
import { readParameters, type Readers } from '../requests/read-parameters.js';
import { constraintsFrom, ROUTE_PARAMETERS } from '../routes/route-parameters.js';
import { Costly, COSTLY_PROBLEMS } from '../security/costly.js';
import { idOfRequest } from '../security/front-door.js';
import { DiscoverySource } from '../source/discovery-source.js';
import { ChatClient, type ChatEvent } from './chat-client.js';
import { CHAT_EXAMPLE, CHAT_REQUEST, CHAT_STREAM } from './chat.schemas.js';

const PARAMETERS = {
  model: text,
  message: text,
  system: text,
  maxTokens: amount,
  initialRegion: regionName,
  affinityKey: text,
  ...ROUTE_PARAMETERS,
};

/** Runs a model and streams its answer as server-sent events: `route`, then `text` piece by piece, then `end`. */
@Controller('chat')
export class ChatController {
  readonly #logger = new Logger(ChatController.name);

  constructor(
    private readonly chat: ChatClient,
    private readonly source: DiscoverySource,
    private readonly known: KnownRegions,
    private readonly open: OpenStreams,
  ) {}

  @Post()
  @Costly()
  @HttpCode(200)
  @ApiEndpoint('POST /chat', {
    query: {},
    mediaType: 'text/event-stream',
    answer: CHAT_STREAM,
    example: CHAT_EXAMPLE,
    problems: [
      'INVALID_REQUEST',
      'BAD_REQUEST',
      'CALL_REFUSED',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'MODEL_NOT_FOUND',
      'NO_ROUTE',
      'ROUTES_EXHAUSTED',
      'MAY_HAVE_EXECUTED',
      'ROUTES_UNKNOWN',
      'INVENTORY_UNAVAILABLE',
      'SHUT_DOWN',
      ...COSTLY_PROBLEMS,
    ],
  })
  @ApiBody({
    required: true,
    description: 'What to ask which model, and what narrows its routes down.',
    schema: CHAT_REQUEST(schemasOf(PARAMETERS)),
    examples: {
      fallback: {
        summary: 'Begins in a region that lacks the model',
        value: { model: 'Nova Pro', message: 'Tell me a story.', initialRegion: 'sa-east-1', residency: 'eu' },
      },
    },
  })
  async answer(
    @Query() query: unknown,
    @Body() body: unknown,
    @Req() request: { originalUrl: string },
    @Res() response: ServerResponse,
  ): Promise<void> {
    readParameters(query, {});
    const { model, message, system, maxTokens, initialRegion, affinityKey, ...given } = readParameters(
      body ?? {},
      PARAMETERS,
      this.known.has,
    );
    if (model === undefined || message === undefined) {
      throw new ProblemError('INVALID_REQUEST', 'The body must be JSON with a model and a message.');
    }
    const disconnected = disconnectSignal(response);
    const signal = AbortSignal.any([disconnected, this.open.closing]);
    this.open.add(response);
    const constraints = constraintsFrom(given, this.source.preferredRegions);
    const events = this.chat.stream(
      { model, message, system, maxTokens, initialRegion },
      { ...constraints, signal, affinityKey },
    );
    // Until the first event, an error is answered as any other is.
    const first = await events.next().catch((error: unknown) => {
      throw this.#causeOf(error);
    });
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' });
    try {
      for (let next = first; next.done !== true; next = await events.next()) {
        await write(response, next.value);
      }
    } catch (error) {
      if (!disconnected.aborted) {
        const cause = this.#causeOf(error);
        this.#logger.warn(`An answer broke off: ${quoted(cause instanceof Error ? cause.message : String(cause))}`);
        const { document } = toProblem(cause, 'POST', request.originalUrl, idOfRequest(response));
        response.write(`event: error\ndata: ${JSON.stringify(document)}\n\n`);
      }
    } finally {
      await events.return();
      response.end();
    }
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('POST');
  }

  /** What ends with the application is no defect of it. */
  #causeOf(error: unknown): unknown {
    const { closing } = this.open;
    return closing.aborted ? closing.reason : error;
  }
}

function schemasOf(readers: Readers): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(readers).map(([name, { accepts, schema }]) => [
      name,
      { description: `Must be ${accepts}.`, ...(schema ?? { type: 'string' }) },
    ]),
  );
}

async function write(response: ServerResponse, { event, ...data }: ChatEvent): Promise<void> {
  if (!response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`) && !response.destroyed) {
    await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
}
