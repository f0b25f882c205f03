import { afterEach, describe, expect, it } from '@jest/globals';
import { ConverseCommand, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import {
  GetServiceQuotaCommand,
  ListServiceQuotasCommand,
  paginateListServiceQuotas,
} from '@aws-sdk/client-service-quotas';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import { runtime, serviceQuotas, start, stopAll } from '../clients.spec.helper.js';

afterEach(stopAll);

const MODEL = 'amazon.nova-lite-v1:0';
const EU = 'eu.amazon.nova-lite-v1:0';
const NOON = Date.parse('2026-08-22T12:00:00Z');
const TOO_MANY_TOKENS = 'Too many tokens, please wait before trying again.';
const TOO_MANY_REQUESTS = 'Too many requests, please wait before trying again.';
const TOO_MANY_A_DAY = 'Too many tokens per day, please wait before trying again.';

let now = NOON;

/** A simulator whose clock is moved by hand. */
async function startAtNoon() {
  now = NOON;
  const simulator = await start({ now: () => now });
  return { simulator, wait: (ms: number) => (now += ms) };
}

/** What a call of one token of input is answered with: `'ok'`, or the message of the refusal. */
async function call(
  simulator: BedrockSimulator,
  { modelId = MODEL, region = 'us-east-1', maxTokens = 99 } = {},
): Promise<string> {
  const messages = [{ role: 'user' as const, content: [{ text: 'Hi' }] }];
  const client = runtime(simulator, region);
  // Signed by the clock of this machine, whatever the simulator's says.
  client.config.systemClockOffset = now - Date.now();
  try {
    await client.send(new ConverseCommand({ modelId, messages, inferenceConfig: { maxTokens } }));
    return 'ok';
  } catch (error) {
    expect(error).toMatchObject({ name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });
    return (error as Error).message;
  }
}

async function calls(count: number, make: () => Promise<string>): Promise<string[]> {
  const answers: string[] = [];
  for (let index = 0; index < count; index += 1) {
    answers.push(await make());
  }
  return answers;
}

describe('a quota of tokens a minute', () => {
  it('takes input and the longest answer at the start, and gives back what was not used', async () => {
    const { simulator } = await startAtNoon();
    simulator.setQuota({ modelId: MODEL, scope: 'on-demand', tokensPerMinute: 150 });
    // An answer has 12 tokens: of the 100 that each call reserves, 87 come back.
    expect(await calls(5, () => call(simulator))).toEqual(['ok', 'ok', 'ok', 'ok', TOO_MANY_TOKENS]);
    expect(simulator.executions.count()).toBe(4);
  });

  it('gives nothing back before the answer is over', async () => {
    const { simulator, wait } = await startAtNoon();
    simulator.setModelLatency(MODEL, 20);
    simulator.setQuota({ modelId: MODEL, scope: 'on-demand', tokensPerMinute: 150 });
    expect(await calls(2, () => call(simulator))).toEqual(['ok', TOO_MANY_TOKENS]);
    wait(20);
    expect(await call(simulator)).toBe('ok');
  });

  it('fills up evenly', async () => {
    const { simulator, wait } = await startAtNoon();
    simulator.setQuota({ modelId: MODEL, scope: 'on-demand', tokensPerMinute: 100 });
    expect(await calls(2, () => call(simulator))).toEqual(['ok', TOO_MANY_TOKENS]);
    wait(6_000);
    expect(await call(simulator)).toBe(TOO_MANY_TOKENS);
    wait(1_900);
    expect(await call(simulator)).toBe('ok');
  });

  it('counts output as many times as it burns', async () => {
    const { simulator } = await startAtNoon();
    simulator.setQuota({ modelId: MODEL, scope: 'on-demand', tokensPerMinute: 150, outputBurn: 5 });
    expect(await calls(2, () => call(simulator))).toEqual(['ok', TOO_MANY_TOKENS]);
  });

  it('is of one source region, model and kind of call, and without a limit where none is set', async () => {
    const { simulator } = await startAtNoon();
    simulator.setQuota({ modelId: MODEL, scope: 'cross-region', region: 'eu-west-1', tokensPerMinute: 0 });
    expect(await call(simulator, { modelId: EU, region: 'eu-west-1' })).toBe(TOO_MANY_TOKENS);
    expect(await call(simulator, { modelId: EU, region: 'eu-west-3' })).toBe('ok');
    expect(await call(simulator)).toBe('ok');
  });

  it('is shared by the application profiles of what they wrap', async () => {
    const { simulator } = await startAtNoon();
    const region = 'eu-west-1';
    const make = (name: string) => simulator.addApplicationProfile({ region, name, copyFrom: EU });
    const [one, other] = [make('one'), make('other')];
    simulator.setQuota({ modelId: MODEL, scope: 'cross-region', tokensPerMinute: 120 });
    expect(await call(simulator, { modelId: one.inferenceProfileArn, region })).toBe('ok');
    expect(await call(simulator, { modelId: other.inferenceProfileArn, region })).toBe('ok');
    expect(await call(simulator, { modelId: EU, region })).toBe(TOO_MANY_TOKENS);
  });

  it('heeds what InvokeModel allows as the longest answer', async () => {
    const { simulator } = await startAtNoon();
    const modelId = 'anthropic.claude-3-haiku-20240307-v1:0';
    simulator.setQuota({ modelId, scope: 'on-demand', tokensPerMinute: 50 });
    const invoke = (maxTokens: number) => {
      const client = runtime(simulator);
      client.config.systemClockOffset = now - Date.now();
      const messages = [{ role: 'user', content: 'Hi' }];
      const body = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: maxTokens, messages });
      return client.send(new InvokeModelCommand({ modelId, body }));
    };
    await expect(invoke(50)).rejects.toMatchObject({ message: TOO_MANY_TOKENS });
    await expect(invoke(49)).resolves.toHaveProperty('body');
  });
});

describe('quotas of requests and of days', () => {
  it('let so many requests through a minute', async () => {
    const { simulator, wait } = await startAtNoon();
    simulator.setQuota({ modelId: MODEL, scope: 'on-demand', requestsPerMinute: 2 });
    expect(await calls(3, () => call(simulator))).toEqual(['ok', 'ok', TOO_MANY_REQUESTS]);
    wait(30_000);
    expect(await calls(2, () => call(simulator))).toEqual(['ok', TOO_MANY_REQUESTS]);
  });

  it('begin anew at midnight in UTC where they are of a day', async () => {
    const { simulator, wait } = await startAtNoon();
    simulator.setQuota({ modelId: MODEL, scope: 'on-demand', tokensPerDay: 110 });
    expect(await calls(2, () => call(simulator))).toEqual(['ok', TOO_MANY_A_DAY]);
    wait(12 * 3_600_000 - 1);
    expect(await call(simulator)).toBe(TOO_MANY_A_DAY);
    wait(1);
    expect(await call(simulator)).toBe('ok');
  });

  it('allow twice as much through geographic profiles, by one quota of the day', async () => {
    const { simulator } = await startAtNoon();
    simulator.setQuota({ modelId: MODEL, scope: 'cross-region', tokensPerDay: 50 });
    expect(await call(simulator)).toBe(TOO_MANY_A_DAY);
    expect(await call(simulator, { modelId: 'us.amazon.nova-lite-v1:0' })).toBe('ok');
  });

  it('of a new account are 0, and tell of the day whatever else is 0', async () => {
    const { simulator } = await startAtNoon();
    const none = { tokensPerMinute: 0, requestsPerMinute: 0, tokensPerDay: 0 };
    simulator.setQuota({ modelId: MODEL, scope: 'on-demand', ...none });
    expect(await call(simulator)).toBe(TOO_MANY_A_DAY);
    simulator.setQuota({
      modelId: MODEL,
      scope: 'on-demand',
      tokensPerMinute: 1e6,
      requestsPerMinute: 10,
      tokensPerDay: 1e9,
    });
    expect(await call(simulator)).toBe('ok');
  });

  it.each([
    { modelId: MODEL, scope: 'regional' },
    { modelId: MODEL, scope: 'global', region: 'eu-west-9' },
    { modelId: MODEL, scope: 'global', tokensPerMinute: -1 },
    { modelId: MODEL, scope: 'global', tokensPerHour: 1 },
    { modelId: '', scope: 'global' },
  ])('are refused as %j', async (quota) => {
    const simulator = await start();
    expect(() => simulator.setQuota(quota as never)).toThrow(RangeError);
  });
});

describe('ListServiceQuotas', () => {
  const list = async (simulator: BedrockSimulator, region?: string) =>
    (await serviceQuotas(simulator, region).send(new ListServiceQuotasCommand({ ServiceCode: 'bedrock' }))).Quotas;

  it('lists nothing where nothing is set, and what is set in its region, by the names of real ones', async () => {
    const simulator = await start();
    expect(await list(simulator)).toEqual([]);
    const modelId = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
    simulator.setQuota({ modelId, scope: 'cross-region', region: 'eu-west-1', tokensPerMinute: 7, tokensPerDay: 8 });
    simulator.setQuota({ modelId, scope: 'global', requestsPerMinute: 9 });
    simulator.setQuota({ modelId: 'amazon.nova-micro-v1:0', scope: 'on-demand', tokensPerMinute: 10 });
    const names = (await list(simulator, 'eu-west-1'))?.map(({ QuotaName, Value }) => [QuotaName, Value]);
    expect(names).toEqual([
      ['Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1', 7],
      ['Global cross-region model inference requests per minute for Anthropic Claude Sonnet 4.5 V1', 9],
      ['Model invocation max tokens per day for Anthropic Claude Sonnet 4.5 V1 (doubled for cross-region calls)', 8],
      ['On-demand model inference tokens per minute for Amazon Nova Micro', 10],
    ]);
    expect(await list(simulator, 'eu-west-3')).toHaveLength(2);
  });

  it('says which can be adjusted, by a code of their own', async () => {
    const simulator = await start();
    simulator.setQuota({ modelId: MODEL, scope: 'on-demand', tokensPerMinute: 0, tokensPerDay: 0 });
    const [day, minute] = (await list(simulator)) ?? [];
    expect(day).toMatchObject({
      Adjustable: false,
      ServiceCode: 'bedrock',
      QuotaCode: expect.stringMatching(/^L-[0-9A-F]{8}$/),
    });
    expect(minute).toMatchObject({ Adjustable: true, Value: 0 });
    expect(minute?.QuotaCode).not.toBe(day?.QuotaCode);
  });

  it('names a model as it is told, where its quotas do so oddly', async () => {
    const simulator = await start();
    const modelId = 'mistral.ministral-3-14b-instruct';
    simulator.setQuota({ modelId, scope: 'on-demand', tokensPerMinute: 1, quotaModelName: 'Ministral 14B 3.0' });
    expect((await list(simulator))?.[0]?.QuotaName).toMatch(/ for Ministral 14B 3\.0$/);
  });

  it('is answered in pages of at most 100', async () => {
    const simulator = await start();
    for (let index = 0; index < 120; index += 1) {
      simulator.setQuota({ modelId: `a.model-${index}`, scope: 'on-demand', tokensPerMinute: index });
    }
    const sizes: (number | undefined)[] = [];
    const client = serviceQuotas(simulator);
    for await (const { Quotas } of paginateListServiceQuotas({ client }, { ServiceCode: 'bedrock' })) {
      sizes.push(Quotas?.length);
    }
    expect(sizes).toEqual([100, 20]);
  });

  it('refuses other services, and other operations', async () => {
    const client = serviceQuotas(await start());
    const ofOther = client.send(new ListServiceQuotasCommand({ ServiceCode: 'ec2' }));
    await expect(ofOther).rejects.toMatchObject({ name: 'NoSuchResourceException' });
    const other = client.send(new GetServiceQuotaCommand({ ServiceCode: 'bedrock', QuotaCode: 'L-1' }));
    await expect(other).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});
