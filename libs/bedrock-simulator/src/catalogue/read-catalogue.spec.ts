import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ENABLED_BY_DEFAULT, OPT_IN, REGIONS } from './catalogue-data.js';
import { readModels, readProfiles } from './read-catalogue.js';

const models = readModels();
const profiles = readProfiles(models);
const model = (id: string) => models.find(({ modelId }) => modelId === id);
const profile = (id: string) => profiles.find(({ inferenceProfileId }) => inferenceProfileId === id);

describe('the built-in catalogue', () => {
  it('counts what the README says', async () => {
    const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
    const counts = `all ${REGIONS.length} regions.*: ${models.length} models, ${profiles.length} inference profiles`;
    expect(readme.replaceAll(/\s+/g, ' ')).toMatch(new RegExp(counts));
    expect(REGIONS).toEqual([...ENABLED_BY_DEFAULT, ...OPT_IN]);
  });

  it('tells a model’s inference types region by region, in either order', () => {
    const nova = model('amazon.nova-lite-v1:0');
    expect(nova?.inferenceTypes.get('eu-west-2')).toEqual(['ON_DEMAND']);
    expect(nova?.inferenceTypes.get('eu-west-1')).toEqual(['INFERENCE_PROFILE']);
    const both = models.flatMap((m) => [...m.inferenceTypes.values()]).filter((types) => types.length === 2);
    expect(new Set(both.map((types) => types[0])).size).toBeGreaterThan(1);
  });

  it('lists models without any inference type, and models that do not say whether they stream', () => {
    expect(models.filter((m) => [...m.inferenceTypes.values()].some((types) => types.length === 0))).not.toHaveLength(
      0,
    );
    expect(models.filter((m) => !('responseStreamingSupported' in m))).not.toHaveLength(0);
  });

  it('keeps the times of a lifecycle to the second', () => {
    expect(model('twelvelabs.marengo-embed-3-0-v1:0')?.lifecycle).toEqual({
      status: 'ACTIVE',
      startOfLifeTime: '2025-10-28T21:41:50Z',
    });
    expect(model('ai21.jamba-1-5-large-v1:0')?.lifecycle).toEqual({
      status: 'LEGACY',
      startOfLifeTime: '2024-09-23T08:00:00Z',
      endOfLifeTime: '2026-11-26T08:00:00Z',
      legacyTime: '2026-05-26T08:00:00Z',
      publicExtendedAccessTime: '2026-08-26T08:00:00Z',
    });
  });

  it('gives one profile different destinations from different source regions', () => {
    const routes = profile('us.xai.grok-4.6')?.routes;
    expect(routes?.get('ca-west-1')).toEqual(['ca-west-1', 'us-east-1', 'us-east-2', 'us-west-2']);
    expect(routes?.get('us-east-1')).toEqual(['us-east-1', 'us-east-2', 'us-west-2']);
  });

  it('marks global profiles, and keeps profiles whose model no region lists', () => {
    expect(profile('global.anthropic.claude-opus-5')?.routes.get('sa-east-1')).toBe('global');
    expect(profile('us.meta.llama3-2-90b-instruct-v1:0')).toBeDefined();
    expect(model('meta.llama3-2-90b-instruct-v1:0')).toBeUndefined();
  });

  it('dates profiles both with and without fractions of a second, never updated before they were made', () => {
    const fractions = profiles.filter((p) => /\.\d{6}Z$/.test(p.updatedAt)).length;
    expect(fractions).toBeGreaterThan(profiles.length / 4);
    expect(fractions).toBeLessThan(profiles.length * (3 / 4));
    expect(profiles.filter((p) => Date.parse(p.updatedAt) < Date.parse(p.createdAt))).toEqual([]);
  });
});
