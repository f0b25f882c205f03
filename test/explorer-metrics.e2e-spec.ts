import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvocationRouter, ModelAccessService } from 'nestjs-bedrock-discovery';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { type Explorer, startExplorer } from './support/explorer.js';
import { until } from './support/until.js';

const MODEL = 'amazon.nova-pro-v1:0';
const DASHBOARD = new URL('../docs/grafana-dashboard.json', import.meta.url);
const OPERATING = new URL('../docs/operating.md', import.meta.url);

let explorer: Explorer;
/** By metric, the labels of its series. */
let served: ReadonlyMap<string, ReadonlySet<string>>;
let text: string;

async function scrape(of: Explorer, init?: RequestInit, query = '') {
  const response = await fetch(`${of.url}/metrics${query}`, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function labelsByMetric(lines: string): ReadonlyMap<string, ReadonlySet<string>> {
  const metrics = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of lines.matchAll(/^(\w+)\{(.*)\} \S+$/gm)) {
    const known = metrics.get(name) ?? new Set<string>();
    metrics.set(name, known);
    for (const [, label = ''] of labels.matchAll(/(\w+)="[^"]*"/g)) {
      known.add(label);
    }
  }
  return metrics;
}

/** What a query in PromQL reads that is not served: its metrics, and the labels that it selects or groups by. */
function unserved(query: string): string[] {
  const matches = [...query.matchAll(/(bedrock_discovery_\w+)(?:\{([^}]*)\})?(?=[[)\s]|$)/g)];
  // Labels that are grouped by look like metrics.
  const selectors = matches.filter(({ index }) => !/by \([^)]*$/.test(query.slice(0, index)));
  const grouped = [...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(/,\s*/));
  const missing = selectors.flatMap(([, name = '', matchers = '']) => {
    const labels = served.get(name);
    const labelsRead = [...[...matchers.matchAll(/(\w+)\s*(?:=~|!=|=)/g)].map(([, label = '']) => label), ...grouped];
    return labels === undefined
      ? [name]
      : labelsRead.filter((label) => !labels.has(label)).map((label) => `${name}{${label}}`);
  });
  return selectors.length === 0 ? [`no metric in ${query}`] : missing;
}

beforeAll(async () => {
  const sharedStore = { get: () => Promise.reject(new Error('down')), set: () => true, delete: () => true };
  explorer = await startExplorer({
    access: { mode: 'lazy', ttlMs: 1 },
    cache: { directory: false, sharedStore: { ...sharedStore } as never },
  });
  const { simulator, app } = explorer;
  simulator.addFault({ kind: 'access-denied', region: 'eu-north-1', operation: 'ListInferenceProfiles' });
  simulator.setQuota({ modelId: MODEL, region: 'eu-west-3', scope: 'cross-region', requestsPerMinute: 1 });
  await explorer.request('POST', '/refresh');
  const access = app.get(ModelAccessService);
  await access.getAccess(MODEL, 'eu-west-1');
  simulator.setAccess(MODEL, { entitlement: 'NOT_AVAILABLE' }, 'eu-west-1');
  // Within the same millisecond it would be the former answer.
  await until(async () => (await access.getAccess(MODEL, 'eu-west-1')).state === 'denied');
  const router = app.get(InvocationRouter);
  const call = (sourceRegions: string[]): Promise<unknown> =>
    router.run(
      MODEL,
      ({ route, client }) =>
        client(BedrockRuntimeClient).send(
          new ConverseCommand({
            modelId: route.invocationId,
            messages: [{ role: 'user', content: [{ text: 'Where are you?' }] }],
          }),
        ),
      { sourceRegions, preferredRegions: sourceRegions, residency: 'eu', timeoutMs: 60_000 },
    );
  await call(['eu-west-3']);
  await call(['eu-west-3', 'eu-central-1']);
  await expect(router.run('amazon.nova-pro-v1:0', () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  ({ text } = await scrape(explorer));
  served = labelsByMetric(text);
});

afterAll(() => explorer.close());

describe('the metrics of the application', () => {
  it('are served in the text format of Prometheus, and never from a copy', async () => {
    const { status, headers } = await scrape(explorer);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).toContain(
      `bedrock_discovery_routes_total{bedrock_discovery_registration="default",gen_ai_request_model="${MODEL}",cloud_region="eu-west-3",bedrock_discovery_via="system-profile"}`,
    );
  });

  it('hold no account, no ARN, and nothing that a caller wrote', () => {
    expect(text).not.toMatch(/arn:|\b\d{12}\b|mine/);
  });

  it('refuse other methods, parameters that they do not take, and the hosts of others', async () => {
    expect((await scrape(explorer, { method: 'POST', headers: { 'content-type': 'application/json' } })).status).toBe(
      405,
    );
    expect((await scrape(explorer, {}, '?format=json')).status).toBe(400);
    expect((await scrape(explorer, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
  });

  it('want the token where there is one', async () => {
    const token = 'a-token-that-is-long-enough';
    const guarded = await startExplorer({}, undefined, { access: { token } });
    try {
      expect((await scrape(guarded)).status).toBe(401);
      expect((await scrape(guarded, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    } finally {
      await guarded.close();
    }
  });
});

interface Dashboard {
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
}

describe('the dashboard', () => {
  it('reads metrics and labels that are served, and shows labels that it groups by', async () => {
    const { panels, templating } = JSON.parse(await readFile(DASHBOARD, 'utf8')) as Dashboard;
    const targets = panels.flatMap((panel) => panel.targets ?? []);
    expect(targets.length).toBeGreaterThan(15);
    expect(targets.flatMap(({ expr }) => unserved(expr.replaceAll('"$registration"', '".*"')))).toEqual([]);
    for (const { expr, legendFormat } of targets) {
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      const [, grouped = ''] = /by \(([^)]*)\)/.exec(expr) ?? [];
      expect(grouped.split(/,\s*/)).toEqual(expect.arrayContaining(shown));
    }
    const [, metric = '', label = ''] =
      /label_values\((\w+), (\w+)\)/.exec(templating.list.find(({ name }) => name === 'registration')?.query ?? '') ??
      [];
    expect(served.get(metric)?.has(label)).toBe(true);
  });

  it('leaves out no metric', async () => {
    const dashboard = await readFile(DASHBOARD, 'utf8');
    const names = new Set([...served.keys()].map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    expect([...names].filter((name) => !dashboard.includes(name))).toEqual([]);
  });
});

describe('what operators are told', () => {
  it('alerts on metrics and labels that are served', async () => {
    const document = await readFile(OPERATING, 'utf8');
    const rules = [...document.matchAll(/^\s*expr: (.+)$/gm)].map(([, expr = '']) => expr);
    expect(rules.length).toBeGreaterThan(5);
    expect(rules.flatMap(unserved)).toEqual([]);
  });

  it('describes every metric, and none that there is not', async () => {
    const document = await readFile(OPERATING, 'utf8');
    const told = [...document.matchAll(/`(bedrock\.discovery\.[\w.]+)`/g)].map(([, name = '']) => name);
    const metrics = new Set([...served.keys()].map((name) => name.replace(/_(?:bucket|sum|count|total)$/, '')));
    const named = new Set(told.map((name) => name.replaceAll('.', '_')));
    expect([...metrics].filter((name) => !named.has(name))).toEqual([]);
    const [, table = ''] = /\*\*Metrics\*\*.*?\n\n([^]*?)\n\n/.exec(document) ?? [];
    const inTable = [...table.matchAll(/`(bedrock\.discovery\.[\w.]+)`/g)].map(([, name = '']) => name);
    expect(inTable.filter((name) => !metrics.has(name.replaceAll('.', '_')))).toEqual([]);
  });

  it('knows a query that reads what is not served', () => {
    expect(unserved('sum(bedrock_discovery_nonsense_total)')).toEqual(['bedrock_discovery_nonsense_total']);
    expect(unserved('sum by (colour) (bedrock_discovery_latency{shape="round"})')).toEqual([
      'bedrock_discovery_latency{shape}',
      'bedrock_discovery_latency{colour}',
    ]);
  });
});
