import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { BedrockClient } from '@aws-sdk/client-bedrock';
import type { HttpRequest } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { BedrockSimulator, NewAccountModel } from 'bedrock-simulator';
import { LISTING_NAMES, type ListingName, OPTIONAL_LISTINGS } from 'nestjs-bedrock-discovery';
import { bedrockSdk } from '../../libs/bedrock-discovery/src/aws/clients/bedrock-sdk.js';
import { AnswerMemory } from '../../libs/bedrock-discovery/src/inventory/answer-memory.js';
import { LISTINGS } from '../../libs/bedrock-discovery/src/inventory/listing.js';
import type { RegionCall } from '../../libs/bedrock-discovery/src/inventory/region-client.js';
import type { RegionalInventory } from '../../libs/bedrock-discovery/src/inventory/regional-inventory.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';

/** Where they were recorded; what is told of another region is the same, but for this name. */
export const RECORDED_IN = 'eu-west-1';
/** Of a list, so that most changes hit something else than the hundredth entry. */
const ENTRIES = 3;

/** What a real endpoint answered to one question of a listing. */
export interface RecordedAnswer {
  readonly listing: ListingName;
  /** Of the request, without its region. */
  readonly url: string;
  readonly body: string;
}

export type Inventories = readonly RegionalInventory[];

export const inventoriesOf = ({ app }: Discovery): Inventories => app.get<Inventories>(LISTINGS);

/** A simulator that has something to tell in each listing there is. */
export async function startFullSimulator(): Promise<BedrockSimulator> {
  const simulator = await startSimulator();
  const kinds: readonly NewAccountModel['kind'][] = [
    'provisioned-throughput',
    'imported-model',
    'custom-deployment',
    'marketplace-endpoint',
    'prompt-router',
  ];
  for (const [index, region] of [RECORDED_IN, RECORDED_IN, 'us-east-1'].entries()) {
    kinds.forEach((kind) =>
      simulator.addAccountModel({ kind, region, name: `my-${kind}-${index}`, models: ['amazon.nova-lite-v1:0'] }),
    );
  }
  ['openai.gpt-5.5', 'amazon.nova-lite-v1:0'].forEach((id) =>
    simulator.addMantleModel({ id, allowedModes: ['none', 'default'] }),
  );
  return simulator;
}

/** What the listings ask of one region, all that there are, and what it answers. */
export async function recordAnswers(): Promise<readonly RecordedAnswer[]> {
  const simulator = await startFullSimulator();
  const options = optionsFor(simulator, { regions: [RECORDED_IN], listings: OPTIONAL_LISTINGS });
  const inventories = inventoriesOf(await startDiscovery(options));
  const answers: RecordedAnswer[] = [];
  for (const { listing } of inventories) {
    const handler = new RecordingHandler((url, body) =>
      answers.push({ listing: listing.name, url, body: shorter(body) }),
    );
    const { endpoint, credentials } = simulator;
    const client = new BedrockClient({ region: RECORDED_IN, endpoint, credentials, requestHandler: handler });
    await listing.list({
      region: RECORDED_IN,
      memory: new AnswerMemory(),
      send: (request) => request(client, { abortSignal: new AbortController().signal, prepare: (command) => command }),
      ask: async (question) => {
        const command = question.command(await bedrockSdk());
        return question.read(await client.send(command as never), undefined, (value) => value);
      },
    } satisfies RegionCall);
    client.destroy();
  }
  const unheard = LISTING_NAMES.filter((name) => !answers.some(({ listing }) => listing === name));
  if (unheard.length > 0) {
    throw new Error(`Nothing was recorded of ${unheard.join(', ')}: the simulator has to be given something to list.`);
  }
  return answers;
}

class RecordingHandler extends NodeHttpHandler {
  constructor(private readonly onAnswer: (url: string, body: string) => void) {
    super();
  }

  override async handle(request: HttpRequest, options?: Parameters<NodeHttpHandler['handle']>[1]) {
    const answer = await super.handle(request, options);
    const body = await buffer(answer.response.body as Readable);
    this.onAnswer(urlOf(request), body.toString());
    answer.response.body = Readable.from([body]);
    return answer;
  }
}

function urlOf({ path, query }: HttpRequest): string {
  const parameters = Object.entries(query ?? {}).flatMap(([name, value]) =>
    [value].flat().map((each): [string, string] => [name, each ?? '']),
  );
  return normal(path, new URLSearchParams(parameters));
}

/** The same for the same request, whatever the order of its parameters. */
export function normal(path: string, query: URLSearchParams): string {
  query.sort();
  return `${path.replace(/^\//, '')}?${query.toString()}`;
}

/** The same answer with lists of a few entries. */
function shorter(body: string): string {
  const answer = JSON.parse(body) as Record<string, unknown>;
  const members = Object.entries(answer).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.slice(0, ENTRIES) : value,
  ]);
  return JSON.stringify(Object.fromEntries(members));
}
