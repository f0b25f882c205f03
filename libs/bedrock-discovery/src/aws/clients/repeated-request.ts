import type { AwsCredentialIdentity } from '@aws-sdk/types';
import type { HttpRequest } from '@smithy/core/protocols';
import type { HttpResponse } from '@smithy/types';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { raceSignal } from '../../util/deadline.js';
import { LruMap } from '../../util/lru-map.js';
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

/** What comes of having the SDK make a request: undefined where nothing does that could be repeated. */
type Making = Promise<RepeatedRequest | undefined>;

const NOTHING: Making = Promise.resolve(undefined);

/** What a command that is about to be sent needs. */
interface ExpectedRequest {
  /** The request as the SDK would make it; undefined where the SDK must make it. Waits for the making of others. */
  readonly alike: Making;
  /** To be called with what the SDK has made, as it is handed to the client's handler, or with nothing once it will not be. */
  readonly made: (sent?: HttpRequest) => void;
  /** What comes of that. */
  readonly making: Making;
}

interface Maker {
  readonly identity: AwsIdentity;
  /** Whether nobody but the factory has had a hand in what the client's calls pass through. */
  isAsMade(): boolean;
  /** Of the first request of the client. */
  first: Making | undefined;
  /** A request that the SDK had not made was refused: it may have been for how it was made. */
  isRefused: boolean;
  /** Of each question, for the client that was the first to ask it of those with the same identity. */
  readonly samples: LruMap<string, Making>;
}

interface Repeatable {
  /** Without what belongs to one sending alone. */
  readonly request: HttpRequest;
  readonly signature: RequestSignature;
}

/** More than there are questions that all regions are asked. */
const MAX_SAMPLES = 32;
const makers = new WeakMap<object, Maker>();
const samplesOf = new WeakMap<AwsIdentity, Maker['samples']>();

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
  const samples = samplesOf.get(identity) ?? new LruMap(MAX_SAMPLES);
  samplesOf.set(identity, samples);
  makers.set(client, { identity, isAsMade, first: undefined, isRefused: false, samples });
}

/**
 * A GET as the SDK has made it, to be signed as the SDK signs it and sent by the client's handler again: making and signing the
 * same request of the same command takes the SDK several times as much of the processor as all the rest of asking. The client's
 * `send` is called as ever, and what is no plain success is the SDK's to read.
 */
export class RepeatedRequest {
  #untried: { readonly sent: HttpRequest; readonly credentials: AwsCredentialIdentity } | undefined;
  #tried: Repeatable | undefined;
  /** It was never answered. */
  #isNew = false;

  private constructor(
    private readonly question: string,
    private readonly client: ClientInternals,
    private readonly maker: Maker,
  ) {}

  /** For a command that is about to be sent by a client whose last request of it is not there. */
  static expect(command: object, client: object, signal: AbortSignal): ExpectedRequest {
    const maker = makers.get(client);
    if (maker === undefined) {
      return { alike: NOTHING, made: () => undefined, making: NOTHING };
    }
    const expected = new RepeatedRequest(questionOf(command), client as ClientInternals, maker);
    let made: ExpectedRequest['made'] = () => undefined;
    const sent = new Promise<HttpRequest | undefined>((resolve) => (made = resolve));
    const making: Making = sent.then(async (request) => {
      const learnt = request && (await expected.#learn(request, signal));
      if (learnt === undefined) {
        maker.first = maker.first === making ? undefined : maker.first;
        maker.samples.deleteWhere((each) => each === making);
      }
      return learnt;
    });
    const first = (maker.first ??= making);
    const sample = maker.samples.getOrCreate(expected.question, () => making);
    const isMade = first === making || sample === making || maker.isRefused;
    return { alike: isMade ? NOTHING : expected.#tell(first, sample, signal), made, making };
  }

  /** It is told from what the SDK makes of it in another place, where this place differs in nothing else. */
  async #tell(first: Making, sample: Making, signal: AbortSignal): Making {
    const waited = <T>(making: Promise<T>): Promise<T> => raceSignal(making, signal);
    const [here, there] = await waited(Promise.all([first, sample]));
    const hereThere = here && (await waited(this.maker.samples.get(here.question) ?? NOTHING));
    if (here === undefined || there === undefined || hereThere?.client !== there.client) {
      return undefined;
    }
    this.#isNew = true;
    this.#tried = moved(there.#repeatable(), hereThere.#repeatable(), here.#repeatable());
    return this.#tried && this;
  }

  async #learn(sent: HttpRequest, signal: AbortSignal): Making {
    const isPlain = sent.method === 'GET' && sent.body === undefined && !Object.keys(sent.headers).some(isTraceId);
    if (!isPlain || sent.headers['authorization']?.startsWith('AWS4-') !== true) {
      return undefined;
    }
    const credentials = await this.maker.identity.resolve({ signal }).catch(() => undefined);
    this.#untried = credentials && { sent, credentials };
    return credentials && this;
  }

  /** Whether a command asks the same of the same client, and can be signed as the SDK has done it. */
  isOf(command: object, client: object): boolean {
    return this.client === client && this.question === questionOf(command) && this.#repeatable() !== undefined;
  }

  /** Tried out when it is first needed: what a process asks for once costs it nothing. */
  #repeatable(): Repeatable | undefined {
    const { sent, credentials } = this.#untried ?? {};
    this.#untried = undefined;
    const signature = sent && credentials && RequestSignature.of(sent, credentials);
    if (sent !== undefined && signature !== undefined) {
      const request = sent.clone();
      OF_ONE_SENDING.forEach((name) => delete request.headers[name]);
      this.#tried = { request, signature };
    }
    return this.#tried;
  }

  /**
   * Has a command repeat this request when it is sent.
   *
   * @param onRequest called where the SDK asks once more: it alone knows what to do about a refusal of what was answered before
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
    if (this.#tried?.signature.isOf(credentials) !== true) {
      return bySdk(options)(args);
    }
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
      this.maker.isRefused = true;
      if (!this.#isNew) {
        onRequest();
        return bySdk(options)(args);
      }
    }
    this.#isNew &&= !isTaken;
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

/** What is asked, in the same words whichever region is. */
function questionOf(command: object): string {
  return `${command.constructor.name} ${JSON.stringify((command as SdkCommand).input)}`;
}

/**
 * A request as it is in another place, if that is all by which two others differ.
 *
 * @param from in the place of the request
 * @param to the same in the other place
 */
function moved(request?: Repeatable, from?: Repeatable, to?: Repeatable): Repeatable | undefined {
  if (request === undefined || from === undefined || to === undefined) {
    return undefined;
  }
  // An operation may have an endpoint of its own.
  const isMovable =
    isDeepStrictEqual(at(request.request, from.request), request.request) &&
    isDeepStrictEqual(at(from.request, to.request), to.request);
  return isMovable
    ? { request: at(request.request, to.request), signature: request.signature.in(to.signature.scope) }
    : undefined;
}

function at(request: HttpRequest, { hostname, headers: { host = hostname } }: HttpRequest): HttpRequest {
  const there = request.clone();
  there.hostname = hostname;
  there.headers['host'] = host;
  return there;
}

function isTraceId(header: string): boolean {
  return TRACE_ID.test(header);
}
