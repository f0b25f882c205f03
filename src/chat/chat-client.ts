import {
  BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { Injectable } from '@nestjs/common';
import { InvocationRouter, type Route, type RunOptions } from 'nestjs-bedrock-discovery';

export interface ChatRequest {
  /** By id, ARN or name. */
  readonly model: string;
  readonly message: string;
  readonly system?: string;
  readonly maxTokens?: number;
  /** Where to begin; another region takes over where the model is not to be had there. */
  readonly initialRegion?: string;
}

/** What a client is told, in this order: the route, pieces of the text, the end. */
export type ChatEvent =
  | {
      readonly event: 'route';
      readonly route: Route;
      /** Routes that were tried before, in vain. */
      readonly triedBefore: readonly Pick<Route, 'region' | 'invocationId'>[];
      /** Why the answer does not come from `initialRegion`, if it does not. */
      readonly fallback?: { readonly from: string; readonly reason: string };
    }
  | { readonly event: 'text'; readonly text: string }
  | { readonly event: 'end'; readonly stopReason?: string; readonly usage?: object };

/** Streams a model's answer from wherever it can be had: begins in one region, and goes on to others by itself. */
@Injectable()
export class ChatClient {
  constructor(private readonly router: InvocationRouter) {}

  async *stream(request: ChatRequest, options: RunOptions = {}): AsyncGenerator<ChatEvent, void, undefined> {
    const { model, initialRegion } = request;
    const preferredRegions = [...(initialRegion ? [initialRegion] : []), ...(options.preferredRegions ?? [])];
    const tried: Route[] = [];
    const events = this.router.stream(
      model,
      async ({ route, client }) => {
        tried.push(route);
        const { stream } = await client(BedrockRuntimeClient).send(commandFor(request, route));
        if (stream === undefined) {
          throw new Error('Amazon Bedrock answered without a stream.');
        }
        return stream;
      },
      { ...options, preferredRegions: [...new Set(preferredRegions)] },
    );
    let end: ChatEvent = { event: 'end' };
    let begun = false;
    for await (const event of events) {
      if (!begun) {
        begun = true;
        yield await this.#begin(request, tried, options);
      }
      const text = event.contentBlockDelta?.delta?.text;
      if (text !== undefined) {
        yield { event: 'text', text };
      }
      end = withEnd(end, event);
    }
    yield end;
  }

  async #begin(
    { model, initialRegion }: ChatRequest,
    tried: readonly Route[],
    options: RunOptions,
  ): Promise<ChatEvent> {
    const [route, ...before] = [...tried].reverse() as [Route, ...Route[]];
    const triedBefore = before.reverse().map(({ region, invocationId }) => ({ region, invocationId }));
    if (initialRegion === undefined || initialRegion === route.region) {
      return { event: 'route', route, triedBefore };
    }
    const reason = triedBefore.some(({ region }) => region === initialRegion)
      ? 'The call was refused there.'
      : await this.#whyNot(model, initialRegion, options);
    return { event: 'route', route, triedBefore, fallback: { from: initialRegion, reason } };
  }

  /** Why there is no route from a region. */
  async #whyNot(model: string, region: string, options: RunOptions): Promise<string> {
    const { residency, allowGlobal, via } = options;
    const { rejected, unknownRegions } = await this.router.resolve(model, { residency, allowGlobal, via });
    const [known] = rejected.filter((route) => route.region === region);
    const unknown = unknownRegions.some((status) => status.region === region);
    return known?.reason ?? (unknown ? 'What the region offers is not known.' : 'The region does not offer the model.');
  }
}

function commandFor({ message, system, maxTokens }: ChatRequest, route: Route): ConverseStreamCommand {
  return new ConverseStreamCommand({
    modelId: route.invocationId,
    messages: [{ role: 'user', content: [{ text: message }] }],
    ...(system !== undefined && { system: [{ text: system }] }),
    ...(maxTokens !== undefined && { inferenceConfig: { maxTokens } }),
  });
}

function withEnd(end: ChatEvent, { messageStop, metadata }: ConverseStreamOutput): ChatEvent {
  return {
    ...end,
    event: 'end',
    ...(messageStop?.stopReason && { stopReason: messageStop.stopReason }),
    ...(metadata?.usage && { usage: metadata.usage }),
  };
}
