import type { IamPolicyDocument, IamStatement } from '../policy/iam-policies.js';
import type { CodeOrWhy, SnippetRoute } from './snippet.types.js';

const PROFILE = 'aws_bedrock_inference_profile.calls.arn';

/**
 * The policy that a route needs, and, over a model or a profile of AWS, an application profile by which calls are told apart
 * on the bill. What is allowed through the one is then allowed through the other.
 */
export function terraform(route: SnippetRoute, policy: IamPolicyDocument | undefined): CodeOrWhy {
  const taggable = route.via === 'on-demand' || route.via === 'system-profile';
  if (policy === undefined && !taggable) {
    return { why: 'There is nothing to be made: the model is called as it is.' };
  }
  const parts = [
    `terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = ${quoted(route.region)}
}
`,
    ...(taggable ? [profileOf(route)] : []),
    ...(policy === undefined ? [] : [policyDocument(policy, taggable ? route.arn : undefined)]),
  ];
  return { code: parts.join('\n') };
}

function profileOf({ modelId, arn }: SnippetRoute): string {
  const name = modelId.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
  return `# Calls with its ARN as model id are billed under its tags.
resource "aws_bedrock_inference_profile" "calls" {
  name = ${quoted(name)}

  model_source {
    copy_from = ${quoted(arn)}
  }

  tags = {
    application = "my-application"
  }
}
`;
}

function policyDocument({ Statement }: IamPolicyDocument, copied: string | undefined): string {
  const statements = Statement.map((statement) => statementOf(statement, copied));
  return `data "aws_iam_policy_document" "invoke" {
${statements.join('\n')}}

resource "aws_iam_policy" "invoke" {
  name   = "invoke-bedrock-model"
  policy = data.aws_iam_policy_document.invoke.json
}
`;
}

function statementOf(
  { Sid, Effect, Action, Resource, Condition = {} }: IamStatement,
  copied: string | undefined,
): string {
  const conditions = Object.entries(Condition).flatMap(([test, variables]) =>
    Object.entries(variables).map(
      ([variable, values]) => `
    condition {
      test     = ${quoted(test)}
      variable = ${quoted(variable)}
      values   = ${listed([values].flat(), copied)}
    }
`,
    ),
  );
  return `  statement {
    sid       = ${quoted(Sid)}
    effect    = ${quoted(Effect)}
    actions   = ${listed(Action, undefined)}
    resources = ${listed([Resource].flat(), copied)}
${conditions.join('')}  }
`;
}

/** @param copied what the application profile may take the place of */
function listed(values: readonly string[], copied: string | undefined): string {
  const items = values.flatMap((value) => (value === copied ? [quoted(value), PROFILE] : [quoted(value)]));
  return `[${items.join(', ')}]`;
}

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('${', '$${').replaceAll('%{', '%%{');
}
