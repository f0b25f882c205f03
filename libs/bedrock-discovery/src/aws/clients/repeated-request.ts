import type { AwsCredentialIdentity } from '@aws-sdk/types';
import type { HttpRequest } from '@smithy/core/protocols';
import type { HttpResponse } from '@smithy/types';
import { randomUUID } from 'node:crypto';
import type { AwsIdentity } from '../identity/aws-identity.js';
import { receive, timed, type TimedSendOptions } from '../transport/timing.js';
import type { ClientInternals } from './client-class.js';
import { RequestSignature } from './request-signature.js';

const CALL_ID = 'amz-sdk-invocation-id';
/** Names the invocation of a function that a request is a part of. */
const TRACE_ID = /^x-amzn-trace-id$/i;
/** What belongs to one sending alone. */
const OF_ONE_SENDING = ['authorization', 'x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token', CALL_ID];
/** By which the date of an answer may differ from what is known of the clock of AWS. */
const SURPRISING_MS = 60_000;

/** Through which middleware comes to a stack. */
const MUTATORS = ['add', 'addRelativeTo', 'use', 'remove', 'removeByTag'] as const;
/** Which tools replace that want to see calls without adding middleware. */
const SEAMS = ['concat', 'clone', 'resolve'] as const;

type Stack = Record<(typeof MUTATORS)[number] | (typeof SEAMS)[number], (...args: never[]) => unknown>;
type Handler = (args: { input: object }) => Promise<{ response: unknown; output: unknown }>;

interface SdkCommand {
  readonly input: object;
  resolveMiddleware(stack: Stack, config: object, options: object): Handler;
}

interface Maker {
  readonly identity: AwsIdentity;
  /** Whether nobody but the factory has had a hand in what the client's calls pass through. */
  isAsMade(): boolean;
}

interface Repeatable {
  /** Without what belongs to one sending alone. */
  readonly request: HttpRequest;
  readonly signature: RequestSignature;
}

const makers = new WeakMap<object, Maker>();

/** Allows requests of a client to be repeated as long as nobody hooks into it. To be called when it is made. */
export function allowRepeating(client: ClientInternals, identity: AwsIdentity): void {
  const stack = client.middlewareStack as unknown as Stack;
  let isTouched = false;
  for (const name of MUTATORS) {
    const mutate = stack[name];
    stack[name] = (...args) => {
      isTouched = true;
      return mutate(...args);
    };
  }
  const seams = SEAMS.map((name) => stack[name]);
  const isAsMade = (): boolean => !isTouched && SEAMS.every((name, index) => stack[name] === seams[index]);
  makers.set(client, { identity, isAsMade });
}

/**
 * A GET as the SDK has made it, to be signed as the SDK signs it and sent by the client's handler again: making and signing the
 * same request of the same command takes the SDK several times as much of the processor as all the rest of asking. The client's
 * `send` is called as ever, and what is no plain success is the SDK's to read.
 */
export class RepeatedRequest {
  readonly #input: string;
  #untried: { readonly sent: HttpRequest; readonly credentials: AwsCredentialIdentity } | undefined;
  #tried: Repeatable | undefined;

  private constructor(
    sent: HttpRequest,
    command: object,
    private readonly client: ClientInternals,
    private readonly maker: Maker,
    credentials: AwsCredentialIdentity,
  ) {
    this.#input = inputOf(command);
    this.#untried = { sent, credentials };
  }

  /**
   * @param sent for `command` by `client`, as it was handed to the client's handler; it is not changed
   * @returns undefined where the SDK must make it each time
   */
  static async of(sent: HttpRequest, command: object, client: object): Promise<RepeatedRequest | undefined> {
    const maker = makers.get(client);
    const isPlain = sent.method === 'GET' && sent.body === undefined && !Object.keys(sent.headers).some(isTraceId);
    return maker && isPlain && sent.headers['authorization']?.startsWith('AWS4-') === true
      ? new RepeatedRequest(sent, command, client as ClientInternals, maker, await maker.identity.resolve())
      : undefined;
  }

  /** Whether a command asks the same of the same client, and can be signed as the SDK has done it. */
  isOf(command: object, client: object): boolean {
    this.#tryOut();
    return this.#tried !== undefined && this.client === client && this.#input === inputOf(command);
  }

  /** When it is first repeated: what a process asks for once costs it nothing. */
  #tryOut(): void {
    const { sent, credentials } = this.#untried ?? {};
    this.#untried = undefined;
    const signature = sent && credentials && RequestSignature.of(sent, credentials);
    if (sent !== undefined && signature !== undefined) {
      const request = sent.clone();
      OF_ONE_SENDING.forEach((name) => delete request.headers[name]);
      this.#tried = { request, signature };
    }
  }

  /**
   * Has a command repeat this request when it is sent.
   *
   * @param onRequest called where the SDK asks once more: it alone knows what to do about a refusal
   */
  serve(command: object, options: TimedSendOptions, onRequest: () => void): void {
    const own = command as SdkCommand;
    const resolve = own.resolveMiddleware.bind(own);
    own.resolveMiddleware = (stack, config, sendOptions) => {
      const bySdk = (prepared: TimedSendOptions): Handler => {
        timed(own, prepared);
        return resolve(stack, config, sendOptions);
      };
      return this.maker.isAsMade() ? (args) => this.#answer(args, options, bySdk, onRequest) : bySdk(options);
    };
  }

  async #answer(
    args: { input: object },
    options: TimedSendOptions,
    bySdk: (options: TimedSendOptions) => Handler,
    onRequest: () => void,
  ): ReturnType<Handler> {
    const credentials = await this.maker.identity.resolve({ signal: options.signal });
    let response: HttpResponse;
    let isTaken: boolean;
    try {
      response = await this.#send(credentials, options.signal);
      isTaken = await receive(response, options);
    } catch (error) {
      const fail = (): never => {
        throw error;
      };
      return bySdk({ ...options, answered: fail })(args);
    }
    if (isRefusal(response)) {
      onRequest();
      return bySdk(options)(args);
    }
    return isTaken && !this.#isSurprising(response)
      ? { response, output: { $metadata: metadataOf(response) } }
      : bySdk({ ...options, answered: () => response })(args);
  }

  async #send(credentials: AwsCredentialIdentity, abortSignal: AbortSignal): Promise<HttpResponse> {
    const { config } = this.client;
    const { request: made, signature } = this.#tried as Repeatable;
    const request = made.clone();
    request.headers[CALL_ID] = randomUUID();
    signature.sign(request.headers, Date.now() + (config.systemClockOffset ?? 0), credentials);
    return (await config.requestHandler.handle(request, { abortSignal })).response;
  }

  /** Where it is, the SDK is to see it, and learns the time from it. */
  #isSurprising({ headers }: HttpResponse): boolean {
    const offsetMs = Date.parse(headers['date'] ?? '') - Date.now();
    return Math.abs(offsetMs - (this.client.config.systemClockOffset ?? 0)) > SURPRISING_MS;
  }
}

/** It is about how was asked, by whom and when, and not about what can be tried again. */
function isRefusal({ statusCode }: HttpResponse): boolean {
  return statusCode >= 400 && statusCode < 500 && statusCode !== 429;
}

function metadataOf({ statusCode, headers }: HttpResponse): object {
  return { httpStatusCode: statusCode, requestId: headers['x-amzn-requestid'], attempts: 1, totalRetryDelay: 0 };
}

function inputOf(command: object): string {
  return JSON.stringify((command as SdkCommand).input);
}

function isTraceId(header: string): boolean {
  return TRACE_ID.test(header);
}
