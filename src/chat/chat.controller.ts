import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { All, Body, Controller, Logger, Post, Req, Res } from '@nestjs/common';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { toProblem } from '../problems/to-problem.js';
import { disconnectSignal } from '../requests/disconnect-signal.js';
import { amount, flag, regionName, text } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { constraintsFrom, ROUTE_PARAMETERS } from '../routes/route-parameters.js';
import { DiscoverySource } from '../source/discovery-source.js';
import { ChatClient, type ChatEvent } from './chat-client.js';

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
  async answer(
    @Body() body: unknown,
    @Req() request: { originalUrl: string },
    @Res() response: ServerResponse,
  ): Promise<void> {
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

async function write(response: ServerResponse, { event, ...data }: ChatEvent): Promise<void> {
  if (!response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`) && !response.destroyed) {
    await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
}
