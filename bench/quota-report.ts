import { type PolicyName, type QuotaRow, studyQuotas } from './quota-study.js';

/** A measure with the most that is acceptable. */
export interface QuotaMeasured {
  readonly name: string;
  readonly unit: '%' | 'ratio';
  readonly value: number;
  readonly bound: number;
}

/** The most calls that may meet a 429 at the load of 0.8 where one client has the quotas for itself, in percent. */
const MOST_THROTTLED = { listed: 0.2, learned: 2 } as const;
/** Knowing quotas may not make the first byte later than it is without by more. */
const MOST_LATER = 1.05;

/** Prints how often calls meet a 429, and when their first byte comes, for every way of choosing. */
export function reportQuotas(): QuotaMeasured[] {
  const rows = studyQuotas();
  console.log(
    'Calls of routes with quotas, in virtual time: share of calls that meet a 429, and milliseconds to the first byte. The ' +
      'service is played as token buckets of a minute; clients see only what they send themselves.',
  );
  console.table(
    rows.map(({ kind, load, quotas, clients, outcomes }) => ({
      calls: kind,
      load,
      quotas,
      clients,
      ...Object.fromEntries(Object.keys(outcomes).map((policy) => [policy, textOf(outcomes[policy as PolicyName])])),
    })),
  );
  return rows.flatMap(measuresOf);
}

function textOf({ throttled, firstByteMs }: QuotaRow['outcomes'][PolicyName]): string {
  return `${(throttled * 100).toFixed(2)} % / ${firstByteMs.toFixed(0)} ms`;
}

function measuresOf({ kind, load, quotas, clients, outcomes }: QuotaRow): QuotaMeasured[] {
  const name = `quotas, ${kind}, ${quotas}, load ${load}, clients ${clients}`;
  return (Object.keys(MOST_THROTTLED) as (keyof typeof MOST_THROTTLED)[]).flatMap((mode) => {
    const { throttled, firstByteMs } = outcomes[mode];
    const value = firstByteMs / outcomes['before quotas'].firstByteMs;
    const later = { name: `${name}, ${mode}, first byte / without`, unit: 'ratio' as const, value, bound: MOST_LATER };
    const met = { name: `${name}, ${mode}, meets a 429`, unit: '%' as const, value: throttled * 100 };
    return load === 0.8 && clients === 1 ? [later, { ...met, bound: MOST_THROTTLED[mode] }] : [later];
  });
}
