import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InvocationPath } from '../catalog/invocation-paths.js';
import { API_RULE } from './apis/api-rule.js';
import { CAPABILITY_RULE } from './capabilities/capability-rule.js';
import { missingFact, missingFacts } from './fact-rules.js';
import type { FactConstraints, FactRule, KnownFacts } from './path-fact.js';
import { PRICE_RULE } from './pricing/price-rule.js';
import { QUOTA_LIMIT_RULE, QUOTA_RULE } from './quotas/quota-rule.js';
import { RETENTION_RULE } from './retention/retention-rule.js';

const PATH = { region: 'eu-west-1', invocationId: 'maker.model' } as InvocationPath;
const NOTHING_WANTED: FactConstraints = { unknownFacts: 'keep', currency: 'USD', prefer: 'latency' };
const AT = '2026-01-31T12:00:00.000Z';

const price = (outputPerMillion: number, currency = 'USD'): KnownFacts => ({
  price: { inputPerMillion: 1, outputPerMillion, currency, source: 'table' },
});
const quota = (limits: object, source: 'listed' | 'learned' = 'listed'): KnownFacts => ({
  quotas: { quota: { ...limits, source, asOf: AT, left: 1 }, room: undefined, restsUntil: undefined, raisedAt: 0 },
});
const retention = (effective: 'none' | 'default' | 'aws_review', ...refused: 'default'[]): KnownFacts => ({
  retention: {
    inForce: { effective, mode: effective, source: 'account', at: AT },
    refused: refused.map((mode) => ({ mode, known: 'as a call has shown' })),
  },
});
const apis = (offered: 'converse'[], refused: 'converse'[]): KnownFacts => ({ apis: { offered, refused } });

/** What a rule says of what is known, where this is wanted. */
type Case = readonly [
  known: KnownFacts,
  wanted: Partial<FactConstraints>,
  rejected: string | undefined,
  missed?: string,
];

const CASES: readonly (readonly [name: string, rule: FactRule, cases: readonly Case[]])[] = [
  [
    'APIs',
    API_RULE,
    [
      [apis(['converse'], []), { api: 'converse' }, undefined],
      [apis([], ['converse']), {}, undefined],
      [apis([], []), { api: 'converse' }, undefined, 'No call has shown yet that the model offers the Converse API.'],
      [{}, { api: 'converse' }, undefined, 'No call has shown yet that the model offers the Converse API.'],
      [{}, {}, undefined],
    ],
  ],
  [
    'capabilities',
    CAPABILITY_RULE,
    [
      [{ capabilities: { all: { toolUse: true }, asOf: '2026-08' } }, { toolUse: true }, undefined],
      [
        { capabilities: { all: { toolUse: false }, asOf: '2026-08' } },
        { toolUse: true },
        'The model takes no tools, by the table of 2026-08.',
      ],
      [
        { capabilities: { all: { toolUse: false }, asOf: '2026-08', shown: { toolUse: false, at: AT } } },
        { toolUse: true },
        'The model takes no tools, as a call has shown on 2026-01-31.',
      ],
      // A call has shown something else.
      [
        { capabilities: { all: { toolUse: false }, asOf: '2026-08', shown: { reasoning: false, at: AT } } },
        { toolUse: true },
        'The model takes no tools, by the table of 2026-08.',
      ],
      [
        { capabilities: { all: { contextTokens: 4_000 }, asOf: '2026-08' } },
        { minContextTokens: 4_001 },
        'The model has a context window of 4000 tokens, less than 4001, by the table of 2026-08.',
      ],
      [{}, { reasoning: true }, undefined, 'It is not known whether the model reasons.'],
      [{}, {}, undefined],
    ],
  ],
  [
    'prices',
    PRICE_RULE,
    [
      [price(15), { maxOutputPricePerMillion: 15 }, undefined],
      [price(15), { maxOutputPricePerMillion: 14 }, 'A million tokens out cost 15 USD, more than 14.'],
      [price(15), {}, undefined],
      [
        price(15, 'EUR'),
        { maxOutputPricePerMillion: 14 },
        undefined,
        'What maker.model costs in eu-west-1 is not known in USD.',
      ],
      [{}, { maxOutputPricePerMillion: 14 }, undefined, 'What maker.model costs in eu-west-1 is not known in USD.'],
      [{}, {}, undefined],
    ],
  ],
  [
    'quotas of as much as is wanted',
    QUOTA_LIMIT_RULE,
    [
      [quota({ tokensPerMinute: 100 }), { minTokensPerMinute: 100 }, undefined],
      [
        quota({ tokensPerMinute: 100 }),
        { minTokensPerMinute: 101 },
        "The account's quota in eu-west-1 is 100 tokens a minute, less than 101.",
      ],
      [quota({ tokensPerMinute: 100 }), {}, undefined],
      [
        quota({ requestsPerMinute: 1 }),
        { minTokensPerMinute: 1 },
        undefined,
        'How many tokens a minute the account may use in eu-west-1 is not known.',
      ],
      [
        {},
        { minTokensPerMinute: 1 },
        undefined,
        'How many tokens a minute the account may use in eu-west-1 is not known.',
      ],
      [{}, {}, undefined],
    ],
  ],
  [
    'quotas of anything at all',
    QUOTA_RULE,
    [
      [quota({ tokensPerMinute: 1, requestsPerMinute: 1 }), {}, undefined],
      [
        quota({ tokensPerMinute: 1, requestsPerMinute: 0 }),
        {},
        "The account's quota of requests a minute is 0 in eu-west-1, as new accounts have it: every call is throttled, " +
          'and waiting does not help. Have it raised in Service Quotas, or by AWS Support.',
      ],
      // What calls have shown is an estimate.
      [quota({ tokensPerMinute: 0 }, 'learned'), {}, undefined],
      [{}, {}, undefined],
    ],
  ],
  [
    'data retention',
    RETENTION_RULE,
    [
      [retention('none', 'default'), {}, undefined],
      [
        retention('default', 'default'),
        {},
        'The data retention mode in eu-west-1 is default, as the account has set it: the model does not allow it, as a call has shown.',
      ],
      [retention('default'), { retention: 'default' }, undefined],
      [retention('none'), { retention: 'default' }, undefined],
      [
        retention('aws_review'),
        { retention: 'default' },
        'The data retention mode in eu-west-1 is aws_review, as the account has set it: more may be kept than under default.',
      ],
      [{}, { retention: 'default' }, undefined, 'The data retention mode in eu-west-1 is not known.'],
      // Nothing keeps more.
      [{}, { retention: 'provider_data_share' }, undefined],
      [{}, {}, undefined],
    ],
  ],
];

describe.each(CASES)('the rule of %s', (_name, rule, cases) => {
  it.each(cases.map((each) => [JSON.stringify(each.slice(0, 2)), each] as const))(
    'judges %s',
    (_title, [known, demanded, rejected, missed]) => {
      const wanted = { ...NOTHING_WANTED, ...demanded };
      expect(rule.rejects(known, wanted, PATH)).toBe(rejected);
      expect(rule.misses(known, wanted, PATH)).toBe(missed);
    },
  );
});

describe('an API that the model has refused', () => {
  it('rejects the path where it is demanded', () => {
    const wanted = { ...NOTHING_WANTED, api: 'converse' as const };
    expect(API_RULE.rejects(apis([], ['converse']), wanted, PATH)).toBe(
      'The model has refused the Converse API as not supported.',
    );
  });
});

describe('what is demanded and not known', () => {
  const DEMANDS: readonly Partial<FactConstraints>[] = [
    { api: 'converse' },
    { toolUse: true },
    { retention: 'default' },
    { maxOutputPricePerMillion: 1 },
    { minTokensPerMinute: 1 },
  ];

  it('is a sentence for each demand, whichever are made', () => {
    fc.assert(
      fc.property(fc.subarray([...DEMANDS]), (demands) => {
        const wanted = Object.assign({}, NOTHING_WANTED, ...demands) as FactConstraints;
        const missing = missingFacts({}, wanted, PATH);
        expect(missing).toHaveLength(demands.length);
        expect(missingFact({}, { ...wanted, unknownFacts: 'reject' }, PATH)).toBe(missing[0]);
        expect(missingFact({}, wanted, PATH)).toBeUndefined();
      }),
    );
  });
});
