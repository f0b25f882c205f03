import { type Attributes, context, type Context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Tracer } from '@opentelemetry/api';
import { REGION_EVENTS, type RegionEvent } from '../inventory/region-events.js';
import { REFRESH_EVENTS, type RefreshEvent } from '../refresh/refresh-events.js';
import type { TimedChannel, TimedEvent } from '../reporting/event-channel.js';
import { ATTEMPT_EVENTS, type AttemptEvent, RUN_EVENTS, type RunEvent } from '../routing/run-events.js';
import { KEY, operationOf, originOf, PROVIDER, rpcOf } from './attributes.js';

/** How an event becomes a span. */
interface SpanShape<E extends TimedEvent> {
  readonly kind: SpanKind;
  readonly name: (event: E) => string;
  /** Known when it begins. */
  readonly begun: (event: E) => Attributes;
  /** Known when it is over. */
  readonly ended: (event: E) => Attributes;
  /** What went wrong, for people. */
  readonly problem?: (event: E) => string | undefined;
}

const REFRESH: SpanShape<RefreshEvent> = {
  kind: SpanKind.INTERNAL,
  name: () => 'bedrock.discovery.refresh',
  begun: () => ({}),
  ended: ({ requests, failed }) => ({ [KEY.requests]: requests, [KEY.failedRegions]: failed }),
};

const REGION: SpanShape<RegionEvent> = {
  // The AWS SDK's own instrumentation makes the spans of the requests.
  kind: SpanKind.INTERNAL,
  name: ({ operation }) => `bedrock.discovery.region ${operation}`,
  begun: ({ region, operation }) => ({ [KEY.region]: region, ...rpcOf(operation) }),
  ended: ({ requests }) => ({ [KEY.requests]: requests }),
  problem: ({ failure }) => failure?.message,
};

const RUN: SpanShape<RunEvent> = {
  kind: SpanKind.INTERNAL,
  name: ({ modelId }) => (modelId === undefined ? 'bedrock.discovery.run' : `bedrock.discovery.run ${modelId}`),
  begun: () => ({ [KEY.provider]: PROVIDER }),
  ended: ({ modelId, route, attempts, failovers }) => ({
    [KEY.model]: modelId,
    [KEY.region]: route?.region,
    [KEY.via]: route?.via,
    [KEY.attempts]: attempts,
    [KEY.failovers]: failovers,
  }),
};

const ATTEMPT: SpanShape<AttemptEvent> = {
  kind: SpanKind.CLIENT,
  name: ({ api, route }) => `${operationOf(api)} ${route.modelId}`,
  begun: ({ route, attempt, host }) => ({
    [KEY.provider]: PROVIDER,
    [KEY.model]: route.modelId,
    [KEY.region]: route.region,
    [KEY.host]: host,
    [KEY.invocationId]: route.invocationId,
    [KEY.via]: route.via,
    [KEY.attempt]: attempt,
  }),
  ended: ({ api, usage, requests }) => ({
    [KEY.operation]: operationOf(api),
    [KEY.inputTokens]: usage?.input,
    [KEY.outputTokens]: usage?.output,
    [KEY.requests]: requests,
  }),
  problem: ({ failure }) => failure?.message,
};

/** Makes spans of what takes time: a refresh with a child per region, and a run with a child per attempt. */
export class DiscoverySpans {
  readonly #spans = new WeakMap<TimedEvent, Span>();
  readonly #unsubscribe: (() => void)[];

  /** @param isOurs whether an event is of this application */
  constructor(
    private readonly tracer: Tracer,
    private readonly isOurs: (event: TimedEvent) => boolean,
  ) {
    this.#unsubscribe = [
      ...this.#follow(REFRESH_EVENTS, REFRESH),
      ...this.#follow(REGION_EVENTS, REGION),
      ...this.#follow(RUN_EVENTS, RUN),
      ...this.#follow(ATTEMPT_EVENTS, ATTEMPT),
    ];
  }

  /** Does work as a part of the span of an event, so that spans which it begins are children of that. */
  readonly carry = <T>(event: TimedEvent, work: () => T): T => {
    const span = this.#spans.get(event);
    return span === undefined ? work() : context.with(within(span), work);
  };

  close(): void {
    this.#unsubscribe.forEach((unsubscribe) => unsubscribe());
  }

  #follow<E extends TimedEvent>(channel: TimedChannel<E>, shape: SpanShape<E>): (() => void)[] {
    return [
      channel.subscribeStart((event) => this.isOurs(event) && this.#begin(event, shape)),
      channel.subscribe((event) => this.#end(event, shape)),
    ];
  }

  #begin<E extends TimedEvent>(event: E, { kind, name, begun }: SpanShape<E>): void {
    const span = this.tracer.startSpan(name(event), { kind, attributes: { ...originOf(event), ...begun(event) } });
    this.#spans.set(event, span);
  }

  #end<E extends TimedEvent>(event: E, { name, ended, problem }: SpanShape<E>): void {
    const span = this.#spans.get(event);
    if (span === undefined) {
      return;
    }
    this.#spans.delete(event);
    span.updateName(name(event));
    // Which account it is may have been learnt meanwhile.
    span.setAttributes({ [KEY.account]: event.accountId, ...ended(event) });
    if (event.errorType !== undefined) {
      span.setAttribute(KEY.error, event.errorType);
      const message = problem?.(event);
      span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) });
    }
    span.end();
  }
}

function within(span: Span): Context {
  return trace.setSpan(context.active(), span);
}
