// Longer than most: one table of cases, the rules in their order.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InvocationPath } from '../catalog/invocation-paths.js';
import {
  daysUntil,
  isSourceAllowed,
  type PathFacts,
  REJECTION_CODES,
  REJECTION_WORDS,
  rejectionOf,
  type RejectionCode,
  type ResolvedConstraints,
} from './eligibility.js';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-06-01T00:00:00.000Z');

const PATH: InvocationPath = {
  key: 'eu-west-1 maker.model',
  modelId: 'maker.model',
  region: 'eu-west-1',
  invocationId: 'maker.model',
  arn: 'arn:aws:bedrock:eu-west-1::foundation-model/maker.model',
  via: 'on-demand',
  destinations: ['eu-west-1'],
  lifecycle: { status: 'ACTIVE' },
  endsAt: Number.POSITIVE_INFINITY,
  open: true,
  modelListed: true,
  description: '',
};
const ANYTHING: ResolvedConstraints = {
  preferredRegions: [],
  residencyName: '',
  allowGlobal: true,
  minDaysToEndOfLife: 0,
  access: 'not-denied',
  prefer: 'latency',
  maxDestinationAgeMs: 1_000,
  unknownFacts: 'keep',
  currency: 'USD',
};
const FACTS: PathFacts = { access: 'available', ageMs: 0, now: NOW, profileId: undefined, known: {} };
const EU = { residency: new Set(['eu-west-1', 'eu-west-3']), residencyName: 'eu' };

const endingIn = (days: number): Partial<InvocationPath> => ({
  endsAt: NOW + days * DAY_MS,
  lifecycle: { status: 'LEGACY', endOfLifeTime: new Date(NOW + days * DAY_MS).toISOString() },
});
const through = (inferenceProfileId: string, status = 'ACTIVE'): Partial<InvocationPath> => ({
  via: 'system-profile',
  invocationId: inferenceProfileId,
  profile: { inferenceProfileId, inferenceProfileName: '', status },
  open: status === 'ACTIVE',
});
const owned = (open: boolean): Partial<InvocationPath> => ({
  via: 'provisioned-throughput',
  arn: 'arn:owned',
  owned: { name: 'mine', status: 'Creating' },
  open,
});

interface Case {
  readonly title: string;
  readonly path?: Partial<InvocationPath>;
  readonly wanted?: Partial<ResolvedConstraints>;
  readonly facts?: Partial<PathFacts>;
  /** Undefined where it is eligible. */
  readonly code?: RejectionCode;
  readonly reason?: string;
}

const CASES: readonly Case[] = [
  { title: 'what nothing speaks against' },
  // Life.
  {
    title: 'a model whose life is over',
    path: endingIn(-1),
    code: 'END_OF_LIFE',
    reason: 'The model reached the end of its life on 2026-05-31.',
  },
  { title: 'a model whose life ends now', path: endingIn(0) },
  { title: 'a model that lives as long as is wanted', path: endingIn(30), wanted: { minDaysToEndOfLife: 30 } },
  {
    title: 'a model that lives less long',
    path: endingIn(29),
    wanted: { minDaysToEndOfLife: 30 },
    code: 'END_OF_LIFE',
    reason: 'The model reaches the end of its life on 2026-06-30, in less than 30 days.',
  },
  {
    title: 'a model that ends now, where it shall live on',
    path: endingIn(0),
    wanted: { minDaysToEndOfLife: 1 },
    code: 'END_OF_LIFE',
    reason: 'The model reaches the end of its life on 2026-06-01, in less than 1 days.',
  },
  // Being open.
  {
    title: 'a bare id without capacity on demand',
    path: { open: false },
    code: 'NOT_ON_DEMAND',
    reason: 'The region lists no on-demand capacity: the bare id cannot be invoked.',
  },
  { title: 'an active profile', path: through('eu.maker.model') },
  {
    title: 'a profile that is not active',
    path: through('eu.maker.model', 'INACTIVE'),
    code: 'PROFILE_INACTIVE',
    reason: "The profile's status is INACTIVE, not ACTIVE.",
  },
  { title: 'what the account owns, in service', path: owned(true) },
  {
    title: 'what the account owns, not in service',
    path: owned(false),
    code: 'NOT_IN_SERVICE',
    reason: 'The status of the provisioned throughput is Creating: it takes no calls.',
  },
  // Facts.
  {
    title: 'a model that has refused the API',
    facts: { known: { apis: { offered: [], refused: ['converse'] } } },
    wanted: { api: 'converse' },
    code: 'API_UNSUPPORTED',
  },
  {
    title: 'a model that cannot do what is wanted',
    facts: { known: { capabilities: { all: { toolUse: false }, asOf: '2026-08' } } },
    wanted: { toolUse: true },
    code: 'CAPABILITY',
  },
  {
    title: 'a price that is too high',
    facts: { known: { price: { inputPerMillion: 1, outputPerMillion: 5, currency: 'USD', source: 'table' } } },
    wanted: { maxOutputPricePerMillion: 4 },
    code: 'PRICE_TOO_HIGH',
  },
  { title: 'a fact that is not known', wanted: { api: 'converse' } },
  {
    title: 'a fact that is not known, where it must be',
    wanted: { api: 'converse', unknownFacts: 'reject' },
    code: 'FACT_UNKNOWN',
    reason: 'No call has shown yet that the model offers the Converse API.',
  },
  // Residency.
  { title: 'destinations within the residency', path: { destinations: ['eu-west-3', 'eu-west-1'] }, wanted: EU },
  {
    title: 'some destinations outside',
    path: { destinations: ['eu-west-1', 'us-east-1', 'ap-south-1'] },
    wanted: EU,
    code: 'OUTSIDE_RESIDENCY',
    reason: 'It may be served in us-east-1, ap-south-1, outside eu.',
  },
  {
    title: 'any destination',
    path: { destinations: 'global' },
    wanted: EU,
    code: 'OUTSIDE_RESIDENCY',
    reason: 'It is served anywhere, not only within eu.',
  },
  {
    title: 'no destination, which promises none',
    path: { destinations: [] },
    wanted: EU,
    code: 'OUTSIDE_RESIDENCY',
    reason: 'It is served nobody knows where, not only within eu.',
  },
  {
    title: 'an endpoint outside of the residency',
    path: { region: 'us-east-1' },
    wanted: EU,
    code: 'SOURCE_OUTSIDE_RESIDENCY',
    reason: 'The endpoint that would be called is not within eu.',
  },
  {
    title: 'such an endpoint that the caller has named',
    path: { region: 'us-east-1' },
    wanted: { ...EU, sourceRegions: new Set(['us-east-1']) },
  },
  { title: 'any destination, without a residency', path: { destinations: 'global' } },
  { title: 'listed destinations, where none may be global', wanted: { allowGlobal: false } },
  {
    title: 'any destination, where none may be global',
    path: { destinations: 'global' },
    wanted: { allowGlobal: false },
    code: 'GLOBAL_EXCLUDED',
    reason: 'It is served anywhere, which allowGlobal: false leaves out.',
  },
  {
    title: 'no destination, where none may be global',
    path: { destinations: [] },
    wanted: { allowGlobal: false },
    code: 'GLOBAL_EXCLUDED',
    reason: 'It is served nobody knows where, which allowGlobal: false leaves out.',
  },
  // Age.
  { title: 'what was listed just not too long ago', facts: { ageMs: 1_000 } },
  {
    title: 'what was listed too long ago',
    facts: { ageMs: 1_001 },
    code: 'UNVERIFIED',
    reason: 'Listed 1 s ago, longer than maxDestinationAgeMs allows: unverified.',
  },
  {
    title: 'what was listed at a time that nobody knows',
    facts: { ageMs: Number.POSITIVE_INFINITY },
    code: 'UNVERIFIED',
    reason: 'Listed at a time that is not known: unverified.',
  },
  // Access.
  {
    title: 'what is denied',
    facts: { access: 'denied' },
    code: 'ACCESS_DENIED',
    reason: 'The account or principal has no access to it.',
  },
  { title: 'what is denied, where that does not matter', facts: { access: 'denied' }, wanted: { access: 'any' } },
  { title: 'what nobody knows the access of', facts: { access: 'unknown' } },
  { title: 'what was called', facts: { access: 'observed' }, wanted: { access: 'known' } },
  { title: 'what is available', wanted: { access: 'known' } },
  {
    title: 'what nobody knows the access of, where it must be known',
    facts: { access: 'unknown' },
    wanted: { access: 'known' },
    code: 'ACCESS_UNKNOWN',
    reason: 'Access is unknown, and only what is known to work was asked for.',
  },
  // What the caller chose.
  {
    title: 'a source region that is left out',
    wanted: { sourceRegions: new Set(['us-east-1']) },
    code: 'SOURCE_EXCLUDED',
    reason: 'sourceRegions leaves the region out.',
  },
  { title: 'a source region that is named', wanted: { sourceRegions: new Set(['eu-west-1']) } },
  {
    title: 'a way that is left out',
    wanted: { via: new Set(['system-profile']) },
    code: 'VIA_EXCLUDED',
    reason: 'via leaves out on-demand.',
  },
  { title: 'a way that is named', wanted: { via: new Set(['on-demand']) } },
  {
    title: 'bedrock-mantle, of a model that is had elsewhere',
    path: { via: 'mantle', elsewhere: true },
    code: 'OTHER_ENDPOINT',
    reason:
      "bedrock-mantle takes calls of other APIs than bedrock-runtime, where the model is or may be as well: via: ['mantle'] asks for it.",
  },
  { title: 'bedrock-mantle, of a model that it alone has', path: { via: 'mantle', elsewhere: false } },
  {
    title: 'bedrock-mantle, where it is asked for',
    path: { via: 'mantle', elsewhere: true },
    wanted: { via: new Set(['mantle']) },
  },
  { title: 'the profile that was named as the model', path: through('eu.a'), facts: { profileId: 'eu.a' } },
  {
    title: 'another profile than was named',
    path: through('us.a'),
    facts: { profileId: 'eu.a' },
    code: 'OTHER_PROFILE',
    reason: 'Only routes through eu.a were asked for.',
  },
  {
    title: 'another profile than the application profile, which goes before',
    path: through('eu.a'),
    wanted: { applicationProfile: 'mine' },
    facts: { profileId: 'eu.a' },
    code: 'OTHER_PROFILE',
    reason: 'Only routes through mine were asked for.',
  },
  { title: 'what the account owns, named by its ARN', path: owned(true), facts: { profileId: 'arn:owned' } },
];

describe('the verdict on a path', () => {
  it.each(CASES)('of $title is $code', ({ path, wanted, facts, code, reason }) => {
    const rejection = rejectionOf({ ...PATH, ...path }, { ...ANYTHING, ...wanted }, { ...FACTS, ...facts });
    expect(rejection?.code).toBe(code);
    if (reason !== undefined) {
      expect(rejection?.reason).toBe(reason);
    }
  });

  it('is the first in the order of the codes where several speak against it', () => {
    const against: readonly Case[] = [
      { title: '', path: endingIn(-1), code: 'END_OF_LIFE' },
      { title: '', path: { open: false }, code: 'NOT_ON_DEMAND' },
      {
        title: '',
        facts: { known: { apis: { offered: [], refused: ['converse'] } } },
        wanted: { api: 'converse' },
        code: 'API_UNSUPPORTED',
      },
      { title: '', path: { destinations: 'global' }, wanted: { allowGlobal: false }, code: 'GLOBAL_EXCLUDED' },
      { title: '', facts: { ageMs: 1_001 }, code: 'UNVERIFIED' },
      { title: '', facts: { access: 'denied' }, code: 'ACCESS_DENIED' },
      { title: '', wanted: { minTokensPerMinute: 1, unknownFacts: 'reject' }, code: 'FACT_UNKNOWN' },
      { title: '', wanted: { sourceRegions: new Set() }, code: 'SOURCE_EXCLUDED' },
      { title: '', wanted: { via: new Set() }, code: 'VIA_EXCLUDED' },
      { title: '', facts: { profileId: 'eu.a' }, code: 'OTHER_PROFILE' },
    ];
    fc.assert(
      fc.property(fc.subarray([...against], { minLength: 1 }), (some) => {
        const path = Object.assign({}, PATH, ...some.map((each) => each.path)) as InvocationPath;
        const wanted = Object.assign({}, ANYTHING, ...some.map((each) => each.wanted)) as ResolvedConstraints;
        const facts = Object.assign({}, FACTS, ...some.map((each) => each.facts)) as PathFacts;
        const codes = new Set(some.map(({ code }) => code));
        expect(rejectionOf(path, wanted, facts)?.code).toBe(REJECTION_CODES.find((code) => codes.has(code)));
      }),
    );
  });

  it('has words of its own for each code', () => {
    const words = REJECTION_CODES.map((code) => REJECTION_WORDS[code]);
    expect(words.every((each) => /^[a-zA-Z]/.test(each))).toBe(true);
    expect(new Set(words).size).toBe(REJECTION_CODES.length);
  });
});

describe('whether an endpoint may be called', () => {
  it.each([
    [{}, true],
    [EU, true],
    [{ residency: new Set(['us-east-1']) }, false],
    [{ sourceRegions: new Set(['us-east-1']) }, false],
    [{ residency: new Set(['us-east-1']), sourceRegions: new Set(['eu-west-1']) }, true],
  ])('is decided by the regions that are named, else by the residency: %p', (wanted, allowed) => {
    expect(isSourceAllowed('eu-west-1', { ...ANYTHING, ...wanted })).toBe(allowed);
  });
});

describe('days from now', () => {
  it('are counted with fractions, into the past too', () => {
    expect(daysUntil('2026-06-02T12:00:00.000Z', NOW)).toBe(1.5);
    expect(daysUntil('2026-05-31T00:00:00.000Z', NOW)).toBe(-1);
  });

  it('are none where there is no time', () => {
    expect([daysUntil(undefined, NOW), daysUntil('soon', NOW)]).toEqual([undefined, undefined]);
  });
});
