import { describe, expect, it } from '@jest/globals';
import { REGIONS } from '../catalogue/catalogue-data.js';
import { LatencyModel, type LatencySetting } from './latency-model.js';

const model = (setting: LatencySetting, jitter = 0, seed = 1) => new LatencyModel(REGIONS, setting, jitter, seed);

describe('LatencyModel', () => {
  it('has a realistic round trip for every region, no two the same', () => {
    const latencies = REGIONS.map((region) => model('realistic').next(region));
    expect(new Set(latencies).size).toBe(31);
    expect(Math.min(...latencies)).toBe(model('realistic').next('us-east-1'));
    expect(Math.max(...latencies)).toBeLessThan(400);
  });

  it('takes none, one number for all, or numbers per region', () => {
    expect(model('none').next('us-east-1')).toBe(0);
    expect(model(30).next('eu-west-1')).toBe(30);
    const mixed = model({ '*': 5, 'us-east-1': 90 });
    expect([mixed.next('us-east-1'), mixed.next('eu-west-1')]).toEqual([90, 5]);
    expect(model({ 'us-east-1': 90 }).next('eu-west-1')).toBe(0);
  });

  it('changes while it runs', () => {
    const latency = model('none');
    latency.set('*', 10);
    latency.set('eu-west-1', 20);
    expect([latency.next('us-east-1'), latency.next('eu-west-1')]).toEqual([10, 20]);
  });

  it('strays within the jitter, the same way for the same seed', () => {
    const draws = (seed: number) => {
      const latency = model(100, 0.2, seed);
      return Array.from({ length: 50 }, () => latency.next('us-east-1'));
    };
    expect(draws(3)).toEqual(draws(3));
    expect(draws(3)).not.toEqual(draws(4));
    expect(Math.min(...draws(3))).toBeGreaterThanOrEqual(80);
    expect(Math.max(...draws(3))).toBeLessThanOrEqual(120);
    expect(new Set(draws(3)).size).toBeGreaterThan(40);
  });

  it.each([['fast'], [-1], [{ 'mars-north-1': 3 }], [{ 'us-east-1': 'slow' }], [null]])('refuses %j', (setting) => {
    expect(() => model(setting as LatencySetting)).toThrow(/^bedrock-simulator: latency .*must be /);
  });
});
