import { Injectable } from '@nestjs/common';
import * as z from 'zod';
import type { InvocationPath } from '../../catalog/invocation-paths.js';
import { InventoryContext } from '../../inventory/inventory-context.js';
import { ageOf } from '../../util/clock.js';
import { KeptEvidence } from '../kept-record.js';
import { type DescribedFact, EVIDENCE_TTL_MS, type ObservedCall, type PathFact } from '../path-fact.js';
import { type Api, API_WORDS, APIS, type ModelApis } from './api.types.js';

/** One thing that calls have shown of a model, and when they last did, in milliseconds since the epoch. */
const SEEN = z.object({ modelId: z.string(), api: z.enum(APIS), offered: z.boolean(), at: z.number() });
type Seen = Readonly<z.infer<typeof SEEN>>;

/** What a call that shows the same again leaves as it is for so long. */
const RENEW_MS = 3_600_000;
/** "This model doesn't support the Converse API." */
const UNSUPPORTED_API =
  /(?:n['’]t|not) support (?:the )?['"`]?(Converse|InvokeModel|Chat ?Completions?|Responses|Messages)/i;

/** Which APIs models offer, as real calls show it: no operation of AWS lists it. */
@Injectable()
export class ApiEvidence implements PathFact<'apis'> {
  readonly name = 'apis';
  readonly #seen: KeptEvidence<Seen>;
  /** What {@link of} has answered, as long as nothing changes. */
  #answers: { readonly basis: object; readonly of: Map<string, ModelApis | undefined> } | undefined;

  constructor(private readonly context: InventoryContext) {
    this.#seen = new KeptEvidence(context, 'apis', {
      schema: SEEN,
      keyOf: ({ modelId, api }) => keyOf(modelId, api),
      keepMs: EVIDENCE_TTL_MS,
    });
  }

  get current(): object {
    return this.#seen.current;
  }

  of({ modelId }: InvocationPath): ModelApis | undefined {
    const basis = this.current;
    if (this.#answers?.basis !== basis) {
      this.#answers = { basis, of: new Map() };
    }
    const { of } = this.#answers;
    if (!of.has(modelId)) {
      of.set(modelId, this.#apisOf(modelId));
    }
    return of.get(modelId);
  }

  describe(known: ModelApis | undefined): DescribedFact {
    if (known === undefined) {
      return {};
    }
    const { offered, refused } = known;
    const said = [
      ...(offered.length > 0 ? [`calls have used ${words(offered)}`] : []),
      ...(refused.length > 0 ? [`the model refuses ${words(refused)}`] : []),
    ];
    return { ...(offered.length > 0 && { shown: { apis: offered } }), reason: `APIs: ${said.join('; ')}.` };
  }

  learn({ path: { modelId }, api, failure }: ObservedCall): void {
    if (api === undefined) {
      return;
    }
    const offered = failure === undefined;
    if (!offered && refusedApi(failure.message) !== api) {
      return;
    }
    const at = this.context.clock.now();
    const former = this.#seen.get(keyOf(modelId, api));
    if (former?.offered !== offered || ageOf(former.at, at) >= RENEW_MS) {
      this.#seen.set({ modelId, api, offered, at });
    }
  }

  open(): Promise<void> {
    return this.#seen.open();
  }

  close(): Promise<void> {
    return this.#seen.close();
  }

  #apisOf(modelId: string): ModelApis | undefined {
    const seen = APIS.flatMap((api) => this.#seen.get(keyOf(modelId, api)) ?? []);
    const those = (offered: boolean): readonly Api[] =>
      Object.freeze(seen.filter((each) => each.offered === offered).map(({ api }) => api));
    return seen.length === 0 ? undefined : Object.freeze({ offered: those(true), refused: those(false) });
  }
}

/** The API that a path of the runtime belongs to. */
export function apiOf(path: string): Api | undefined {
  if (/^\/model\/[^/]+\/converse(?:-stream)?$/.test(path)) {
    return 'converse';
  }
  if (/^\/model\/[^/]+\/invoke(?:-with-response-stream|-with-bidirectional-stream)?$/.test(path)) {
    return 'invoke';
  }
  if (path.endsWith('/chat/completions')) {
    return 'chat-completions';
  }
  if (path.endsWith('/v1/responses')) {
    return 'responses';
  }
  return path.endsWith('/v1/messages') ? 'messages' : undefined;
}

function refusedApi(message: string): Api | undefined {
  const [, named = ''] = UNSUPPORTED_API.exec(message) ?? [];
  const plain = (name: string): string => name.toLowerCase().replaceAll(/ |s$/g, '');
  return APIS.find((api) => plain(API_WORDS[api]) === plain(named));
}

function words(apis: readonly Api[]): string {
  return apis.map((api) => API_WORDS[api]).join(', ');
}

function keyOf(modelId: string, api: Api): string {
  return `${modelId} ${api}`;
}
