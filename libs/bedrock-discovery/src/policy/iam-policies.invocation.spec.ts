import { describe, expect, it } from '@jest/globals';
import { decide } from './evaluate-policy.spec.helper.js';
import { invocationPolicy, type PolicyRoute } from './iam-policies.js';
import {
  ACCOUNT,
  authorisationsOf,
  MODEL,
  onDemand,
  throughApplication,
  throughProfile,
} from './policy.spec.fixture.js';

const EU = ['eu-central-1', 'eu-north-1', 'eu-west-1'];
const STREAM = 'bedrock:InvokeModelWithResponseStream';
const ROUTES: readonly [name: string, route: PolicyRoute][] = [
  ['on demand', onDemand()],
  ['by a geographic profile', throughProfile('eu', 'eu-west-1', EU)],
  ['by a profile that does not serve in its source region', throughProfile('us', 'us-west-1', ['us-east-1'])],
  ['by a global profile', throughProfile('global', 'eu-west-1', 'global')],
  ['by an application profile', throughApplication('eu-west-1', EU)],
  ['by an application profile of a global one', throughApplication('eu-west-1', 'global')],
];
const destinationsOf = ({ destinations }: PolicyRoute): readonly string[] =>
  destinations === 'global' ? ['global'] : destinations;

describe('the policy of a route', () => {
  it.each(ROUTES)('allows all that AWS authorises of a call %s, streamed or not', (_, route) => {
    for (const action of ['bedrock:InvokeModel', STREAM]) {
      for (const destination of destinationsOf(route)) {
        for (const authorisation of authorisationsOf(route, destination, action)) {
          expect({ authorisation, decision: decide(invocationPolicy(route), authorisation) }).toMatchObject({
            decision: 'allowed',
          });
        }
      }
    }
  });

  it.each(ROUTES)('needs each of its statements and resources for a route %s', (_, route) => {
    const { Version, Statement } = invocationPolicy(route);
    const needed = destinationsOf(route).flatMap((destination) => authorisationsOf(route, destination));
    for (const statement of Statement) {
      for (const resource of statement.Resource) {
        const lessened = { ...statement, Resource: [statement.Resource].flat().filter((other) => other !== resource) };
        const policy = { Version, Statement: Statement.map((other) => (other === statement ? lessened : other)) };
        expect(needed.some((authorisation) => decide(policy, authorisation) !== 'allowed')).toBe(true);
      }
    }
  });

  it.each(ROUTES.slice(1))('does not allow the model to be called past the profile: %s', (_, route) => {
    for (const region of ['eu-west-1', 'us-east-1']) {
      for (const authorisation of authorisationsOf(onDemand(region), region)) {
        expect(decide(invocationPolicy(route), authorisation)).toBe('unmentioned');
      }
    }
  });

  it('does not allow the same model through another profile', () => {
    const policy = invocationPolicy(throughApplication('eu-west-1', EU));
    const decisions = authorisationsOf(throughProfile('eu', 'eu-west-1', EU), 'eu-central-1').map((authorisation) =>
      decide(policy, authorisation),
    );
    expect(decisions).toEqual(['unmentioned', 'unmentioned', 'unmentioned']);
  });

  it('does not allow a global profile from another source region', () => {
    const policy = invocationPolicy(throughProfile('global', 'eu-west-1', 'global'));
    const elsewhere = throughProfile('global', 'us-east-1', 'global');
    expect(authorisationsOf(elsewhere, 'global').map((authorisation) => decide(policy, authorisation))).not.toContain(
      'allowed',
    );
  });

  it('leaves streaming out where that is not wanted', () => {
    const policy = invocationPolicy(onDemand(), { streaming: false });
    expect(policy.Statement.flatMap(({ Action }) => Action)).toEqual(['bedrock:InvokeModel']);
  });

  it('is the document that AWS documents for a geographic profile', () => {
    const arn = `arn:aws:bedrock:us-east-1:${ACCOUNT}:inference-profile/us.${MODEL}`;
    expect(invocationPolicy(throughProfile('us', 'us-east-1', ['us-east-1', 'us-west-2']))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'InvokeProfile',
          Effect: 'Allow',
          Action: ['bedrock:InvokeModel', STREAM],
          Resource: [arn],
        },
        {
          Sid: 'InvokeModelThroughProfile',
          Effect: 'Allow',
          Action: ['bedrock:InvokeModel', STREAM],
          Resource: [
            `arn:aws:bedrock:us-east-1::foundation-model/${MODEL}`,
            `arn:aws:bedrock:us-west-2::foundation-model/${MODEL}`,
          ],
          Condition: { StringEquals: { 'bedrock:InferenceProfileArn': arn } },
        },
      ],
    });
  });

  it.each([
    ['aws-us-gov', throughProfile('us-gov', 'us-gov-west-1', ['us-gov-east-1', 'us-gov-west-1'], 'aws-us-gov')],
    ['aws-eusc', onDemand('eusc-de-east-1', 'aws-eusc')],
  ])('keeps to the partition of the ARN: %s', (partition, route) => {
    const resources = invocationPolicy(route).Statement.flatMap(({ Resource }) => Resource);
    expect(resources.filter((resource) => !resource.startsWith(`arn:${partition}:bedrock:`))).toEqual([]);
  });

  it('speaks of the account that is named, in ARN and condition alike', () => {
    const document = JSON.stringify(
      invocationPolicy(throughProfile('eu', 'eu-west-1', EU), { accountId: '999999999999' }),
    );
    expect(document).not.toContain(ACCOUNT);
    expect(document.match(/999999999999/g)).toHaveLength(2);
  });

  it.each<[string, Partial<PolicyRoute>]>([
    ['no ARN', { arn: 'eu.anthropic.claude' }],
    ['a wildcard in its ARN', { arn: `arn:aws:bedrock:eu-west-1:${ACCOUNT}:inference-profile/*` }],
    ['a wildcard for a model', { modelId: '*' }],
    ['a wildcard for a destination', { destinations: ['eu-west-1', '*'] }],
    ['a wildcard for a region', { region: '*' }],
    ['no destinations', { destinations: [] }],
    ['no account', { arn: `arn:aws:bedrock:eu-west-1::inference-profile/eu.${MODEL}` }],
  ])('is refused for a route with %s, rather than made wider', (_, changed) => {
    const route = { ...throughProfile('eu', 'eu-west-1', EU), ...changed };
    expect(() => invocationPolicy(route)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('is refused for an account that is none', () => {
    const route = throughProfile('eu', 'eu-west-1', EU);
    expect(() => invocationPolicy(route, { accountId: '*' })).toThrow('twelve digits');
  });
});
