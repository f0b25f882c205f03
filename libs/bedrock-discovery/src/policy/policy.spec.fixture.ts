import type { Authorisation } from './evaluate-policy.spec.helper.js';
import type { PolicyRoute } from './iam-policies.js';

export const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
export const ACCOUNT = '123456789012';

export const onDemand = (region = 'eu-west-1', partition = 'aws'): PolicyRoute => ({
  modelId: MODEL,
  region,
  arn: `arn:${partition}:bedrock:${region}::foundation-model/${MODEL}`,
  via: 'on-demand',
  destinations: [region],
});

export const throughProfile = (
  prefix: string,
  region: string,
  destinations: PolicyRoute['destinations'],
  partition = 'aws',
): PolicyRoute => ({
  modelId: MODEL,
  region,
  arn: `arn:${partition}:bedrock:${region}:${ACCOUNT}:inference-profile/${prefix}.${MODEL}`,
  via: 'system-profile',
  destinations,
});

export const throughApplication = (region: string, destinations: PolicyRoute['destinations']): PolicyRoute => ({
  modelId: MODEL,
  region,
  arn: `arn:aws:bedrock:${region}:${ACCOUNT}:application-inference-profile/06vsfs68yb4g`,
  via: 'application-profile',
  destinations,
});

/** All that AWS authorises when a route is called and the request is served in `servedIn`. */
export function authorisationsOf(
  { arn, modelId, region, via }: PolicyRoute,
  servedIn: string,
  action = 'bedrock:InvokeModel',
): Authorisation[] {
  const partition = arn.split(':')[1] ?? '';
  const through: Record<string, string> = via === 'on-demand' ? {} : { 'bedrock:InferenceProfileArn': arn };
  const model = (where: string, requested: string): Authorisation => ({
    action,
    resource: `arn:${partition}:bedrock:${where}::foundation-model/${modelId}`,
    context: { 'aws:RequestedRegion': requested, ...through },
  });
  const served = servedIn === 'global' ? model('', 'unspecified') : model(servedIn, servedIn);
  const profile: Authorisation = { action, resource: arn, context: { 'aws:RequestedRegion': region } };
  return via === 'on-demand' ? [served] : [profile, model(region, region), served];
}
