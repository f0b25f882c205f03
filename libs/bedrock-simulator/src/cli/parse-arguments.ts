import { parseArgs } from 'node:util';
import type { FaultOptions } from '../faults/fault-registry.js';
import type { OperationName } from '../operations/operation.js';
import type { FaultKind } from '../faults/fault-kinds.js';
import type { LatencySetting } from '../latency/latency-model.js';
import type { SimulatorOptions } from '../options/simulator-options.js';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'record';
      /** Left out: all that the account has enabled. */
      readonly regions: readonly string[] | undefined;
    }
  | {
      readonly kind: 'start';
      readonly options: SimulatorOptions;
      readonly faults: readonly FaultOptions[];
      /** To run on the simulator, with its arguments; the simulator ends with it. */
      readonly program: readonly string[] | undefined;
      /** Whether it ends when its input does. */
      readonly untilInputCloses: boolean;
    };

const DEFAULT_PORT = 4566;

export const HELP = `bedrock-simulator: a local Amazon Bedrock, all regions on one port

  bedrock-simulator [options]                 runs until Ctrl-C, and prints what to export
  bedrock-simulator [options] -- <program>    runs a program whose AWS SDKs call the simulator, and ends with it
  bedrock-simulator record [--regions a,b]    writes a catalogue of what the account in the environment is offered

  --port <number>           port to listen on (default ${DEFAULT_PORT}, for a program any free one; 0: any free one)
  --host <address>          address to listen on (default 127.0.0.1)
  --tls                     serve HTTPS with a certificate made at the start
  --latency <setting>       realistic (default), none, or milliseconds for all regions
  --jitter <share>          how far an answer may stray from its region's latency (default 0.1)
  --opt-in <regions>        all, or opt-in regions separated by commas (default none)
  --seed <number>           what all that looks random follows from (default 1)
  --fault <r:operation:k>   region, operation and kind of a fault, '*' for any; may be repeated,
                            as in us-east-1:ListFoundationModels:throttled or '*:*:slow-body';
                            with ':executed' at the end a model runs before it, as in '*:Converse:reset:executed'
                            and with more of it as in '*:Converse:throttled:times=2:probability=0.5:modelId=…'
  --catalogue <file>        what is offered where, as record has written it (default: what Bedrock offered on a day)
  --as-of <time>            when the catalogue's lifecycles are judged, or now (default: the day of the catalogue)
  --model-latency <ms>      what models take until their first token (default 0)
  --account-id <digits>     account of the credentials (default 123456789012)
  --until-stdin-closes      ends when whoever started it ends, or closes its input
  --help                    this text
  --version                 the version
`;

/**
 * Reads the command line. What the values mean is checked by the simulator itself.
 *
 * @throws Error for an option that does not exist or lacks its value
 */
export function parseArguments(argv: readonly string[]): Command {
  if (argv[0] === 'record') {
    return recordArguments(argv.slice(1));
  }
  const { own, program } = split(argv);
  const { values } = parseArgs({
    args: own,
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      tls: { type: 'boolean' },
      latency: { type: 'string' },
      jitter: { type: 'string' },
      'opt-in': { type: 'string' },
      seed: { type: 'string' },
      fault: { type: 'string', multiple: true },
      catalogue: { type: 'string' },
      'as-of': { type: 'string' },
      'model-latency': { type: 'string' },
      'account-id': { type: 'string' },
      'until-stdin-closes': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
  });
  if (values.help) {
    return { kind: 'help' };
  }
  if (values.version) {
    return { kind: 'version' };
  }
  return {
    kind: 'start',
    options: {
      port: numberOf('port', values.port) ?? (program === undefined ? DEFAULT_PORT : 0),
      host: values.host,
      tls: values.tls,
      latency: latencyOf(values.latency),
      jitter: numberOf('jitter', values.jitter),
      optIn: values['opt-in'] === 'all' ? 'all' : values['opt-in']?.split(','),
      seed: numberOf('seed', values.seed),
      catalogue: values.catalogue,
      asOf: values['as-of'],
      modelLatency: numberOf('model-latency', values['model-latency']),
      accountId: values['account-id'],
    },
    faults: (values.fault ?? []).map(faultOf),
    program,
    untilInputCloses: values['until-stdin-closes'] ?? false,
  };
}

function recordArguments(argv: readonly string[]): Command {
  const help = { type: 'boolean', short: 'h' } as const;
  const { values } = parseArgs({ args: [...argv], options: { regions: { type: 'string' }, help } });
  return values.help ? { kind: 'help' } : { kind: 'record', regions: values.regions?.split(',') };
}

function split(argv: readonly string[]): { own: string[]; program: readonly string[] | undefined } {
  const end = argv.indexOf('--');
  if (end === -1) {
    return { own: [...argv], program: undefined };
  }
  if (end === argv.length - 1) {
    throw new Error('-- is followed by a program and its arguments');
  }
  return { own: argv.slice(0, end), program: argv.slice(end + 1) };
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  if (text.trim() === '' || Number.isNaN(Number(text))) {
    throw new Error(`--${option} takes a number; got "${text}"`);
  }
  return Number(text);
}

function latencyOf(text: string | undefined): LatencySetting | undefined {
  if (text === undefined || text === 'realistic' || text === 'none') {
    return text;
  }
  if (Number.isNaN(Number(text))) {
    throw new Error(`--latency takes realistic, none or milliseconds; got "${text}"`);
  }
  return Number(text);
}

/** Of a fault, what can be said after its kind. */
const NUMBERS = ['times', 'probability', 'afterEvents', 'status', 'retryAfterSeconds', 'delayMs', 'chunks', 'skewMs'];
const TEXTS = ['message', 'accessKeyId', 'event'];

function faultOf(text: string): FaultOptions {
  // A model's id may hold colons: it stands last.
  const [before = '', modelId] = text.split(':modelId=');
  const [region, operation, kind, ...more] = before.split(':');
  const settings = more.map((each): [string, unknown] | undefined => {
    const [, name = '', value = ''] = /^(\w+)=(.+)$/.exec(each) ?? [];
    return NUMBERS.includes(name)
      ? [name, Number(value)]
      : TEXTS.includes(name)
        ? [name, value]
        : each === 'executed'
          ? ['executed', true]
          : undefined;
  });
  if (!region || !operation || !kind || settings.includes(undefined) || modelId === '') {
    throw new Error(
      `--fault takes region:operation:kind, with '*' for any region or operation, and then ':executed' if it comes after ` +
        `the execution, and any of ${[...NUMBERS, ...TEXTS].map((name) => `:${name}=`).join(' ')}, at the end :modelId=; got "${text}"`,
    );
  }
  return {
    ...Object.fromEntries(settings.filter((each) => each !== undefined)),
    kind: kind as FaultKind,
    ...(region === '*' ? {} : { region }),
    ...(operation === '*' ? {} : { operation: operation as OperationName }),
    ...(modelId === undefined ? {} : { modelId }),
  };
}
