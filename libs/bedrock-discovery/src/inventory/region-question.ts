import type { BedrockClient } from '@aws-sdk/client-bedrock';
import { type BedrockSdk, bedrockSdk } from '../aws/clients/bedrock-sdk.js';
import { timed, type TimedSendOptions } from '../aws/transport/timing.js';
import { recordIn } from '../util/guards.js';
import { type AnswerMemory, digestOf } from './answer-memory.js';

/** One request of a listing, and how its answer is read. */
export interface Question<T extends object> {
  /** Tells it apart from the others of the listing, from one scan to the next: pages count, whatever their tokens are. */
  readonly key: string;
  command(sdk: BedrockSdk): object;
  /**
   * Reads what was answered, as the SDK or as plain JSON gives it: times are `Date` or text.
   *
   * @returns what is frozen: it is handed out again where the same is answered.
   */
  read(output: unknown): T;
}

type Sending = Required<Pick<TimedSendOptions, 'signal' | 'allowance' | 'beforeParsing' | 'onResponse'>>;
type Sender = { send(command: object, options: { abortSignal: AbortSignal }): Promise<unknown> };

/** Asks, and reads the answer unless its bytes are those of last time; a success is read without the SDK where it is JSON. */
export async function ask<T extends object>(
  question: Question<T>,
  client: BedrockClient,
  memory: AnswerMemory,
  sending: Sending,
): Promise<T> {
  let taken: T | undefined;
  const take = async (body: Uint8Array): Promise<boolean> => {
    const digest = digestOf(body);
    taken = memory.find<T>(question.key, digest);
    if (taken !== undefined) {
      return true;
    }
    await sending.beforeParsing();
    const output = recordIn(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
    if (output !== undefined) {
      taken = memory.keep(question.key, digest, question.read(output));
    }
    return output !== undefined;
  };
  const prepared = timed(question.command(await bedrockSdk()), { ...sending, take });
  const output = await (client as Sender).send(prepared, { abortSignal: sending.signal });
  return taken ?? question.read(output);
}
