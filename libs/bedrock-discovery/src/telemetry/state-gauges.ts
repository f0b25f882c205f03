import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api';
import type { RegionStatus } from '../inventory/scan.types.js';
import { parted } from '../util/pair.js';
import { type BoundedAttributes, KEY, originOf, PREFIX } from './attributes.js';
import type { Registration } from './registrations.js';

/** What is known, as numbers: the unit, what it is, and what it is of something that is not known any more. */
const GAUGES = {
  'inventory.age': ['s', 'Age of what a region has listed; infinite once that may not be served any more.', Infinity],
  'inventory.items': ['{item}', 'Models, profiles and the like that a region lists.', 0],
  'inventory.regions': ['{region}', 'Regions by the state of what is known of them.', 0],
  latency: ['s', 'Smoothed time to the first byte: of round trips, or of calls of models.', Number.NaN],
  circuits: ['{circuit}', 'Circuits of routes and regions that are not closed.', 0],
  'quota.headroom': ['1', 'What is left of a quota that calls draw from, as a share.', Number.NaN],
} as const satisfies Readonly<Record<string, readonly [unit: string, description: string, gone: number]>>;

type GaugeName = keyof typeof GAUGES;

const STATUSES: readonly RegionStatus['status'][] = ['ok', 'partial', 'failed', 'pending'];

/**
 * Observes what is known whenever metrics are collected. SDKs go on to tell the last value of what is not observed any more, so
 * that a series which was observed once is observed for ever.
 */
export class StateGauges {
  readonly #gauges: ReadonlyMap<GaugeName, Observable>;
  readonly #seen = new Map<GaugeName, Map<string, Attributes>>();

  constructor(
    private readonly meter: Meter,
    private readonly registrations: readonly Registration[],
    private readonly bounded: BoundedAttributes,
  ) {
    const names = Object.keys(GAUGES) as GaugeName[];
    this.#gauges = new Map(
      names.map((name) => {
        const [unit, description] = GAUGES[name];
        return [name, meter.createObservableGauge(PREFIX + name, { unit, description })];
      }),
    );
    meter.addBatchObservableCallback(this.#collect, [...this.#gauges.values()]);
  }

  close(): void {
    this.meter.removeBatchObservableCallback(this.#collect, [...this.#gauges.values()]);
  }

  readonly #collect = (result: BatchObservableResult): void => {
    const points = new Points();
    this.registrations.forEach((registration) => readState(registration, this.bounded, points));
    for (const [name, gauge] of this.#gauges) {
      const seen = this.#seen.get(name) ?? new Map<string, Attributes>();
      const now = points.of(name);
      now.forEach(({ attributes }, key) => seen.set(key, attributes));
      this.#seen.set(name, seen);
      for (const [key, attributes] of seen) {
        result.observe(gauge, now.get(key)?.value ?? GAUGES[name][2], attributes);
      }
    }
  };
}

interface Point {
  readonly attributes: Attributes;
  readonly value: number;
}

/** What is observed at one moment. Of what comes under the same attributes, as all that is `other` does, the last counts. */
class Points {
  readonly #points = new Map<GaugeName, Map<string, Point>>();

  of(name: GaugeName): ReadonlyMap<string, Point> {
    return this.#points.get(name) ?? new Map<string, Point>();
  }

  add(name: GaugeName, value: number | undefined, attributes: Attributes): void {
    if (value !== undefined) {
      const points = this.#points.get(name) ?? new Map<string, Point>();
      this.#points.set(name, points.set(JSON.stringify(attributes), { attributes, value }));
    }
  }
}

function readState(
  { reporter, listings, latencies, resolver, quotas }: Registration,
  bounded: BoundedAttributes,
  points: Points,
): void {
  const origin = originOf(reporter);
  for (const inventory of listings) {
    const ofListing = { ...origin, [KEY.listing]: inventory.listing.name };
    const statuses = inventory.statuses();
    for (const { region, ageMs, count, scannedAt } of statuses) {
      const there = { ...ofListing, [KEY.region]: bounded.region(region) };
      points.add('inventory.age', ageMs && ageMs / 1_000, there);
      points.add('inventory.items', scannedAt === undefined ? undefined : count, there);
    }
    for (const status of STATUSES) {
      const regions = statuses.filter((each) => each.status === status).length;
      points.add('inventory.regions', regions, { ...ofListing, [KEY.status]: status });
    }
  }
  for (const { region, latencyMs, runtimeMs } of latencies.snapshot()) {
    const there = { ...origin, [KEY.region]: bounded.region(region) };
    points.add('latency', latencyMs && latencyMs / 1_000, { ...there, [KEY.plane]: 'control' });
    points.add('latency', runtimeMs && runtimeMs / 1_000, { ...there, [KEY.plane]: 'runtime' });
  }
  const circuits = new Map<string, number>();
  for (const { key, state } of resolver.circuits.troubled) {
    const circuit = `${parted(key)[0]} ${state}`;
    circuits.set(circuit, (circuits.get(circuit) ?? 0) + 1);
  }
  for (const [circuit, number] of circuits) {
    const [region, state] = parted(circuit);
    points.add('circuits', number, { ...origin, [KEY.region]: bounded.region(region), [KEY.circuitState]: state });
  }
  for (const { region, modelId, scope, left } of quotas.headroom()) {
    const there = { ...origin, [KEY.region]: bounded.region(region), [KEY.model]: bounded.model(modelId) };
    points.add('quota.headroom', left, { ...there, [KEY.quotaScope]: scope });
  }
}
