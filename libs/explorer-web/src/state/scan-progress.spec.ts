import { expect, it } from '@jest/globals';
import type { RegionStatus } from 'nestjs-bedrock-discovery';
import { progressOf } from './scan-progress.js';

const at = (minute: number): string => `2026-09-01T00:0${minute}:00.000Z`;
const status = (more: Partial<RegionStatus>): RegionStatus => ({
  region: 'a',
  status: 'ok',
  stale: false,
  count: 1,
  ...more,
});
const failure = { kind: 'timeout', message: '', remedy: '', retryable: true, at: at(3) } as const;

it('the first scan is under way while regions have not answered', () => {
  const pending = status({ status: 'pending' });
  expect(progressOf([{ region: 'a', models: status({}), profiles: pending }], undefined)).toEqual({
    done: 1,
    total: 2,
  });
  expect(
    progressOf([{ region: 'a', models: status({}), profiles: status({ status: 'failed' }) }], undefined),
  ).toBeUndefined();
  expect(progressOf([], undefined)).toBeUndefined();
});

it('what has succeeded or failed since a later scan began is done', () => {
  const overviews = [
    { region: 'a', models: status({ scannedAt: at(1) }), profiles: status({ scannedAt: at(3) }) },
    {
      region: 'b',
      models: status({ status: 'failed', scannedAt: at(1), failure }),
      profiles: status({ scannedAt: at(1) }),
    },
  ];
  expect(progressOf(overviews, Date.parse(at(2)))).toEqual({ done: 2, total: 4 });
});
