import { isObject } from '../settings/objects.js';
import type { Message, Peer } from './peer.js';

/** What all paths of the interface begin with: none of AWS does. */
export const CONTROL_PREFIX = '/_simulator/';

const MAX_BODY_BYTES = 1 << 20;

/** What can be done to a simulator, by the name of its method: what for, and the names of its parameters. */
const CONTROLS = {
  addFault: { summary: 'Lets requests go wrong', takes: 'fault' },
  addAnswer: { summary: 'Says what models answer; `matches` is a text', takes: 'answer' },
  clearFaults: { summary: 'Nothing goes wrong any more', takes: [] },
  clearAnswers: { summary: 'All models give their usual answers again', takes: [] },
  rejectNextToken: { summary: 'Rejects the tokens of the next requests that carry one', takes: 'options' },
  setLatency: { summary: 'How far away a region is, in milliseconds', takes: ['region', 'latencyMs'] },
  setModelLatency: { summary: 'How long a model takes until its first token', takes: ['modelId', 'latencyMs'] },
  setJitter: { summary: 'How far answers stray from their latency', takes: ['share'] },
  setPageSize: { summary: 'The most that a page holds', takes: ['pageSize'] },
  optIn: { summary: 'Opts the accounts in to a region', takes: ['region'] },
  optOut: { summary: 'Takes that back', takes: ['region'] },
  addCredentials: { summary: 'Accepts further credentials', takes: 'credentials' },
  removeCredentials: { summary: 'Knows a key no more', takes: ['accessKeyId'] },
  apiKey: { summary: 'Makes an API key of Bedrock', takes: 'key' },
  addModel: { summary: 'Lists a model', takes: 'model' },
  removeModel: { summary: 'Lists it no more', takes: ['modelId', 'region'] },
  setLifecycle: { summary: "A model's lifecycle", takes: ['modelId', 'lifecycle', 'region'] },
  setRateCard: { summary: 'What a model costs', takes: ['modelId', 'rateCard'] },
  setToolUse: { summary: 'Whether a model takes tools', takes: ['modelId', 'toolUse'] },
  setAccess: { summary: "The accounts' access to a model", takes: ['modelId', 'access', 'region'] },
  setDataRetention: { summary: 'The mode in force', takes: ['region', 'mode', 'accountId'] },
  setAllowedRetention: { summary: 'The modes that a model allows', takes: ['modelId', 'modes'] },
  setQuota: { summary: 'What the accounts may use of a model', takes: 'quota' },
  addProfile: { summary: 'Adds a system-defined inference profile', takes: 'profile' },
  addApplicationProfile: { summary: 'Makes an application profile', takes: 'profile' },
  setDestinations: { summary: 'Where a profile may serve calls', takes: ['profileId', 'sourceRegion', 'destinations'] },
  removeProfile: { summary: 'Lists a profile no more', takes: ['profileId', 'sourceRegion'] },
  addAccountModel: { summary: 'Adds what an account owns', takes: 'model' },
  setAccountModelStatus: { summary: 'Its status', takes: ['arn', 'status'] },
  removeAccountModel: { summary: 'Removes it', takes: ['arn'] },
  addMantleModel: { summary: 'Adds a model of bedrock-mantle', takes: 'model' },
  removeMantleModel: { summary: 'Removes it', takes: ['id'] },
  reset: { summary: 'Everything as it was at the start; credentials, API keys and connections stay', takes: [] },
  rotateConnections: { summary: 'Ends HTTP/2 connections as load balancers do', takes: [] },
} as const satisfies Record<string, { summary: string; takes: string | readonly string[] }>;

const LOGS = ['requests', 'executions', 'agreements'] as const;

interface Records {
  list(): readonly object[];
}

/** A simulator, as far as it is named here; {@link CONTROLS} names its other methods. */
export interface Controlled extends Readonly<Record<(typeof LOGS)[number], Records>> {
  readonly endpoint: string;
  readonly accountId: string;
  readonly regions: readonly string[];
  environment(): object;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What controls a simulator from any language, over its own port: see `openapi.json` there. */
export class ControlInterface {
  /** How what was added is removed again. */
  readonly #removals = new Map<number, () => void>();
  #added = 0;

  constructor(private readonly simulator: Controlled) {}

  handle(message: Message, peer: Peer): void {
    const chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) {
        chunks.push(chunk);
      }
    });
    message.on('end', () => {
      const text = size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString();
      const { status, body } = this.#answer(message, text);
      const written = Buffer.from(JSON.stringify(body));
      peer.writeHead(status, { 'content-type': 'application/json', 'content-length': written.length });
      peer.end(written);
    });
  }

  #answer({ url = '', method = 'GET', headers }: Message, text: string | undefined): Answer {
    const [path = '', query] = url.slice(CONTROL_PREFIX.length).split('?');
    const [name = '', id] = path.split('/');
    const log = LOGS.find((each) => each === name);
    if (method === 'GET' && log !== undefined) {
      const list = this.simulator[log].list();
      return { status: 200, body: { count: list.length, items: list.filter((entry) => isAskedFor(entry, query)) } };
    }
    if (method === 'GET') {
      return this.#read(name);
    }
    if (method === 'DELETE' && id !== undefined) {
      return this.#remove(Number(id));
    }
    if (method !== 'POST' || text === undefined) {
      return { status: method === 'POST' ? 413 : 405, body: { message: 'GET reads, POST does.' } };
    }
    // So that no page of a browser can control it: those may send nothing of this kind unasked.
    if (!/^application\/json\b/.test(headers['content-type'] ?? '')) {
      return { status: 415, body: { message: 'The body is JSON, and its content type says so.' } };
    }
    return this.#do(name, text);
  }

  #read(name: string): Answer {
    const { endpoint, accountId, regions } = this.simulator;
    switch (name) {
      case 'health':
        return { status: 200, body: { status: 'ok', endpoint, accountId, regions } };
      case 'environment':
        return { status: 200, body: this.simulator.environment() };
      case 'openapi.json':
        return { status: 200, body: describe(endpoint) };
      default:
        return unknown(name);
    }
  }

  #remove(id: number): Answer {
    const remove = this.#removals.get(id);
    remove?.();
    this.#removals.delete(id);
    return remove === undefined
      ? { status: 404, body: { message: 'Nothing has that id.' } }
      : { status: 200, body: {} };
  }

  #do(name: string, text: string): Answer {
    try {
      const parameters: unknown = JSON.parse(text === '' ? '{}' : text);
      if (!isObject(parameters)) {
        throw new RangeError('The body must be an object.');
      }
      if (name === 'reset') {
        this.#removals.clear();
      }
      return isControl(name) ? { status: 200, body: this.#call(name, parameters) } : unknown(name);
    } catch (error) {
      if (error instanceof RangeError || error instanceof SyntaxError) {
        return { status: 400, body: { message: error.message } };
      }
      throw error;
    }
  }

  #call(name: keyof typeof CONTROLS, parameters: Readonly<Record<string, unknown>>): object {
    const { takes } = CONTROLS[name];
    const named: readonly string[] = typeof takes === 'string' ? [] : takes;
    const strange = Object.keys(parameters).find((each) => typeof takes !== 'string' && !named.includes(each));
    if (strange !== undefined) {
      throw new RangeError(`${name} has no "${strange}"; accepted are ${named.join(', ') || 'no parameters'}.`);
    }
    const given = typeof takes === 'string' ? [parameters] : named.map((each) => parameters[each]);
    const method = Reflect.get(this.simulator, name) as (...values: readonly unknown[]) => unknown;
    const made = method.apply(this.simulator, given);
    if (typeof made === 'function') {
      this.#removals.set(++this.#added, made as () => void);
      return { id: this.#added };
    }
    return isObject(made) ? made : typeof made === 'string' ? { [name === 'apiKey' ? name : 'arn']: made } : {};
  }
}

function isControl(name: string): name is keyof typeof CONTROLS {
  return Object.hasOwn(CONTROLS, name);
}

/** Whether a query such as `operation=Converse&region=eu-west-1` holds for an entry of a log. */
function isAskedFor(entry: object, query = ''): boolean {
  return [...new URLSearchParams(query)].every(([name, value]) => String(Reflect.get(entry, name)) === value);
}

function unknown(name: string): Answer {
  const names = ['health', 'environment', 'openapi.json', ...LOGS, ...Object.keys(CONTROLS)];
  return { status: 404, body: { message: `There is no "${name}"; there are ${names.join(', ')}.` } };
}

/** OpenAPI. */
function describe(endpoint: string): object {
  const ok = {
    responses: {
      200: { description: 'Done', content: { 'application/json': {} } },
      400: { description: 'Refused, with a message that says what is accepted' },
    },
  };
  const reads = Object.fromEntries(
    ['health', 'environment', ...LOGS].map((name) => [
      `${CONTROL_PREFIX}${name}`,
      { get: { operationId: name, ...ok } },
    ]),
  );
  const does = Object.entries(CONTROLS).map(([name, { summary, takes }]) => {
    const properties = typeof takes === 'string' ? {} : Object.fromEntries(takes.map((each) => [each, {}]));
    const schema = { type: 'object', properties, additionalProperties: typeof takes === 'string' };
    const requestBody = { content: { 'application/json': { schema } } };
    return [`${CONTROL_PREFIX}${name}`, { post: { operationId: name, summary, requestBody, ...ok } }];
  });
  const removes = {
    [`${CONTROL_PREFIX}{name}/{id}`]: {
      delete: {
        operationId: 'remove',
        summary: 'Removes the fault or answer that was added with that id',
        parameters: ['name', 'id'].map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
        ...ok,
      },
    },
  };
  return {
    openapi: '3.1.0',
    info: {
      title: 'bedrock-simulator',
      version: '1',
      description: 'Controls a simulator; bodies are what its methods take.',
    },
    servers: [{ url: endpoint }],
    paths: { ...reads, ...(Object.fromEntries(does) as object), ...removes },
  };
}
