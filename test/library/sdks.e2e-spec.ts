import { describe, expect, it } from '@jest/globals';
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { ChatBedrockConverse } from '@langchain/aws';
import { generateText, streamText } from 'ai';
import type { BedrockSimulator, FaultOptions } from 'bedrock-simulator';
import { InvocationRouter, ModelAccessService, type RunContext, type RunOptions } from 'nestjs-bedrock-discovery';
import { ImpatientClock } from '../support/clocks.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { turns } from '../support/until.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const REGIONS = ['eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-3'];
const EU: RunOptions = { residency: 'eu', preferredRegions: ['eu-west-3', 'eu-north-1'] };

/** How an SDK makes a call, as its recipe in the documentation has it. */
interface Sdk {
  call(context: RunContext, text: string): Promise<string>;
  stream(context: RunContext, text: string): Promise<AsyncIterable<string>>;
}

const messagesOf = (text: string) => [{ role: 'user' as const, content: [{ text }] }];

const awsSdk: Sdk = {
  call: async ({ client, route }, text) => {
    const command = new ConverseCommand({ modelId: route.invocationId, messages: messagesOf(text) });
    const { output } = await client(BedrockRuntimeClient).send(command);
    return output?.message?.content?.[0]?.text ?? '';
  },
  stream: async ({ client, route }, text) => {
    const command = new ConverseStreamCommand({ modelId: route.invocationId, messages: messagesOf(text) });
    const { stream } = await client(BedrockRuntimeClient).send(command);
    return textsOf(stream ?? [], ({ contentBlockDelta }) => contentBlockDelta?.delta?.text);
  },
};

function modelOf({ route, endpoint, credentials, fetch }: RunContext) {
  const bedrock = createAmazonBedrock({
    region: route.region,
    baseURL: endpoint,
    credentialProvider: credentials,
    fetch,
  });
  return bedrock(route.invocationId);
}

const vercelAiSdk: Sdk = {
  call: async (context, prompt) => {
    const { text } = await generateText({ model: modelOf(context), prompt, abortSignal: context.signal });
    return text;
  },
  stream: async (context, prompt) => {
    const { textStream } = streamText({
      model: modelOf(context),
      prompt,
      abortSignal: context.signal,
      onError: () => undefined,
    });
    return textStream;
  },
};

function chatOf({ route, client }: RunContext) {
  return new ChatBedrockConverse({
    model: route.invocationId,
    region: route.region,
    client: client(BedrockRuntimeClient),
  });
}

const langChain: Sdk = {
  call: async (context, text) => (await chatOf(context).invoke(text, { signal: context.signal })).text,
  stream: async (context, text) =>
    textsOf(await chatOf(context).stream(text, { signal: context.signal }), (chunk) => chunk.text),
};

async function* textsOf<T>(items: AsyncIterable<T> | Iterable<T>, textOf: (item: T) => string | undefined) {
  for await (const item of items) {
    const text = textOf(item);
    if (text !== undefined && text !== '') {
      yield text;
    }
  }
}

const SDKS: Readonly<Record<string, Sdk>> = {
  'the AWS SDK': awsSdk,
  'the Vercel AI SDK': vercelAiSdk,
  LangChain: langChain,
};

describe.each(Object.entries(SDKS))('a call by %s', (_, sdk) => {
  async function start(settings: { listenerPerRegion?: boolean } = {}) {
    const clock = new ImpatientClock(Date.now());
    const simulator: BedrockSimulator = await startSimulator({ now: () => clock.now(), ...settings });
    const endpoint =
      settings.listenerPerRegion === true
        ? ({ region }: { region: string }) => simulator.endpointFor(region)
        : simulator.endpoint;
    const discovery: Discovery = await startDiscovery(
      optionsFor(simulator, { endpoint, regions: REGIONS, access: { mode: 'off' } }),
      { clock },
    );
    await discovery.refresher.refresh();
    const router = discovery.app.get(InvocationRouter);
    return {
      simulator,
      access: discovery.app.get(ModelAccessService),
      executions: () => simulator.executions.count(),
      run: (text: string, options = EU): Promise<string> =>
        router.run(MODEL, (context) => sdk.call(context, text), options),
      read: async (text: string, options = EU): Promise<string> => {
        let read = '';
        for await (const part of router.stream(MODEL, (context) => sdk.stream(context, text), options)) {
          read += part;
        }
        return read;
      },
      router,
    };
  }

  const caught = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('is answered, as a whole and piece by piece, and shows that access is there', async () => {
    const { run, read, access, executions } = await start();
    expect(await run('whole')).toMatch(/called in eu-west-3\.$/);
    expect(await read('in pieces')).toMatch(/called in eu-west-3\.$/);
    expect(access.peekAccess(MODEL, 'eu-west-3').state).toBe('observed');
    expect(executions()).toBe(2);
  });

  it.each<FaultOptions['kind']>(['throttled', 'scp-denied', 'unrecognized-client', 'unknown-operation'])(
    'goes through the next route where the first refuses: %s',
    async (kind) => {
      const { simulator, run, read, router, executions } = await start();
      simulator.addFault({ kind, region: 'eu-west-3' });
      expect(await run('whole')).toMatch(/called in eu-north-1\.$/);
      expect(simulator.requests.count({ region: 'eu-west-3' }) - 3).toBeLessThanOrEqual(1);
      expect(await read('in pieces', { ...EU, preferredRegions: ['eu-west-3', 'eu-central-1'] })).toMatch(
        /called in eu-/,
      );
      expect(executions()).toBe(2);
      const denied = (await router.resolve(MODEL, EU)).rejected.filter(({ code }) => code === 'ACCESS_DENIED');
      expect(denied.map(({ region }) => region)).toEqual(kind === 'scp-denied' ? ['eu-west-3'] : []);
    },
  );

  it('goes through the next route where there is no connection', async () => {
    const { simulator, run, read, executions } = await start({ listenerPerRegion: true });
    await simulator.closeRegion('eu-west-3');
    await turns();
    expect(await run('whole')).toMatch(/called in eu-north-1\.$/);
    expect(await read('in pieces')).toMatch(/called in eu-north-1\.$/);
    expect(executions()).toBe(2);
  });

  it.each<FaultOptions>([
    { kind: 'internal-error', executed: true },
    { kind: 'reset', executed: true },
    { kind: 'truncated' },
  ])('is not repeated, by whomever, where it may have been executed: $kind', async (fault) => {
    const { simulator, run, read, executions } = await start();
    simulator.addFault({ ...fault, operation: 'Converse' });
    simulator.addFault({ ...fault, operation: 'ConverseStream' });
    expect(await caught(run('whole'))).toMatchObject({ code: 'MAY_HAVE_EXECUTED' });
    expect(executions()).toBe(1);
    expect(await caught(read('in pieces'))).toBeDefined();
    expect(executions()).toBe(2);
  });

  it('is not repeated for what fails after its answer', async () => {
    const { router, executions } = await start();
    const own = Object.assign(new Error('Too many requests'), { name: 'ThrottlingException', $metadata: {} });
    const running = router.run(MODEL, async (context) => {
      await sdk.call(context, 'answered');
      throw own;
    });
    expect(await caught(running)).toBe(own);
    expect(executions()).toBe(1);
  });

  it('does not look complete where its stream breaks off', async () => {
    const { simulator, read, executions } = await start();
    for (const kind of ['stream-reset', 'stream-end', 'stream-error'] as const) {
      const remove = simulator.addFault({ kind, afterEvents: 3, operation: 'ConverseStream' });
      const before = executions();
      expect(await caught(read(kind))).toMatchObject({ message: expect.any(String) });
      expect(executions()).toBe(before + 1);
      remove();
    }
  });

  it('is wrong for every route where the service calls it wrong', async () => {
    const { simulator, run, executions } = await start();
    simulator.addFault({ kind: 'validation', operation: 'Converse' });
    expect(await caught(run('wrong'))).not.toMatchObject({ code: expect.stringMatching(/ROUTE|MAY/) });
    expect(simulator.requests.count({ operation: 'Converse' })).toBe(1);
    expect(executions()).toBe(0);
  });
});
