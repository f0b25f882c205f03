import { describe, expect, it } from '@jest/globals';
import { FaultRegistry, type FaultOptions } from './fault-registry.js';

const registry = (seed = 1) => new FaultRegistry(seed, (region) => region);
const target = {
  region: 'us-east-1',
  operation: 'ListRegions',
  accessKeyId: 'KEY',
  hasNextToken: false,
  streams: false,
} as const;
const hits = (faults: FaultRegistry, count: number) =>
  Array.from({ length: count }, () => (faults.take(target) ? 'x' : '.')).join('');

describe('FaultRegistry', () => {
  it('hits only what matches region, operation and key', () => {
    const faults = registry();
    faults.add({ kind: 'throttled', region: 'eu-west-1' });
    faults.add({ kind: 'throttled', operation: 'GetFoundationModel' });
    faults.add({ kind: 'throttled', accessKeyId: 'OTHER' });
    expect(faults.take(target)).toBeUndefined();
    faults.add({ kind: 'validation', region: 'us-east-1', operation: 'ListRegions', accessKeyId: 'KEY' });
    expect(faults.take(target)?.kind).toBe('validation');
  });

  it('ends a fault after its times', () => {
    const faults = registry();
    faults.add({ kind: 'throttled', times: 2 });
    expect(hits(faults, 4)).toBe('xx..');
  });

  it('lets the fault that was added last go first', () => {
    const faults = registry();
    faults.add({ kind: 'throttled' });
    faults.add({ kind: 'internal-error', times: 1 });
    expect([faults.take(target)?.kind, faults.take(target)?.kind]).toEqual(['internal-error', 'throttled']);
  });

  it('removes one fault, or all', () => {
    const faults = registry();
    const remove = faults.add({ kind: 'throttled' });
    faults.add({ kind: 'validation' });
    remove();
    expect(faults.take(target)?.kind).toBe('validation');
    faults.clear();
    expect(faults.take(target)).toBeUndefined();
  });

  it('draws by the seed, about as often as the probability says', () => {
    const drawn = (seed: number) => {
      const faults = registry(seed);
      faults.add({ kind: 'throttled', probability: 0.25 });
      return hits(faults, 400);
    };
    expect(drawn(7)).toBe(drawn(7));
    expect(drawn(7)).not.toBe(drawn(8));
    const share = drawn(7).split('x').length - 1;
    expect(share).toBeGreaterThan(70);
    expect(share).toBeLessThan(130);
  });

  it.each([
    [{ kind: 'explosion' }, /fault kind must be one of unrecognized-client, .*; got "explosion"/],
    [{ kind: 'hang', operation: 'InvokeAgent' }, /fault operation must be one of ListFoundationModels/],
    [{ kind: 'hang', status: 500 }, /fault kind with status must be proxy-page or endless-body; got "hang"/],
    [{ kind: 'proxy-page', status: 200 }, /fault status of proxy-page must be a number from 400 to 599; got 200/],
    [{ kind: 'endless-body', status: 418 }, /fault status of endless-body must be one of 200, 400, .*; got 418/],
    [{ kind: 'goaway', executed: true }, /fault kind with executed must be one of .*; got "goaway"/],
    [{ kind: 'hang', probability: 2 }, /fault probability must be a number from 0 to 1; got 2/],
    [{ kind: 'hang', times: 0.5 }, /fault times must be a whole number from 1 up; got 0.5/],
    [{ kind: 'hang', reigon: 'us-east-1' }, /addFault has no "reigon"; accepted are kind, region/],
  ])('refuses the fault %j', (fault, message) => {
    expect(() => registry().add(fault as FaultOptions)).toThrow(message);
  });
});
