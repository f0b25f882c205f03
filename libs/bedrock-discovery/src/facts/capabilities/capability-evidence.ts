import { Injectable } from '@nestjs/common';
import * as z from 'zod';
import { listedCapabilities } from '../../catalog/figures/figures.js';
import type { InvocationPath } from '../../catalog/invocation-paths.js';
import { InventoryContext } from '../../inventory/inventory-context.js';
import { present } from '../../util/guards.js';
import { KeptEvidence } from '../kept-record.js';
import type { KnownAbilities } from './capability.types.js';
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
  #answers: { readonly basis: object; readonly of: Map<string, KnownAbilities | undefined> } | undefined;

  constructor(private readonly context: InventoryContext) {
    this.#refusals = new KeptEvidence(context, 'capabilities', {
      schema: REFUSAL,
      keyOf: ({ modelId, toolUse }) => keyOf(modelId, toolUse === undefined ? 'output' : 'tools'),
      keepMs: EVIDENCE_TTL_MS,
    });
  }

  get current(): object {
    return this.#refusals.current;
  }

  of({ modelId }: InvocationPath): KnownAbilities | undefined {
    const basis = this.current;
    if (this.#answers?.basis !== basis) {
      this.#answers = { basis, of: new Map() };
    }
    const { of } = this.#answers;
    if (!of.has(modelId)) {
      of.set(modelId, this.#abilitiesOf(modelId));
    }
    return of.get(modelId);
  }

  /** Only what calls have shown is news on a route: the rest is the model's, and is said where it is asked for. */
  describe(known: KnownAbilities | undefined): DescribedFact {
    const { shown } = known ?? {};
    if (shown === undefined) {
      return {};
    }
    const said = [
      ...(shown.toolUse === false ? ['takes no tools'] : []),
      ...(shown.maxOutputTokens === undefined ? [] : [`answers with ${shown.maxOutputTokens} tokens at most`]),
    ];
    return {
      reason: `Capabilities: the model ${said.join(' and ')}, as a call has shown on ${shown.at.slice(0, 10)}.`,
    };
  }

  /** Another route to the same model does no better, so that failover does not go on: the caller sees the refusal. */
  learn({ path: { modelId }, api, failure }: ObservedCall): void {
    const shown = api === 'converse' && failure?.kind === 'unknown' ? refusalIn(failure.message) : undefined;
    if (shown !== undefined) {
      this.#refusals.set({ modelId, ...shown, at: this.context.clock.now() });
    }
  }

  open(): Promise<void> {
    return this.#refusals.open();
  }

  close(): Promise<void> {
    return this.#refusals.close();
  }

  #abilitiesOf(modelId: string): KnownAbilities | undefined {
    const listed = listedCapabilities(modelId);
    const tools = this.#refusals.get(keyOf(modelId, 'tools'));
    const output = this.#refusals.get(keyOf(modelId, 'output'));
    const dated = listed && { asOf: listed.asOf };
    if (tools === undefined && output === undefined) {
      return listed && Object.freeze({ all: listed, ...dated });
    }
    const { toolUse, maxOutputTokens } = { ...output, ...tools };
    const shown = present({ toolUse, maxOutputTokens });
    const at = new Date(Math.max(tools?.at ?? 0, output?.at ?? 0)).toISOString();
    return Object.freeze({ all: { ...listed, ...shown }, ...dated, shown: { ...shown, at } });
  }
}

function keyOf(modelId: string, what: 'tools' | 'output'): string {
  return `${modelId} ${what}`;
}

function refusalIn(message: string): Pick<Refusal, 'toolUse' | 'maxOutputTokens'> | undefined {
  const [, limit] = TOO_LONG.exec(message) ?? [];
  if (limit !== undefined && Number(limit) > 0) {
    return { maxOutputTokens: Number(limit) };
  }
  return NO_TOOLS.test(message) ? { toolUse: false } : undefined;
}
