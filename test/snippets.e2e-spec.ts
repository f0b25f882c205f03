import { spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import { InvocationRouter } from 'nestjs-bedrock-discovery';
import { type Snippet, type SnippetClient, snippetsFor } from 'nestjs-bedrock-discovery/snippets';
import ts from 'typescript';
import { optionsFor, startDiscovery, startSimulator } from './support/simulated-discovery.js';
import { CliProcess, type CliEnd } from './support/cli-process.js';

/** Inside the project, so that the code finds the packages by name. */
const folder = fileURLToPath(new URL('.output/snippets/', import.meta.url));
const MODELS = {
  chat: 'amazon.nova-lite-v1:0',
  claude: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  embedding: 'amazon.titan-embed-text-v2:0',
  cohere: 'cohere.embed-v4:0',
  image: 'amazon.nova-canvas-v1:0',
  speech: 'amazon.nova-2-sonic-v1:0',
  rerank: 'cohere.rerank-v3-5:0',
  gpt: 'openai.gpt-oss-120b-1:0',
} as const;
type Name = keyof typeof MODELS;

const compilerOptions = {
  target: 'es2023',
  module: 'nodenext',
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
};

/** Whatever the day is on which this runs, the models have not ended. */
async function startAgeless(): Promise<BedrockSimulator> {
  const simulator = await startSimulator();
  Object.values(MODELS).forEach((modelId) => simulator.setLifecycle(modelId, { status: 'ACTIVE' }));
  return simulator;
}

async function snippetsOf(simulator: BedrockSimulator): Promise<ReadonlyMap<string, Snippet>> {
  const discovery = await startDiscovery(optionsFor(simulator));
  const router = discovery.app.get(InvocationRouter);
  const found = new Map<string, Snippet>();
  for (const [name, modelId] of Object.entries(MODELS)) {
    const [route] = (await router.resolve(modelId, { access: 'any' })).routes;
    const model = await discovery.models.getModel(modelId);
    if (route === undefined || model === undefined) {
      throw new Error(`There is no route to ${modelId}.`);
    }
    for (const snippet of snippetsFor(route, model)) {
      found.set(`${name}.${snippet.id}`, snippet);
    }
  }
  return found;
}

/** What leads code to the simulator whose client looks at no variable of the environment. */
function redirected({ id, code = '' }: Snippet, { endpoint }: BedrockSimulator): string {
  switch (id) {
    case 'vercel':
      return code.replace(/^ {2}region: .*$/m, (line) => `${line}\n  baseURL: '${endpoint}',`);
    case 'openai':
      return code.replace(/https:\/\/bedrock-runtime\.[a-z0-9-]+\.amazonaws\.com/, endpoint);
    default:
      return code;
  }
}

function regionIn(code: string): string {
  return /bedrock-runtime\.([a-z0-9-]+)\./.exec(code)?.[1] ?? '';
}

describe('code that calls a model', () => {
  let snippets: ReadonlyMap<string, Snippet>;

  beforeAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    snippets = await snippetsOf(await startAgeless());
  });

  it('is what the real packages take, by their types', async () => {
    const files: string[] = [];
    for (const [name, { language, code }] of snippets) {
      if (language === 'typescript' && code !== undefined) {
        files.push(`${name}.ts`);
        await writeFile(join(folder, `${name}.ts`), code);
      }
    }
    expect(files.length).toBeGreaterThan(12);
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    const compiler = fileURLToPath(new URL('../node_modules/typescript-7/bin/tsc', import.meta.url));
    const end = await new CliProcess(process.execPath, [compiler, '-p', folder], {}).ended();
    expect(end).toMatchObject({ code: 0, out: '' });
  });

  async function run(name: Name, client: SnippetClient): Promise<CliEnd & { calls: number }> {
    const simulator = await startAgeless();
    const snippet = snippets.get(`${name}.${client}`);
    if (snippet?.code === undefined) {
      throw new Error(`There is no code of ${client} for ${name}: ${snippet?.why}`);
    }
    const code = redirected(snippet, simulator);
    const [command, file, text] =
      snippet.language === 'python'
        ? ['python3', `${name}.py`, code]
        : [
            process.execPath,
            `${name}.${client}.mjs`,
            ts.transpile(code, { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext }),
          ];
    await writeFile(join(folder, file), text);
    const end = await new CliProcess(command, [join(folder, file)], {
      ...simulator.environment(),
      ...(client === 'openai' && { AWS_BEARER_TOKEN_BEDROCK: simulator.apiKey({ region: regionIn(snippet.code) }) }),
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      NODE_NO_WARNINGS: '1',
    }).ended();
    return { ...end, calls: simulator.executions.count({ modelId: MODELS[name] }) };
  }

  it.each<[Name, SnippetClient, RegExp]>([
    ['chat', 'sdk', /Simulated answer of amazon\.nova-lite-v1:0/],
    ['chat', 'vercel', /Simulated answer of amazon\.nova-lite-v1:0/],
    ['chat', 'langchain', /Simulated answer of amazon\.nova-lite-v1:0/],
    ['claude', 'sdk', /Simulated answer of anthropic\.claude/],
    ['embedding', 'sdk', /embedding: \[/],
    ['embedding', 'vercel', /^\[\s+-?\d/],
    ['embedding', 'langchain', /^\[\s+-?\d/],
    ['cohere', 'sdk', /embeddings/],
    ['image', 'sdk', /images: \[/],
    ['image', 'vercel', /DefaultGeneratedFile|base64/],
    ['gpt', 'sdk', /Simulated answer of openai\.gpt-oss/],
    // With a short-term key of the region that it names.
    ['gpt', 'openai', /Simulated answer of openai\.gpt-oss/],
  ])('runs for %s with %s as it stands, and calls once', async (name, client, answer) => {
    expect(await run(name, client)).toEqual({ code: 0, out: expect.stringMatching(answer), error: '', calls: 1 });
  });

  const hasBoto3 = spawnSync('python3', ['-c', 'import boto3']).status === 0;
  (hasBoto3 ? it.each : it.skip.each)<[Name, RegExp]>([
    ['chat', /^Simulated answer of amazon\.nova-lite-v1:0/],
    ['embedding', /'embedding': \[/],
  ])('runs for %s with boto3 as it stands, and calls once', async (name, answer) => {
    expect(await run(name, 'boto3')).toMatchObject({ code: 0, out: expect.stringMatching(answer), calls: 1 });
  });
});
