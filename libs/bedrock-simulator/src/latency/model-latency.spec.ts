import { describe, expect, it } from '@jest/globals';
import { ModelLatency } from './model-latency.js';

describe('ModelLatency', () => {
  it('is one for all models, or that of a model', () => {
    const latency = new ModelLatency(30);
    latency.set('acme.slow', 90);
    expect([latency.of('acme.slow'), latency.of('acme.other')]).toEqual([90, 30]);
    latency.set('*', 5);
    expect([latency.of('acme.slow'), latency.of('acme.other')]).toEqual([5, 5]);
  });

  it.each([[-1], ['slow'], [NaN]])('refuses the latency of a model %j', (latencyMs) => {
    expect(() => new ModelLatency(latencyMs as number)).toThrow(/modelLatency must be a number from 0 up/);
    expect(() => new ModelLatency(0).set('*', latencyMs as number)).toThrow(/modelLatency must be a number from 0 up/);
  });
});
