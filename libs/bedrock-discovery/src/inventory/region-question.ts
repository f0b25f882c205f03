import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { HttpRequest } from '@smithy/core/protocols';
import type { HttpResponse } from '@smithy/types';
import { type BedrockSdk, bedrockSdk } from '../aws/clients/bedrock-sdk.js';
import type { ClientInternals } from '../aws/clients/client-class.js';
import { RepeatedRequest } from '../aws/clients/repeated-request.js';
import type { AwsIdentity } from '../aws/identity/aws-identity.js';
import { readWhole, timed, type TimedSendOptions, timingOf } from '../aws/transport/timing.js';
import { recordIn } from '../util/guards.js';
import { type AnswerMemory, digestOf } from './answer-memory.js';

/** One request of a listing, and how its answer is read. */
export interface Question<T extends object> {
  /** Tells it apart from the others of the listing, from one scan to the next: pages count, whatever their tokens are. */
  readonly key: string;
  /** Whether the same request asks it each time: not where it bears the token of a page. */
  readonly repeats: boolean;
  command(sdk: BedrockSdk): object;
  /**
   * Reads what was answered, as the SDK or as plain JSON gives it: times are `Date` or text.
   *
   * @returns what is frozen: it is handed out again where the same is answered.
   */
  read(output: unknown): T;
}

export interface Asker {
  readonly client: BedrockClient;
  readonly identity: AwsIdentity;
}

type Sending = Required<Pick<TimedSendOptions, 'signal' | 'allowance' | 'beforeParsing' | 'onResponse'>>;
type Sender = { send(command: object, options: { abortSignal: AbortSignal }): Promise<unknown> };

/**
 * Asks, and reads the answer unless its bytes are those of last time. The SDK makes the request when it is first asked, and what
 * follows from a failure; a success is read without it where it is JSON.
 */
export async function ask<T extends object>(
  question: Question<T>,
  { client, identity }: Asker,
  memory: AnswerMemory,
  sending: Sending,
): Promise<T> {
  const { key, repeats } = question;
  let read: (() => T) | undefined;
  const take = async (body: Uint8Array): Promise<boolean> => {
    const digest = digestOf(body);
    const known = memory.find<T>(key, digest);
    if (known !== undefined) {
      read = () => known;
      return true;
    }
    await sending.beforeParsing();
    const output = recordIn(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
    read = output && (() => memory.keep(key, digest, question.read(output)));
    return output !== undefined;
  };
  const internals = client as unknown as ClientInternals;
  const former = memory.requestOf(key);
  let answered: HttpResponse | undefined;
  if (former?.client === internals) {
    answered = await answerTo(former, sending);
    if (answered.statusCode < 300 && (await take(answered.body as Uint8Array))) {
      return (read as () => T)();
    }
    // What is refused is asked by the SDK until that succeeds.
    memory.forgetRequest(key);
    answered = (await former.isOutdated(answered, sending.signal)) ? undefined : answered;
  }
  const command = timed(question.command(await bedrockSdk()), {
    ...sending,
    ...(answered && { answered }),
    take: (body, request) => {
      if (repeats) {
        memory.keepRequest(key, RepeatedRequest.of(request as HttpRequest, internals, identity));
      }
      return take(body);
    },
  });
  const output = await (client as Sender).send(command, { abortSignal: sending.signal });
  return read === undefined ? question.read(output) : read();
}

async function answerTo(request: RepeatedRequest, { signal, allowance, onResponse }: Sending): Promise<HttpResponse> {
  const response = await request.send(signal);
  onResponse(timingOf(response), response.statusCode, response.headers);
  response.body = await readWhole(response.body as Parameters<typeof readWhole>[0], signal, allowance);
  return response;
}
