import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { listedCapabilities } from '../../catalog/figures/figures.js';
import type { InvocationPath } from '../../catalog/invocation-paths.js';
import type { ModelCapabilities } from '../../catalog/models/model.types.js';
import { InventoryContext } from '../../inventory/inventory-context.js';
import { KeptEvidence } from '../kept-record.js';
import { type DescribedFact, EVIDENCE_TTL_MS, type ObservedCall, type PathFact } from '../path-fact.js';

/** What a refusal has shown of a model, and when, in milliseconds since the epoch. */
const REFUSAL = z
  .object({
    modelId: z.string(),
    at: z.number(),
    toolUse: z.literal(false).optional(),
    maxOutputTokens: z.int().positive().optional(),
  })
  .readonly();
type Refusal = z.infer<typeof REFUSAL>;

/** Of streams alone, the refusal goes on ("in streaming mode"), and shows nothing of other calls. */
const NO_TOOLS = /this model doesn['’]t support tool use\./i;
const TOO_LONG = /maximum tokens you requested exceeds the model limit of (\d+)/i;

/** What models can do, by the table that comes with the library and, before it, by what calls were refused. */
@Injectable()
export class CapabilityEvidence implements PathFact<'capabilities'> {
  readonly name = 'capabilities';
  readonly #refusals: KeptEvidence<Refusal>;
  /** What {@link of} has answered, as long as nothing changes. */
  #answers: { readonly basis: object; readonly of: Map<string, ModelCapabilities | undefined> } | undefined;

  constructor(private readonly context: InventoryContext) {
    this.#refusals = new KeptEvidence(context, 'capabilities', {
      schema: REFUSAL,
      keyOf: ({ modelId }) => modelId,
      keepMs: EVIDENCE_TTL_MS,
    });
  }

  get current(): object {
    return this.#refusals.current;
  }

  of({ modelId }: InvocationPath): ModelCapabilities | undefined {
    const basis = this.current;
    if (this.#answers?.basis !== basis) {
      this.#answers = { basis, of: new Map() };
    }
    const { of } = this.#answers;
    if (!of.has(modelId)) {
      of.set(modelId, this.#capabilitiesOf(modelId));
    }
    return of.get(modelId);
  }

  /** Only what calls have shown is news on a route: the rest is the model's, and is said where it is asked for. */
  describe(known: ModelCapabilities | undefined, { modelId }: InvocationPath): DescribedFact {
    const refusal = this.#refusals.get(modelId);
    if (known?.source !== 'call' || refusal === undefined) {
      return {};
    }
    const said = [
      ...(refusal.toolUse === false ? ['no tools'] : []),
      ...(refusal.maxOutputTokens === undefined ? [] : [`answers of ${refusal.maxOutputTokens} tokens at most`]),
    ];
    return { reason: `Capabilities: a call has shown on ${known.asOf.slice(0, 10)} ${said.join(' and ')}.` };
  }

  /** Another route to the same model does no better, so that failover does not go on: the caller sees the refusal. */
  learn({ path: { modelId }, api, failure }: ObservedCall): void {
    const shown = api === 'converse' && failure?.kind === 'unknown' ? refusalIn(failure.message) : undefined;
    if (shown !== undefined) {
      this.#refusals.set({ ...this.#refusals.get(modelId), modelId, ...shown, at: this.context.clock.now() });
    }
  }

  open(): Promise<void> {
    return this.#refusals.open();
  }

  close(): Promise<void> {
    return this.#refusals.close();
  }

  #capabilitiesOf(modelId: string): ModelCapabilities | undefined {
    const refusal = this.#refusals.get(modelId);
    const listed = listedCapabilities(modelId);
    if (refusal === undefined) {
      return listed;
    }
    const { at, modelId: _modelId, ...shown } = refusal;
    return Object.freeze({ ...listed, ...shown, source: 'call', asOf: new Date(at).toISOString() });
  }
}

function refusalIn(message: string): Pick<Refusal, 'toolUse' | 'maxOutputTokens'> | undefined {
  const [, limit] = TOO_LONG.exec(message) ?? [];
  if (limit !== undefined && Number(limit) > 0) {
    return { maxOutputTokens: Number(limit) };
  }
  return NO_TOOLS.test(message) ? { toolUse: false } : undefined;
}
