import type { ModelKind } from './model-kind.js';
import type { CodeOrWhy, SnippetRoute } from './snippet.types.js';

export function boto3({ region, invocationId }: SnippetRoute, kind: ModelKind, body: object): CodeOrWhy {
  if (kind === 'speech') {
    return { why: 'boto3 has no two-way streams. Use the AWS SDK for JavaScript.' };
  }
  const client = `client = boto3.client("bedrock-runtime", region_name="${region}")`;
  if (kind === 'chat') {
    return {
      code: `import boto3

${client}
response = client.converse(
    modelId="${invocationId}",
    messages=[{"role": "user", "content": [{"text": "Hello"}]}],
)
print(response["output"]["message"]["content"][0]["text"])
`,
    };
  }
  return {
    code: `import json

import boto3

${client}
response = client.invoke_model(
    modelId="${invocationId}",
    contentType="application/json",
    body=json.dumps(${JSON.stringify(body)}),
)
print(json.loads(response["body"].read()))
`,
  };
}

export function openAiForPython(baseUrl: string, { invocationId }: SnippetRoute): CodeOrWhy {
  return {
    code: `import os

from openai import OpenAI

client = OpenAI(
    base_url="${baseUrl}",
    api_key=os.environ["AWS_BEARER_TOKEN_BEDROCK"],  # an API key of Amazon Bedrock
)
completion = client.chat.completions.create(
    model="${invocationId}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(completion.choices[0].message.content)
`,
  };
}
