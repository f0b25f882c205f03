import type { BedrockClient } from '@aws-sdk/client-bedrock';
import { isDeepStrictEqual } from 'node:util';
import { type BedrockSdk, bedrockSdk } from '../aws/clients/bedrock-sdk.js';
import { RepeatedRequest } from '../aws/clients/repeated-request.js';
import { timed, type TimedSendOptions } from '../aws/transport/timing.js';
import { deepFreeze } from '../util/deep-freeze.js';
import { recordIn } from '../util/guards.js';
import type { Sharing } from '../util/sharing.js';
import { type AnswerMemory, digestOf } from './answer-memory.js';

/** One request of a listing, and how its answer is read. */
export interface Question<T extends object> {
  /** Tells it apart from the others of the listing, from one scan to the next: pages count, whatever their tokens are. */
  readonly key: string;
  command(sdk: BedrockSdk): object;
  /**
   * Reads what was answered, as the SDK or as plain JSON gives it: times are `Date` or text.
   *
   * @param former what was read last time
   * @param share to be applied to what is much the same from one region to the next
   * @returns what is frozen: it is handed out again where the same is answered.
   */
  read(output: unknown, former: T | undefined, share: Sharing): T;
}

type Sending = Required<Pick<TimedSendOptions, 'signal' | 'allowance' | 'beforeParsing' | 'onResponse'>> & {
  /** Called where more than one request is needed. */
  readonly onRequest: () => void;
};
type Sender = { send(command: object, options: { abortSignal: AbortSignal }): Promise<unknown> };

/**
 * Asks, and reads the answer unless its bytes are those of last time; a success is read without the SDK where it is JSON, and
 * the request that led to it is repeated.
 */
export async function ask<T extends object>(
  question: Question<T>,
  client: BedrockClient,
  memory: AnswerMemory,
  { onRequest, ...sending }: Sending,
): Promise<T> {
  const { key } = question;
  const command = question.command(await bedrockSdk());
  const former = memory.takeRequest(key);
  const expected =
    former?.isOf(command, client) === true ? undefined : RepeatedRequest.expect(command, client, sending.signal);
  let request = expected === undefined ? former : await expected.alike;
  const read = (output: unknown): T => question.read(output, memory.last<T>(key), memory.share);
  let taken: T | undefined;
  const take = async (body: Uint8Array): Promise<boolean> => {
    const digest = digestOf(body);
    taken = memory.find<T>(key, digest);
    if (taken !== undefined) {
      return true;
    }
    await sending.beforeParsing();
    const output = recordIn(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
    if (output !== undefined) {
      taken = memory.keep(key, digest, read(output));
    }
    return output !== undefined;
  };
  const send = (): Promise<unknown> => (client as Sender).send(command, { abortSignal: sending.signal });
  let output: unknown;
  if (request === undefined) {
    timed(command, { ...sending, take, onMade: expected?.made });
    output = await send().finally(() => expected?.made());
    request = await expected?.making;
  } else {
    request.serve(command, { ...sending, take }, onRequest);
    output = await send();
  }
  memory.keepRequest(key, request);
  return taken ?? read(output);
}

interface Items<T> {
  readonly items: readonly T[];
  readonly unreadable: number;
}

/**
 * A list in which each item that is as it was before is what it was before, and which is the former list where all are: whoever
 * follows can tell by identity what has changed.
 */
export function keepEqual<T>(list: Items<T>, former: Items<T> | undefined, idOf: (item: T) => string): Items<T> {
  if (former === undefined) {
    return list;
  }
  const known = new Map(former.items.map((item) => [idOf(item), item]));
  const items = list.items.map((item) => {
    const other = known.get(idOf(item));
    return other !== undefined && isDeepStrictEqual(item, other) ? other : item;
  });
  return Object.freeze({ items: Object.freeze(items), unreadable: list.unreadable });
}

/**
 * Items as a cache tier returned them, frozen, if all are what was stored; a tier is trusted no more than a response. It is the
 * very list where each item is as it was.
 *
 * @param asStored takes out of an item what nobody stores there, such as what a later release knows besides
 */
export function restoreItems<T>(
  value: unknown,
  isItem: (item: unknown) => item is T,
  asStored: (item: T) => T,
): readonly T[] | undefined {
  if (!Array.isArray(value) || !value.every(isItem)) {
    return undefined;
  }
  const items = value.map(asStored);
  const isAsStored = items.every((item, index) => item === value[index]);
  return isAsStored && Object.isFrozen(value) ? value : deepFreeze(isAsStored ? value : items);
}
