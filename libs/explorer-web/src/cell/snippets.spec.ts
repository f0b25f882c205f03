import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { type Kind, kindOf, snippetsFor } from './snippets.js';

const MODELS = [
  ['chat', { id: 'anthropic.claude', input: ['TEXT', 'IMAGE'], output: ['TEXT'] }],
  ['embedding', { id: 'cohere.embed-v4:0', input: ['TEXT'], output: ['EMBEDDING'] }],
  ['embedding', { id: 'amazon.titan-embed-text-v2:0', input: ['TEXT'], output: ['EMBEDDING'] }],
  ['image', { id: 'amazon.nova-canvas-v1:0', input: ['TEXT'], output: ['IMAGE'] }],
  ['speech', { id: 'amazon.nova-sonic-v1:0', input: ['SPEECH'], output: ['SPEECH', 'TEXT'] }],
  ['other', { id: 'cohere.rerank-v3-5:0', input: ['TEXT'], output: ['TEXT'] }],
  ['other', { id: 'amazon.nova-reel-v1:0', input: ['TEXT'], output: ['VIDEO'] }],
] as const satisfies [Kind, object][];

const route = { region: 'eu-west-1', via: 'system-profile' } as const;

describe.each(MODELS)('snippets for a model of the kind %s, %o', (kind, about) => {
  const target = { ...route, modelId: about.id, invocationId: `eu.${about.id}` };
  const snippets = snippetsFor(target, about);

  it('are chosen by what the model takes and gives', () => {
    expect(kindOf(about)).toBe(kind);
  });

  it.each(snippets)('$name has the exact id and region, or says why there is none', ({ code, why }) => {
    expect([code, why].filter((each) => each !== undefined)).toHaveLength(1);
    if (code !== undefined) {
      expect(code).toContain(`'${target.invocationId}'`);
      expect(code).toMatch(/region: 'eu-west-1'|--region eu-west-1 /);
    }
  });

  it.each(snippets.filter(({ id, code }) => id !== 'cli' && code !== undefined))(
    '$name is TypeScript',
    ({ code = '' }) => {
      const { diagnostics } = ts.transpileModule(code, { reportDiagnostics: true });
      expect(diagnostics).toEqual([]);
    },
  );

  it('the command line holds JSON that a shell passes on whole', () => {
    const { code = '' } = snippets.find(({ id }) => id === 'cli') ?? {};
    const json = /--(?:messages|body) '([^']*)'/.exec(code)?.[1];
    expect(kind === 'speech' ? undefined : typeof JSON.parse(json ?? '')).toBe(
      kind === 'speech' ? undefined : 'object',
    );
  });
});

it('a model of bedrock-mantle is called by the client of OpenAI alone, in its region', () => {
  const target = {
    region: 'us-east-1',
    via: 'mantle',
    modelId: 'openai.gpt-5.5',
    invocationId: 'openai.gpt-5.5',
  } as const;
  const [snippet, ...others] = snippetsFor(target, { id: 'openai.gpt-5.5', input: [], output: [] });
  expect(others).toEqual([]);
  const code = snippet?.code ?? '';
  expect(code).toContain("model: 'openai.gpt-5.5'");
  expect(code).toContain("baseURL: 'https://bedrock-mantle.us-east-1.api.aws/v1'");
  expect(ts.transpileModule(code, { reportDiagnostics: true }).diagnostics).toEqual([]);
});

it('LangChain is told the model behind an application profile, whose id says nothing', () => {
  const arn = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc';
  const target = {
    region: 'eu-west-1',
    via: 'application-profile',
    modelId: 'anthropic.claude',
    invocationId: arn,
  } as const;
  const langchain = snippetsFor(target, MODELS[0][1]).find(({ id }) => id === 'langchain');
  expect(langchain?.code).toContain(`model: 'anthropic.claude'`);
  expect(langchain?.code).toContain(`applicationInferenceProfile: '${arn}'`);
});
