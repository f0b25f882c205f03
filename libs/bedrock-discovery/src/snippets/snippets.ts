import { bodyFor, kindOf, type ModelKind, type SnippetModel } from './model-kind.js';
import { boto3, openAiForPython } from './python-snippets.js';
import type { CodeOrWhy, Snippet, SnippetOptions, SnippetRoute } from './snippet.types.js';
import { terraform } from './terraform-snippet.js';

const TYPESCRIPT = { language: 'typescript' } as const;
const PYTHON = { language: 'python' } as const;

/**
 * Code that calls a model through a route, with its exact id and region: one for each client, those that cannot included,
 * with the reason.
 *
 * @publicApi
 */
export function snippetsFor(
  route: SnippetRoute,
  model: SnippetModel,
  { policy }: SnippetOptions = {},
): readonly Snippet[] {
  const kind = kindOf(route.modelId, model);
  const openAi = openAiSnippets(route, kind);
  const asCode = {
    id: 'terraform',
    language: 'terraform',
    name: 'Terraform',
    needs: 'Terraform and its provider for AWS',
  } as const;
  if (route.via === 'mantle') {
    return [...openAi, { ...asCode, ...terraform(route, policy) }];
  }
  const body = bodyFor(route.modelId, kind);
  return [
    {
      ...TYPESCRIPT,
      id: 'sdk',
      name: 'AWS SDK v3',
      needs: '@aws-sdk/client-bedrock-runtime',
      ...sdk(route, kind, body),
    },
    {
      ...TYPESCRIPT,
      id: 'vercel',
      name: 'Vercel AI SDK',
      needs: 'ai @ai-sdk/amazon-bedrock @aws-sdk/credential-providers',
      ...vercel(route, kind),
    },
    {
      ...TYPESCRIPT,
      id: 'langchain',
      name: 'LangChain JS',
      needs: '@langchain/aws @langchain/core',
      ...langchain(route, kind),
    },
    { ...PYTHON, id: 'boto3', name: 'Python (boto3)', needs: 'boto3', ...boto3(route, kind, body) },
    ...openAi,
    { id: 'cli', language: 'cli', name: 'AWS CLI', needs: 'AWS CLI v2', ...cli(route, kind, body) },
    { ...asCode, ...terraform(route, policy) },
  ];
}

const SPEECH: CodeOrWhy = {
  why: 'It talks over a two-way stream: InvokeModelWithBidirectionalStream of the AWS SDK, with this id and region.',
};

function sdk({ region, invocationId }: SnippetRoute, kind: ModelKind, body: object): CodeOrWhy {
  if (kind === 'chat') {
    return {
      code: `import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';

const client = new BedrockRuntimeClient({ region: '${region}' });
const { output } = await client.send(
  new ConverseCommand({
    modelId: '${invocationId}',
    messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
  }),
);
console.log(output?.message?.content?.[0]?.text);
`,
    };
  }
  if (kind === 'speech') {
    return {
      code: `import { BedrockRuntimeClient, InvokeModelWithBidirectionalStreamCommand } from '@aws-sdk/client-bedrock-runtime';

const client = new BedrockRuntimeClient({ region: '${region}' });
async function* events() {
  const sessionStart = { inferenceConfiguration: { maxTokens: 1024 } };
  yield { chunk: { bytes: new TextEncoder().encode(JSON.stringify({ event: { sessionStart } })) } };
  // … then the prompt and the audio, as the model's guide has it
}
const { body } = await client.send(
  new InvokeModelWithBidirectionalStreamCommand({ modelId: '${invocationId}', body: events() }),
);
for await (const event of body ?? []) console.log(event);
`,
    };
  }
  return {
    code: `import { BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';

const client = new BedrockRuntimeClient({ region: '${region}' });
const { body } = await client.send(
  new InvokeModelCommand({
    modelId: '${invocationId}',
    contentType: 'application/json',
    body: JSON.stringify(${JSON.stringify(body)}),
  }),
);
console.log(JSON.parse(new TextDecoder().decode(body)));
`,
  };
}

function vercel({ region, invocationId }: SnippetRoute, kind: ModelKind): CodeOrWhy {
  const [name, result, call] =
    kind === 'chat'
      ? ['generateText', 'text', `generateText({ model: bedrock('${invocationId}'), prompt: 'Hello' })`]
      : kind === 'embedding'
        ? ['embed', 'embedding', `embed({ model: bedrock.embedding('${invocationId}'), value: 'Hello' })`]
        : [
            'experimental_generateImage as generateImage',
            'image',
            `generateImage({ model: bedrock.image('${invocationId}'), prompt: 'A quiet harbour' })`,
          ];
  if (kind === 'speech' || kind === 'other') {
    return { why: 'The Vercel AI SDK has no function for models of this kind. Use the AWS SDK.' };
  }
  return {
    code: `import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { ${name} } from 'ai';

const bedrock = createAmazonBedrock({
  region: '${region}',
  credentialProvider: fromNodeProviderChain(),
});
const { ${result} } = await ${call};
console.log(${result});
`,
  };
}

function langchain({ region, invocationId, modelId, via }: SnippetRoute, kind: ModelKind): CodeOrWhy {
  // It looks at the id to know what the model can do, which the id of an application profile does not tell.
  const model =
    via === 'application-profile'
      ? `\n  model: '${modelId}',\n  applicationInferenceProfile: '${invocationId}',`
      : `\n  model: '${invocationId}',`;
  if (kind === 'chat') {
    return {
      code: `import { ChatBedrockConverse } from '@langchain/aws';

const model = new ChatBedrockConverse({
  region: '${region}',${model}
});
const answer = await model.invoke('Hello');
console.log(answer.text);
`,
    };
  }
  if (kind === 'embedding') {
    return {
      code: `import { BedrockEmbeddings } from '@langchain/aws';

const embeddings = new BedrockEmbeddings({
  region: '${region}',
  model: '${invocationId}',
});
console.log(await embeddings.embedQuery('Hello'));
`,
    };
  }
  return { why: 'LangChain JS has no class for models of this kind. Use the AWS SDK.' };
}

/** By Bedrock's endpoints that are compatible with OpenAI's. `bedrock-mantle` has no client of the AWS SDK. */
function openAiSnippets(route: SnippetRoute, kind: ModelKind): readonly Snippet[] {
  const baseUrl = openAiBaseUrl(route, kind);
  const why = 'No call has shown that the model offers Chat Completions here. Use Converse.';
  return [
    {
      ...TYPESCRIPT,
      id: 'openai',
      name: 'OpenAI SDK',
      needs: 'openai',
      ...(baseUrl === undefined ? { why } : { code: openAiSdk(baseUrl, route) }),
    },
    {
      ...PYTHON,
      id: 'openai-python',
      name: 'Python (OpenAI)',
      needs: 'openai',
      ...(baseUrl === undefined ? { why } : openAiForPython(baseUrl, route)),
    },
  ];
}

/**
 * Undefined where it is not known that the path offers Chat Completions: what calls have shown decides, and AWS says it of the
 * models of OpenAI.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-chat-completions.html
 */
function openAiBaseUrl({ via, region, modelId, apis = [] }: SnippetRoute, kind: ModelKind): string | undefined {
  if (via === 'mantle') {
    return `https://bedrock-mantle.${region}.api.aws/v1`;
  }
  const offered = apis.includes('chat-completions') || (kind === 'chat' && modelId.startsWith('openai.'));
  const suffix = region.startsWith('eusc-') ? 'amazonaws.eu' : 'amazonaws.com';
  return offered ? `https://bedrock-runtime.${region}.${suffix}/openai/v1` : undefined;
}

function openAiSdk(baseUrl: string, { invocationId }: SnippetRoute): string {
  return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${baseUrl}',
  apiKey: process.env.AWS_BEARER_TOKEN_BEDROCK, // an API key of Amazon Bedrock
});
const { choices } = await client.chat.completions.create({
  model: '${invocationId}',
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(choices[0]?.message.content);
`;
}

function cli({ region, invocationId }: SnippetRoute, kind: ModelKind, body: object): CodeOrWhy {
  if (kind === 'speech') {
    return SPEECH;
  }
  const call = `  --region ${region} \\\n  --model-id '${invocationId}' \\\n`;
  if (kind === 'chat') {
    return {
      code: `aws bedrock-runtime converse \\\n${call}  --messages '[{"role":"user","content":[{"text":"Hello"}]}]'\n`,
    };
  }
  return {
    code: `aws bedrock-runtime invoke-model \\\n${call}  --cli-binary-format raw-in-base64-out \\\n  --body '${JSON.stringify(body)}' \\\n  answer.json\n`,
  };
}
