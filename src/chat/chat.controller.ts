import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { All, Body, Controller, HttpCode, Logger, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import type { Schema } from '../openapi/schema.js';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { toProblem } from '../problems/to-problem.js';
import { disconnectSignal } from '../requests/disconnect-signal.js';
import { amount, flag, regionName, text } from '../requests/parameter-readers.js';
import { readParameters, type Readers } from '../requests/read-parameters.js';
import { constraintsFrom, ROUTE_PARAMETERS } from '../routes/route-parameters.js';
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
  acceptAgreements: flag,
  ...ROUTE_PARAMETERS,
};

/** Runs a model and streams its answer as server-sent events: `route`, then `text` piece by piece, then `end`. */
@Controller('chat')
export class ChatController {
  readonly #logger = new Logger(ChatController.name);

  constructor(
    private readonly chat: ChatClient,
    private readonly source: DiscoverySource,
  ) {}

  @Post()
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
      'MODEL_NOT_FOUND',
      'NO_ROUTE',
      'ROUTES_EXHAUSTED',
      'MAY_HAVE_EXECUTED',
      'ROUTES_UNKNOWN',
      'INVENTORY_UNAVAILABLE',
      'SHUT_DOWN',
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
    const { model, message, system, maxTokens, initialRegion, affinityKey, acceptAgreements, ...given } =
      readParameters(body ?? {}, PARAMETERS);
    if (model === undefined || message === undefined) {
      throw new ProblemError('INVALID_REQUEST', 'The body must be JSON with a model and a message.');
    }
    const signal = disconnectSignal(response);
    const constraints = constraintsFrom(given, this.source.preferredRegions);
    const events = this.chat.stream(
      { model, message, system, maxTokens, initialRegion },
      { ...constraints, signal, affinityKey, acceptAgreements },
    );
    // Until the first event, an error is answered as any other is.
    const first = await events.next();
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' });
    try {
      for (let next = first; next.done !== true; next = await events.next()) {
        await write(response, next.value);
      }
    } catch (error) {
      if (!signal.aborted) {
        this.#logger.warn(`An answer of ${model} broke off: ${error instanceof Error ? error.message : String(error)}`);
        const { document } = toProblem(error, 'POST', request.originalUrl);
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
