import { describe, expect, it } from '@jest/globals';
import { decide } from './evaluate-policy.spec.helper.js';
import { discoveryPolicy } from './iam-policies.js';

const LISTS = ['bedrock:ListFoundationModels', 'bedrock:ListInferenceProfiles'];
const asked = (action: string, region: string): Parameters<typeof decide>[1] => ({
  action,
  resource: '*',
  context: { 'aws:RequestedRegion': region },
});

describe('the policy for discovery', () => {
  it.each([
    ...LISTS,
    'bedrock:GetFoundationModelAvailability',
    'bedrock:GetAccountDataRetention',
    'account:ListRegions',
  ])('allows %s', (action) => {
    expect(decide(discoveryPolicy(), asked(action, 'eu-west-1'))).toBe('allowed');
  });

  it('allows no model to be invoked', () => {
    expect(decide(discoveryPolicy({ bearerToken: true }), asked('bedrock:InvokeModel', 'eu-west-1'))).toBe(
      'unmentioned',
    );
  });

  it('keeps to the regions that are named, and asks the account for none then', () => {
    const policy = discoveryPolicy({ regions: ['eu-west-1'] });
    for (const action of LISTS) {
      expect(decide(policy, asked(action, 'eu-west-1'))).toBe('allowed');
      expect(decide(policy, asked(action, 'us-east-1'))).toBe('unmentioned');
    }
    expect(decide(policy, asked('account:ListRegions', 'us-east-1'))).toBe('unmentioned');
  });

  it('asks the account in whichever region its endpoint is', () => {
    const policy = discoveryPolicy({ regions: ['eu-west-1'], accountRegions: true });
    expect(decide(policy, asked('account:ListRegions', 'us-east-1'))).toBe('allowed');
  });

  it('adds and leaves out what is told', () => {
    const actions = (options: Parameters<typeof discoveryPolicy>[0]): readonly string[] =>
      discoveryPolicy(options).Statement.flatMap(({ Action }) => Action);
    expect(actions({ access: false, retention: false, accountRegions: false })).toEqual(LISTS);
    expect(actions({})).not.toContain('servicequotas:ListServiceQuotas');
    expect(actions({ quotas: true })).toContain('servicequotas:ListServiceQuotas');
    expect(actions({ bearerToken: true })).toContain('bedrock:CallWithBearerToken');
    expect(actions({})).not.toContain('bedrock:ListFoundationModelAgreementOffers');
    expect(actions({ offers: true })).toContain('bedrock:ListFoundationModelAgreementOffers');
  });

  it.each([[[]], [['*']], [['eu']]])('refuses the regions %j', (regions) => {
    expect(() => discoveryPolicy({ regions })).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
