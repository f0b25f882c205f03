import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { invocationPolicy } from '../policy/iam-policies.js';
import { kindOf, type ModelKind, type SnippetModel } from './model-kind.js';
import { type Snippet, SNIPPET_CLIENTS, type SnippetRoute } from './snippet.types.js';
import { snippetsFor } from './snippets.js';

const model = (inputModalities: string[], outputModalities: string[]): SnippetModel => ({
  inputModalities,
  outputModalities,
});

const MODELS: [ModelKind, modelId: string, SnippetModel][] = [
  ['chat', 'anthropic.claude', model(['TEXT', 'IMAGE'], ['TEXT'])],
  ['chat', 'openai.gpt-oss-120b-1:0', model(['TEXT'], ['TEXT'])],
  ['embedding', 'cohere.embed-v4:0', model(['TEXT'], ['EMBEDDING'])],
  ['embedding', 'amazon.titan-embed-text-v2:0', model(['TEXT'], ['EMBEDDING'])],
  ['image', 'amazon.nova-canvas-v1:0', model(['TEXT'], ['IMAGE'])],
  ['speech', 'amazon.nova-sonic-v1:0', model(['SPEECH'], ['SPEECH', 'TEXT'])],
  ['other', 'cohere.rerank-v3-5:0', model(['TEXT'], ['TEXT'])],
  ['other', 'amazon.nova-reel-v1:0', model(['TEXT'], ['VIDEO'])],
];

function routeTo(modelId: string, more: Partial<SnippetRoute> = {}): SnippetRoute {
  const invocationId = `eu.${modelId}`;
  const arn = `arn:aws:bedrock:eu-west-1:123456789012:inference-profile/${invocationId}`;
  return { region: 'eu-west-1', via: 'system-profile', modelId, invocationId, arn, ...more };
}

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const pythonIt = itWith('python3', '--version');
const terraformIt = itWith('terraform', 'version');

/** Where the program is missing, the run says what is skipped. */
function itWith(command: string, ...args: string[]): typeof it | typeof it.skip {
  if (has(command, ...args)) {
    return it;
  }
  process.stderr.write(`Skipped: ${command} is not installed, so that snippets for it are not read by it.\n`);
  return it.skip;
}

function find(snippets: readonly Snippet[], client: Snippet['id']): Snippet | undefined {
  return snippets.find(({ id }) => id === client);
}

describe.each(MODELS)('snippets for a model of the kind %s, %s', (kind, modelId, about) => {
  const route = routeTo(modelId);
  const snippets = snippetsFor(route, about);

  it('are chosen by what the model takes and gives', () => {
    expect(kindOf(modelId, about)).toBe(kind);
    expect(snippets.map(({ id }) => id).sort()).toEqual([...SNIPPET_CLIENTS].sort());
  });

  it('have the exact id and region, or say why there is none', () => {
    for (const { id, code, why } of snippets) {
      expect({ id, told: [code, why].filter((each) => each !== undefined).length }).toEqual({ id, told: 1 });
      if (code !== undefined) {
        expect(code).toContain(route.invocationId);
        expect(code).toContain('eu-west-1');
      }
    }
  });

  it('are TypeScript', () => {
    for (const { code } of snippets.filter(({ language }) => language === 'typescript')) {
      expect(ts.transpileModule(code ?? '', { reportDiagnostics: true }).diagnostics).toEqual([]);
    }
  });

  pythonIt('are Python', () => {
    for (const { code = '' } of snippets.filter(({ language }) => language === 'python')) {
      const { stderr, status } = spawnSync('python3', ['-c', 'import ast,sys; ast.parse(sys.stdin.read())'], {
        input: code,
        encoding: 'utf8',
      });
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    }
  });

  it('hold JSON that a shell passes on whole', () => {
    const { code = '' } = find(snippets, 'cli') ?? {};
    const json = /--(?:messages|body) '([^']*)'/.exec(code)?.[1];
    const expected = kind === 'speech' ? 'undefined' : 'object';
    expect(json === undefined ? 'undefined' : typeof JSON.parse(json)).toBe(expected);
  });
});

describe('the client of OpenAI', () => {
  it('is the only one for a model of bedrock-mantle, in its region', () => {
    const route = routeTo('openai.gpt-5.5', {
      region: 'us-east-1',
      via: 'mantle',
      invocationId: 'openai.gpt-5.5',
      arn: '',
    });
    const snippets = snippetsFor(route, model([], []));
    expect(snippets.map(({ id }) => id)).toEqual(['openai', 'openai-python', 'terraform']);
    expect(snippets[0]?.code).toContain("baseURL: 'https://bedrock-mantle.us-east-1.api.aws/v1'");
    expect(snippets[1]?.code).toContain('base_url="https://bedrock-mantle.us-east-1.api.aws/v1"');
    expect(snippets[0]?.code).toContain("model: 'openai.gpt-5.5'");
  });

  it('calls through other routes where AWS or calls have shown that they offer Chat Completions, and nowhere else', () => {
    const text = model(['TEXT'], ['TEXT']);
    const codeOf = (route: SnippetRoute): string | undefined => find(snippetsFor(route, text), 'openai')?.code;
    const runtime = "baseURL: 'https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1'";
    expect(codeOf(routeTo('openai.gpt-oss-120b-1:0'))).toContain(runtime);
    expect(codeOf(routeTo('anthropic.claude', { apis: ['chat-completions'] }))).toContain(runtime);
    expect(codeOf(routeTo('anthropic.claude', { apis: ['converse'] }))).toBeUndefined();
    expect(codeOf(routeTo('openai.x', { region: 'eusc-de-east-1' }))).toContain(
      'bedrock-runtime.eusc-de-east-1.amazonaws.eu',
    );
  });
});

it('LangChain is told the model behind an application profile, whose id says nothing', () => {
  const arn = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc';
  const route = routeTo('anthropic.claude', { via: 'application-profile', invocationId: arn, arn });
  const { code } = find(snippetsFor(route, model(['TEXT'], ['TEXT'])), 'langchain') ?? {};
  expect(code).toContain(`model: 'anthropic.claude'`);
  expect(code).toContain(`applicationInferenceProfile: '${arn}'`);
});

describe('Terraform', () => {
  const text = model(['TEXT'], ['TEXT']);
  const route = routeTo('anthropic.claude-sonnet-5');
  const policy = invocationPolicy({ ...route, destinations: ['eu-west-1', 'eu-west-3'] });
  const codeOf = (of: SnippetRoute, withPolicy = true): string =>
    find(snippetsFor(of, text, withPolicy ? { policy } : {}), 'terraform')?.code ?? '';

  it('has an application profile, and the policy of the route for it as well', () => {
    expect(codeOf(route)).toBe(`terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

# Calls with its ARN as model id are billed under its tags.
resource "aws_bedrock_inference_profile" "calls" {
  name = "anthropic-claude-sonnet-5"

  model_source {
    copy_from = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-5"
  }

  tags = {
    application = "my-application"
  }
}

data "aws_iam_policy_document" "invoke" {
  statement {
    sid       = "InvokeProfile"
    effect    = "Allow"
    actions   = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
    resources = ["arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-5", aws_bedrock_inference_profile.calls.arn]
  }

  statement {
    sid       = "InvokeModelThroughProfile"
    effect    = "Allow"
    actions   = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
    resources = ["arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-5", "arn:aws:bedrock:eu-west-3::foundation-model/anthropic.claude-sonnet-5"]

    condition {
      test     = "StringEquals"
      variable = "bedrock:InferenceProfileArn"
      values   = ["arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-5", aws_bedrock_inference_profile.calls.arn]
    }
  }
}

resource "aws_iam_policy" "invoke" {
  name   = "invoke-bedrock-model"
  policy = data.aws_iam_policy_document.invoke.json
}
`);
  });

  it('has the policy alone for what no profile can be made over, and nothing without one', () => {
    const own = routeTo('x', { via: 'imported-model', arn: 'arn:aws:bedrock:eu-west-1:123456789012:imported-model/x' });
    expect(codeOf(own)).not.toContain('aws_bedrock_inference_profile');
    expect(find(snippetsFor(own, text), 'terraform')?.why).toMatch(/nothing to be made/);
    expect(codeOf(route, false)).not.toContain('aws_iam_policy');
  });

  terraformIt('is in the form that terraform itself has it in', () => {
    for (const code of [codeOf(route), codeOf(route, false)]) {
      const { stdout, stderr, status } = spawnSync('terraform', ['fmt', '-no-color', '-'], {
        input: code,
        encoding: 'utf8',
      });
      expect({ stderr: status === 0 ? '' : stderr, stdout }).toEqual({ stderr: '', stdout: code });
    }
  });
});
