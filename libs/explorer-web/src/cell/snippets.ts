import type { Route } from 'nestjs-bedrock-discovery';
import type { MatrixModel } from '../api/matrix.types.js';

export interface Snippet {
  readonly id: 'sdk' | 'vercel' | 'langchain' | 'cli' | 'openai';
  readonly name: string;
  /** Packages to install, or the tool that is needed. */
  readonly needs: string;
  /** Undefined where there is no way; `why` says so. */
  readonly code?: string;
  readonly why?: string;
}

type Target = Pick<Route, 'region' | 'invocationId' | 'modelId' | 'via'>;
type About = Pick<MatrixModel, 'id' | 'input' | 'output'>;

/** What a model is called with. */
export type Kind = 'chat' | 'embedding' | 'image' | 'speech' | 'other';

export function kindOf({ id, input, output }: About): Kind {
  if (output.includes('EMBEDDING')) {
    return 'embedding';
  }
  if (input.includes('SPEECH') || output.includes('SPEECH')) {
    return 'speech';
  }
  if (output.includes('IMAGE')) {
    return 'image';
  }
  return output.includes('TEXT') && !id.includes('rerank') ? 'chat' : 'other';
}

/** Code that calls a model through a route, ready to be run with its exact id and region. */
export function snippetsFor(target: Target, about: About): readonly Snippet[] {
  if (target.via === 'mantle') {
    return [{ id: 'openai', name: 'OpenAI SDK', needs: 'openai', code: openai(target) }];
  }
  const kind = kindOf(about);
  const body = bodyFor(about, kind);
  return [
    { id: 'sdk', name: 'AWS SDK v3', needs: '@aws-sdk/client-bedrock-runtime', ...sdk(target, kind, body) },
    {
      id: 'vercel',
      name: 'Vercel AI SDK',
      needs: 'ai @ai-sdk/amazon-bedrock @aws-sdk/credential-providers',
      ...vercel(target, kind),
    },
    { id: 'langchain', name: 'LangChain JS', needs: '@langchain/aws @langchain/core', ...langchain(target, kind) },
    { id: 'cli', name: 'AWS CLI', needs: 'AWS CLI v2', ...cli(target, kind, body) },
  ];
}

type Way = Pick<Snippet, 'code' | 'why'>;

const SPEECH: Way = {
  why: 'It talks over a two-way stream: InvokeModelWithBidirectionalStream of the AWS SDK, with this id and region.',
};

function sdk({ region, invocationId }: Target, kind: Kind, body: object): Way {
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

function vercel({ region, invocationId }: Target, kind: Kind): Way {
  const [name, result, call] =
    kind === 'chat'
      ? ['generateText', 'text', `generateText({ model: bedrock('${invocationId}'), prompt: 'Hello' })`]
      : kind === 'embedding'
        ? ['embed', 'embedding', `embed({ model: bedrock.embedding('${invocationId}'), value: 'Hello' })`]
        : [
            'generateImage',
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

function langchain({ region, invocationId, modelId, via }: Target, kind: Kind): Way {
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

/** `bedrock-mantle` has no client of the AWS SDK. */
function openai({ region, invocationId }: Target): string {
  return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: 'https://bedrock-mantle.${region}.api.aws/v1',
  apiKey: process.env.AWS_BEARER_TOKEN_BEDROCK, // an API key of Amazon Bedrock
});
const { choices } = await client.chat.completions.create({
  model: '${invocationId}',
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(choices[0]?.message.content);
`;
}

function cli({ region, invocationId }: Target, kind: Kind, body: object): Way {
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

/** A small request in the format of the model's provider. */
function bodyFor({ id }: About, kind: Kind): object {
  if (kind === 'embedding') {
    if (id.includes('cohere.')) {
      return { texts: ['Hello'], input_type: 'search_document' };
    }
    if (id.includes('twelvelabs.')) {
      return { inputType: 'text', inputText: 'Hello' };
    }
    return id.includes('nova-2-multimodal')
      ? {
          taskType: 'SINGLE_EMBEDDING',
          singleEmbeddingParams: { embeddingPurpose: 'GENERIC_INDEX', text: { truncationMode: 'END', value: 'Hello' } },
        }
      : { inputText: 'Hello' };
  }
  if (kind === 'image') {
    return id.includes('amazon.')
      ? { taskType: 'TEXT_IMAGE', textToImageParams: { text: 'A quiet harbour' } }
      : { prompt: 'A quiet harbour' };
  }
  if (id.includes('rerank')) {
    const query = { query: 'capital of France', documents: ['Paris is a city.', 'Rain falls.'] };
    return id.includes('cohere.') ? { ...query, api_version: 2 } : query;
  }
  return { prompt: 'Hello' };
}
