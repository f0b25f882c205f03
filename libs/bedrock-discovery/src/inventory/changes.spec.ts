import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { comparableRegions, compareRegions, idsOf, type Listed } from './changes.js';

const REGIONS = ['ap', 'eu', 'us'] as const;

const listed = (regions: readonly string[], said = 'a'): Listed<string> => ({
  regions,
  availability: Object.fromEntries(regions.map((region) => [region, said])),
});
const knowing = (known: readonly string[], partial: readonly string[] = []) => ({
  knownRegions: new Set(known),
  partialRegions: new Set(partial),
});
const ALL = comparableRegions(knowing(REGIONS), knowing(REGIONS));

describe('regions that can be compared', () => {
  it('are known both times, and whole where neither list is known in part', () => {
    const before = knowing(['ap', 'eu', 'us'], ['ap']);
    const after = knowing(['ap', 'eu', 'il', 'us'], ['us']);
    expect(comparableRegions(before, after)).toEqual({ known: new Set(REGIONS), whole: new Set(['eu']) });
    expect(comparableRegions(before, knowing(['eu']))).toEqual({ known: new Set(['eu']), whole: new Set(['eu']) });
  });
});

describe('what changed between two listings', () => {
  it('appeared or is gone where all its regions could be compared', () => {
    expect(compareRegions(undefined, listed(['eu', 'us']), ALL)).toEqual([{ kind: 'appeared', regions: ['eu', 'us'] }]);
    expect(compareRegions(listed(['eu', 'us']), undefined, ALL)).toEqual([{ kind: 'gone', regions: ['eu', 'us'] }]);
  });

  it('is gained or lost in the regions that could be compared where some could not', () => {
    const known = comparableRegions(knowing(REGIONS, ['us']), knowing(REGIONS));
    expect(compareRegions(undefined, listed(['eu', 'us']), known)).toEqual([{ kind: 'gained', region: 'eu' }]);
    expect(compareRegions(listed(['eu', 'us']), undefined, known)).toEqual([{ kind: 'lost', region: 'eu' }]);
  });

  it('is told of each region, and what both list is compared even where a list is known in part', () => {
    const known = comparableRegions(knowing(REGIONS, ['eu']), knowing(REGIONS));
    expect(compareRegions(listed(['ap', 'eu'], 'a'), listed(['eu', 'us'], 'b'), known)).toEqual([
      { kind: 'lost', region: 'ap' },
      { kind: 'kept', region: 'eu', before: 'a', after: 'b' },
      { kind: 'gained', region: 'us' },
    ]);
  });

  it('is nothing in a region that was not known both times', () => {
    const known = comparableRegions(knowing(['eu']), knowing(REGIONS));
    expect(compareRegions(listed(['ap', 'us', 'eu']), listed(['ap', 'eu']), known)).toEqual([
      { kind: 'kept', region: 'eu', before: 'a', after: 'a' },
    ]);
  });

  it('is nothing of what is the same object, nor of what is listed nowhere', () => {
    const same = listed(['eu']);
    expect(compareRegions(same, same, ALL)).toEqual([]);
    expect(compareRegions(undefined, undefined, ALL)).toEqual([]);
  });

  it('is the reverse when time is', () => {
    const some = fc.option(fc.subarray([...REGIONS], { minLength: 1 }).map((regions) => listed(regions)));
    const known = fc.tuple(fc.subarray([...REGIONS]), fc.subarray([...REGIONS]));
    const reversed = { appeared: 'gone', gone: 'appeared', gained: 'lost', lost: 'gained', kept: 'kept' } as const;
    fc.assert(
      fc.property(some, some, known, known, (before, after, [wasKnown, wasPart], [isKnown, isPart]) => {
        const [was, is] = [before ?? undefined, after ?? undefined];
        const comparable = comparableRegions(knowing(wasKnown, wasPart), knowing(isKnown, isPart));
        const said = (differences: ReturnType<typeof compareRegions>): string[] =>
          differences.map((each) => `${each.kind} ${'region' in each ? each.region : each.regions.join()}`).sort();
        const forth = compareRegions(was, is, comparable).map((each) => ({ ...each, kind: reversed[each.kind] }));
        expect(said(forth as ReturnType<typeof compareRegions>)).toEqual(said(compareRegions(is, was, comparable)));
      }),
    );
  });
});

describe('the ids of two listings', () => {
  it('come each once, in order', () => {
    const [before, after] = [
      ['b', 'c'],
      ['c', 'a'],
    ].map((ids) => new Map(ids.map((id) => [id, 0])));
    expect(idsOf(before ?? new Map(), after ?? new Map())).toEqual(['a', 'b', 'c']);
  });
});
