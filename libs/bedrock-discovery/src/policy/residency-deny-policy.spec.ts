import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DiscoveredProfile, ProfileInRegion } from '../catalog/profiles/profile.types.js';
import { GEOGRAPHIES } from '../regions/geographies.js';
import { decide } from './evaluate-policy.spec.helper.js';
import type { IamPolicyDocument, PolicyRoute } from './iam-policies.js';
import {
  ACCOUNT,
  authorisationsOf,
  MODEL,
  onDemand,
  throughApplication,
  throughProfile,
} from './policy.spec.fixture.js';
import { residencyDenyPolicy } from './residency-deny-policy.js';

const COMMERCIAL = ['us', 'eu', 'europe', 'apac', 'jp', 'au', 'ca', 'in'];
const REGIONS = [...new Set(COMMERCIAL.flatMap((geography) => GEOGRAPHIES[geography] ?? []))].filter(
  (region) => !region.startsWith('eusc-'),
);

function isDenied(policy: IamPolicyDocument, route: PolicyRoute, servedIn: string): boolean {
  return authorisationsOf(route, servedIn).some((authorisation) => decide(policy, authorisation) === 'denied');
}

function profileOf(
  id: string,
  destinations: Record<string, ProfileInRegion['destinations']>,
  type: DiscoveredProfile['type'] = 'SYSTEM_DEFINED',
): DiscoveredProfile {
  const kind = type === 'APPLICATION' ? 'application-inference-profile' : 'inference-profile';
  const availability = Object.entries(destinations).map(([region, to]) => [
    region,
    {
      inferenceProfileArn: `arn:aws:bedrock:${region}:${ACCOUNT}:${kind}/${id}`,
      modelArns: [],
      destinations: to,
      status: 'ACTIVE',
    },
  ]);
  return {
    inferenceProfileId: id,
    inferenceProfileName: id,
    type,
    modelIds: [MODEL],
    regions: Object.keys(destinations),
    availability: Object.fromEntries(availability) as DiscoveredProfile['availability'],
  };
}

describe('the policy that enforces a residency', () => {
  it('denies a call exactly if it is made or served outside, whatever the route', () => {
    const region = fc.constantFrom(...REGIONS);
    const property = fc.property(
      fc.constantFrom(...COMMERCIAL),
      region,
      region,
      fc.nat(2),
      (residency, from, to, kind) => {
        const inside = GEOGRAPHIES[residency] ?? [];
        const route = [onDemand(from), throughProfile('eu', from, [to]), throughApplication(from, [to])][kind];
        const servedIn = kind === 0 ? from : to;
        const isInside = inside.includes(from) && inside.includes(servedIn);
        expect(isDenied(residencyDenyPolicy(residency), route ?? onDemand(from), servedIn)).toBe(!isInside);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  it.each(['europe', 'us'])(
    'denies global calls from inside %s, by a profile of AWS or of the account',
    (residency) => {
      const policy = residencyDenyPolicy(residency);
      const [from = ''] = GEOGRAPHIES[residency] ?? [];
      expect(isDenied(policy, throughProfile('global', from, 'global'), 'global')).toBe(true);
      expect(isDenied(policy, throughApplication(from, 'global'), 'global')).toBe(true);
    },
  );

  it('denies a global profile itself, so that it fails wherever it would be served', () => {
    expect(isDenied(residencyDenyPolicy('us'), throughProfile('global', 'us-east-1', 'global'), 'us-east-1')).toBe(
      true,
    );
  });

  it.each([
    'bedrock:InvokeModelWithResponseStream',
    'bedrock:InvokeModelWithBidirectionalStream',
    'bedrock:CreateModelInvocationJob',
  ])('covers the action %s', (action) => {
    const [authorisation] = authorisationsOf(onDemand('us-east-1'), 'us-east-1', action);
    expect(authorisation && decide(residencyDenyPolicy('eu'), authorisation)).toBe('denied');
  });

  it('leaves everything but invoking alone', () => {
    const listing = {
      action: 'bedrock:ListFoundationModels',
      resource: '*',
      context: { 'aws:RequestedRegion': 'us-east-1' },
    };
    expect(decide(residencyDenyPolicy('eu'), listing)).toBe('unmentioned');
  });

  it('denies a request that names no region', () => {
    const [authorisation] = authorisationsOf(onDemand('eu-west-1'), 'eu-west-1');
    expect(authorisation && decide(residencyDenyPolicy('eu'), { ...authorisation, context: {} })).toBe('denied');
  });

  it('spares the principals that are exempt', () => {
    const policy = residencyDenyPolicy('eu', { exemptPrincipals: ['arn:aws:iam::*:role/BreakGlass'] });
    const [authorisation] = authorisationsOf(onDemand('us-east-1'), 'us-east-1');
    const by = (principal: string): string | undefined =>
      authorisation &&
      decide(policy, { ...authorisation, context: { ...authorisation.context, 'aws:PrincipalArn': principal } });
    expect(by(`arn:aws:iam::${ACCOUNT}:role/BreakGlass`)).toBe('unmentioned');
    expect(by(`arn:aws:iam::${ACCOUNT}:role/Application`)).toBe('denied');
  });

  it.each([
    ['eu', undefined, 'arn:aws:', 'eu-central-1', 'eusc-de-east-1'],
    ['eu', 'aws-eusc' as const, 'arn:aws-eusc:', 'eusc-de-east-1', 'eu-central-1'],
    ['us-gov', undefined, 'arn:aws-us-gov:', 'us-gov-west-1', 'us-east-1'],
  ])('speaks of one partition, as an organisation does: %s in %s', (residency, partition, prefix, inside, outside) => {
    const document = JSON.stringify(residencyDenyPolicy(residency, { partition }));
    expect(document.match(/arn:[a-z-]+:/g)).toEqual([prefix]);
    expect(document).toContain(`"${inside}"`);
    expect(document).not.toContain(`"${outside}"`);
  });

  it.each(['global', 'nowhere', [], ['eu-west']])('is refused for the residency %j', (residency) => {
    expect(() => residencyDenyPolicy(residency)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('is refused for a residency outside the partition', () => {
    expect(() => residencyDenyPolicy('jp', { partition: 'aws-us-gov' })).toThrow(/aws-us-gov.*ap-northeast-1/);
  });

  describe('with the profiles that are known', () => {
    const EU = ['eu-central-1', 'eu-west-1'];
    const leaving = (...profiles: DiscoveredProfile[]): readonly string[] => {
      const { Statement } = residencyDenyPolicy('eu', { profiles });
      return [Statement.find(({ Sid }) => Sid === 'DenyProfilesThatLeaveResidency')?.Resource ?? []].flat();
    };

    it('names no profile that stays, is called from outside, or is global', () => {
      expect(
        leaving(
          profileOf('eu.a', { 'eu-west-1': EU }),
          profileOf('us.a', { 'us-east-1': ['us-east-1', 'us-west-2'] }),
          profileOf('global.a', { 'eu-west-1': 'global' }),
        ),
      ).toEqual([]);
    });

    it('names a geography where all of its profiles leave the residency', () => {
      const out = ['eu-west-1', 'eu-west-2'];
      expect(leaving(profileOf('xx.a', { 'eu-west-1': out }), profileOf('xx.b', { 'eu-west-3': out }))).toEqual([
        'arn:aws:bedrock:*:*:inference-profile/xx.*',
      ]);
    });

    it('names a profile that leaves the residency, or its source regions, where others of the geography stay', () => {
      const out = ['eu-west-1', 'eu-west-2'];
      expect(
        leaving(
          profileOf('eu.a', { 'eu-west-1': EU }),
          profileOf('eu.b', { 'eu-west-1': out, 'eu-west-3': out, 'eu-west-2': out }),
          profileOf('eu.c', { 'eu-west-1': EU, 'eu-west-3': out }),
          profileOf('eu.d', { 'eu-west-1': [] }),
        ),
      ).toEqual([
        'arn:aws:bedrock:*:*:inference-profile/eu.b',
        'arn:aws:bedrock:*:*:inference-profile/eu.d',
        'arn:aws:bedrock:eu-west-3:*:inference-profile/eu.c',
      ]);
    });

    it('names profiles of the account that leave the residency by their ARN', () => {
      expect(leaving(profileOf('06vsfs68yb4g', { 'eu-west-1': ['us-east-1'] }, 'APPLICATION'))).toEqual([
        `arn:aws:bedrock:eu-west-1:${ACCOUNT}:application-inference-profile/06vsfs68yb4g`,
      ]);
    });
  });
});
