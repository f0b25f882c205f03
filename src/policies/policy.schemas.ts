import { invocationPolicy, type IamPolicyDocument, residencyDenyPolicy } from 'nestjs-bedrock-discovery';
import { list, named, object, oneOf, recordOf, text } from '../openapi/schema.js';

const TEXTS = { oneOf: [text(), list(text())] };

export const IAM_STATEMENT = named(
  'IamStatement',
  object(
    {
      Sid: text(),
      Effect: oneOf(['Allow', 'Deny']),
      Action: list(text()),
      Resource: { oneOf: [{ const: '*' }, list(text())] },
    },
    { Condition: recordOf(recordOf(TEXTS, 'By condition key.'), 'By operator, such as `StringEquals`.') },
  ),
);

export const POLICY = named('IamPolicy', object({ Version: { const: '2012-10-17' }, Statement: list(IAM_STATEMENT) }));

const MODEL_ID = 'amazon.nova-pro-v1:0';

export const INVOCATION_POLICY_EXAMPLE: IamPolicyDocument = invocationPolicy({
  modelId: MODEL_ID,
  region: 'eu-west-1',
  arn: `arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.${MODEL_ID}`,
  via: 'system-profile',
  destinations: ['eu-central-1', 'eu-west-1'],
});

export const RESIDENCY_POLICY_EXAMPLE: IamPolicyDocument = residencyDenyPolicy('eu');
