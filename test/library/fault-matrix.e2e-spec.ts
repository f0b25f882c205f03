import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MatrixApplication } from '../support/matrix-application.js';
import { type Failure, FAILURES } from '../support/matrix-failures.js';
import { isTyped, type MatrixOperation, OPERATIONS, type Told } from '../support/matrix-operations.js';
import { FAILING_REGIONS, HOUR_MS, MatrixWorld, SOUND_REGION, TIERS, type Tiers } from '../support/matrix-world.js';

/** When a failure begins: before anything was asked, while all is known and to be asked again, or as somebody asks. */
const MOMENTS = ['first scan', 'refresh', 'on demand'] as const;
type Moment = (typeof MOMENTS)[number];

/** Longer than anything that is known counts as fresh, and shorter than it is kept. */
const LATER_MS = 26 * HOUR_MS;
/** The longest that an answer may keep whoever asks waiting: `scan.deadlineMs`, or the time that calls are given; and a step. */
const LIMIT_MS: Readonly<Record<MatrixOperation['kind'], number>> = {
  listing: 11_000,
  fact: 11_000,
  call: 6_000,
};

/** A failure, and what it is done to. */
interface Pair {
  readonly failure: Failure;
  readonly operation: MatrixOperation;
  readonly region: string;
}

/** One failure of one operation, at one moment, in one state of the tiers. */
interface Cell {
  readonly failure: Failure;
  readonly operation: MatrixOperation;
  readonly moment: Moment;
  readonly tiers: Tiers;
}

/** What was to be seen in a cell. */
interface Seen {
  readonly told: Told;
  readonly tookMs: number;
  /** What was known before, or is left in the tiers, so that it has to be known still. */
  readonly known: boolean;
}

const count = { done: 0, excluded: 0 };
/** Failures by which something was kept from being answered. */
const met = new Set<string>();
let world: MatrixWorld;
/** What is answered where nothing fails, by operation and region. */
const truth = new Map<string, string>();
/** Operations whose answers come in pages. */
const paged = new Set<string>();
let verdicts = new Map<string, string>();

const keyOf = (operation: MatrixOperation, region: string): string => `${operation.name} ${region}`;
const nameOf = ({ failure, operation, moment, tiers }: Cell): string =>
  `${failure.name} × ${operation.name} × ${moment} × ${tiers}`;

/** Why a failure and an operation have nothing to do with each other. */
function meaningless({ name, only }: Failure, operation: MatrixOperation): string | undefined {
  if (name === 'missing-list' && operation.name === 'run') {
    return 'an answer of a model is no list, and goes to the caller as it is';
  }
  if (/^(?:an )?endless/.test(name) && operation.kind === 'call') {
    return 'it is read for as long as the call is given, which no injected clock shortens';
  }
  switch (only) {
    case 'calls':
      return operation.kind === 'call' ? undefined : 'it is said of calls alone';
    case 'streams':
      return operation.name === 'stream' ? undefined : 'it happens in the middle of a stream';
    case 'pages':
      return paged.has(operation.name) ? undefined : 'its answer has no pages';
    case undefined:
      return undefined;
  }
}

/** The laws, each with what breaks it. */
function brokenLaws({ failure, operation }: Cell, region: string, { told, tookMs, known }: Seen): string[] {
  const expected = truth.get(keyOf(operation, region));
  return [
    ...(told.wrong === undefined ? [] : [told.wrong]),
    ...(told.said !== undefined && told.said !== expected ? [`it says ${told.said} in the place of ${expected}`] : []),
    ...(known && told.said === undefined ? ['what was known is not kept'] : []),
    ...(told.failure !== undefined && !isTyped(told.failure) ? [`it fails with ${JSON.stringify(told.failure)}`] : []),
    ...((told.executions ?? 0) > 1 ? [`the model ran ${told.executions} times`] : []),
    ...(told.said !== undefined && told.executions === 0 ? ['it was answered by no model'] : []),
    ...(tookMs > LIMIT_MS[operation.kind] ? [`it takes ${tookMs} ms of ${failure.name}`] : []),
  ];
}

/** What is said of models, which may become unknown, and nothing else. */
async function wrongVerdicts({ router }: MatrixApplication): Promise<string[]> {
  const wrong: string[] = [];
  for (const { modelId, regions } of await router.peekModelVerdicts()) {
    for (const { region, verdict, code } of regions) {
      const expected = verdicts.get(`${modelId} ${region}`);
      if (verdict === 'not' && expected !== 'not') {
        wrong.push(`there is no way to ${modelId} in ${region} (${code})`);
      }
    }
  }
  return wrong;
}

async function ask(application: MatrixApplication, operation: MatrixOperation, region: string) {
  const { value, error, tookMs } = await application.settle(operation.ask(application, region));
  await application.idle();
  const told: Told = value ?? { said: undefined, wrong: `asking threw ${String(error)}` };
  return { told, tookMs };
}

/** Failures that are looked at in one application, each in regions of its own. */
interface Batch {
  readonly name: string;
  readonly failures: readonly Failure[];
}

const ENDLESS = 'bodies without an end, each of which is read to its limit';
const DENIALS = new Set(['access-denied', 'scp-denied', 'account-not-enabled']);

/** By what has to be looked at apart: what concerns all regions, and what one region does to another. */
function groupOf({ name, reach, only }: Failure): string {
  switch (reach) {
    case 'everywhere':
      return name;
    case 'region':
      return 'regions that cannot be reached';
    case 'operation':
      if (DENIALS.has(name)) {
        return 'denials, one of which keeps other regions from being asked';
      }
      if (name.startsWith('endless') || name.startsWith('an endless')) {
        return ENDLESS;
      }
      // All regions are asked by one clock.
      return name.includes('clock') ? name : (only ?? 'operations');
  }
}

/** Failures that can be looked at side by side. */
function batchesOf(failures: readonly Failure[]): Batch[] {
  const groups = new Map<string, Failure[]>();
  for (const failure of failures) {
    groups.set(groupOf(failure), [...(groups.get(groupOf(failure)) ?? []), failure]);
  }
  return [...groups].flatMap(([name, group]) => {
    const parts = Math.ceil(group.length / FAILING_REGIONS.length);
    const size = Math.ceil(group.length / parts);
    return Array.from({ length: parts }, (_, part) => ({
      name: parts === 1 ? name : `${name}, part ${part + 1}`,
      failures: group.slice(part * size, (part + 1) * size),
    }));
  });
}

/** All cells of some failures in one state of the tiers: they share an application where that does not matter to them. */
class Journey {
  readonly broken: string[] = [];
  readonly #regions: readonly string[];

  constructor(
    private readonly batch: Batch,
    private readonly tiers: Tiers,
  ) {
    this.#regions = FAILING_REGIONS.slice(0, batch.failures.length);
    const pairs = batch.failures.flatMap((failure) => OPERATIONS.map((operation) => meaningless(failure, operation)));
    count.excluded += pairs.filter((reason) => reason !== undefined).length * MOMENTS.length;
  }

  async run(): Promise<readonly string[]> {
    const hasAny = (...kinds: MatrixOperation['kind'][]): boolean => kinds.some((kind) => this.#of(kind).length > 0);
    if (hasAny('listing', 'fact')) {
      await this.#withApplication((application) => this.#firstScan(application));
      await this.#withApplication((application) => this.#onDemand(application));
    }
    if (hasAny('call')) {
      await this.#withApplication((application) => this.#calls(application));
    }
    return this.broken;
  }

  get #isKept(): boolean {
    return this.tiers === 'warm' || this.tiers === 'stale';
  }

  async #firstScan(application: MatrixApplication): Promise<void> {
    const [listings, facts] = [this.#of('listing'), this.#of('fact')];
    const { refresher } = application.discovery;
    await this.#while(application, listings, async () => {
      const { tookMs } = await application.settle(refresher.refresh({ force: true }));
      await this.#look(application, listings, 'first scan', this.#isKept, tookMs);
    });
    await this.#mend(application, listings);
    await this.#while(application, facts, () => this.#look(application, facts, 'first scan', this.#isKept));
    await application.pass(LATER_MS);
    await this.#mend(application, facts);
    await application.pass(LATER_MS);
    const all = [...listings, ...facts];
    await this.#while(application, all, async () => {
      const { tookMs } = await application.settle(refresher.refresh());
      await application.settle(refresher.refresh({ force: true, regions: this.#regions }));
      await this.#look(application, all, 'refresh', true, tookMs);
    });
    await this.#mend(application, listings);
  }

  async #onDemand(application: MatrixApplication): Promise<void> {
    const [listings, facts] = [this.#of('listing'), this.#of('fact')];
    await this.#while(application, listings, () => this.#look(application, listings, 'on demand', this.#isKept));
    await this.#mend(application, listings);
    await this.#while(application, facts, () => this.#look(application, facts, 'on demand', this.#isKept));
  }

  async #calls(application: MatrixApplication): Promise<void> {
    const calls = this.#of('call');
    const { refresher } = application.discovery;
    await this.#while(application, calls, () => this.#look(application, calls, 'first scan', false));
    await application.pass(LATER_MS);
    await this.#while(application, calls, async () => {
      const refreshing = refresher.refresh({ force: true });
      await this.#look(application, calls, 'refresh', false);
      await application.settle(refreshing);
    });
    await application.pass(LATER_MS);
    await application.settle(refresher.refresh());
    await this.#while(application, calls, () => this.#look(application, calls, 'on demand', false));
  }

  /** Of a kind, each with the failures that mean something to it. */
  #of(kind: MatrixOperation['kind']): readonly Pair[] {
    return this.batch.failures.flatMap((failure) =>
      OPERATIONS.filter((each) => each.kind === kind && meaningless(failure, each) === undefined).map((operation) => ({
        failure,
        operation,
        region: this.#regionOf(failure, operation),
      })),
    );
  }

  /** Half of the operations fail in one region and half in the next, so that each region answers for some. */
  #regionOf(failure: Failure, operation: MatrixOperation): string {
    const shift = failure.reach === 'operation' ? OPERATIONS.indexOf(operation) % 2 : 0;
    return this.#regions[(this.batch.failures.indexOf(failure) + shift) % this.#regions.length] ?? '';
  }

  async #withApplication(work: (application: MatrixApplication) => Promise<void>): Promise<void> {
    const { batch, tiers } = this;
    const regions = [...this.#regions, SOUND_REGION];
    const application = await world.open({ tiers, regions, maxAttempts: batch.name === ENDLESS ? 1 : 2 });
    try {
      await work(application);
    } finally {
      this.broken.push(...(await application.close()));
    }
  }

  /** Does something while operations fail, and reads in the log that each change was told once. */
  async #while(application: MatrixApplication, pairs: readonly Pair[], work: () => Promise<void>): Promise<void> {
    const { lines } = application.discovery.logger;
    const former = lines.length;
    for (const failure of this.batch.failures) {
      const targets = pairs
        .filter((pair) => pair.failure === failure)
        .flatMap(({ operation, region }) => {
          const regions = failure.reach === 'everywhere' ? [...this.#regions, SOUND_REGION] : [region];
          return regions.map((each) => ({ operation: operation.wire(application), region: each }));
        });
      if (targets.length > 0) {
        application.begin(failure, targets);
      }
    }
    await work();
    await application.idle();
    application.heal();
    const told = new Set<string>();
    for (const { level, message } of lines.slice(former)) {
      const isTrouble = level === 'warn' || level === 'error' || / failed in /.test(message);
      if (isTrouble && told.has(message)) {
        this.broken.push(`It is told again: ${message}`);
      }
      told.add(message);
    }
  }

  /** Nothing fails any more, which is noticed as soon as it is asked. */
  async #mend(application: MatrixApplication, pairs: readonly Pair[]): Promise<void> {
    await application.pass(HOUR_MS);
    await application.settle(application.discovery.refresher.refresh({ force: true }));
    for (const { failure, operation, region } of pairs) {
      const { told } = await ask(application, operation, region);
      if (told.said !== truth.get(keyOf(operation, region))) {
        this.broken.push(`${failure.name} × ${operation.name}: it does not come back`);
      }
    }
  }

  async #look(
    application: MatrixApplication,
    pairs: readonly Pair[],
    moment: Moment,
    known: boolean,
    tookMs = 0,
  ): Promise<void> {
    for (const { failure, operation, region } of pairs) {
      const cell: Cell = { failure, operation, moment, tiers: this.tiers };
      count.done += 1;
      const seen = await ask(application, operation, region);
      const laws = brokenLaws(cell, region, { told: seen.told, tookMs: Math.max(tookMs, seen.tookMs), known });
      this.broken.push(...laws.map((law) => `${nameOf(cell)}: ${law}`));
      if (seen.told.isMet === true) {
        met.add(failure.name);
      }
    }
    this.#lookElsewhere(application, pairs, moment);
    // A call that is denied has shown that there is no way.
    const wrong = pairs.some(({ operation }) => operation.kind === 'call') ? [] : await wrongVerdicts(application);
    this.broken.push(...wrong.map((each) => `${moment}: ${each}`));
  }

  /** Where nothing fails, nothing is disturbed: another operation of the same region, and another region. */
  #lookElsewhere(application: MatrixApplication, pairs: readonly Pair[], moment: Moment): void {
    if (this.batch.failures.some(({ reach }) => reach === 'everywhere')) {
      return;
    }
    const failing = new Set(
      pairs.flatMap(({ failure, operation, region }) =>
        (failure.reach === 'region' ? OPERATIONS : [operation]).map((each) => keyOf(each, region)),
      ),
    );
    for (const [key, said] of application.listed()) {
      if (!failing.has(key) && said !== truth.get(key)) {
        this.broken.push(`${moment}: what ${key} lists, where nothing fails, is ${said}`);
      }
    }
  }
}

beforeAll(async () => {
  world = await MatrixWorld.start(async (application) => {
    await application.discovery.refresher.refresh();
    for (const operation of OPERATIONS) {
      for (const region of [...FAILING_REGIONS, SOUND_REGION]) {
        const { told } = await ask(application, operation, region);
        if (told.said === undefined) {
          throw new Error(`${operation.name} of ${region} is not known though nothing fails: ${JSON.stringify(told)}`);
        }
        truth.set(keyOf(operation, region), told.said);
      }
      const { simulator } = application;
      const asked = simulator.requests.list().filter((each) => each.operation === operation.wire(application));
      if (asked.some(({ path }) => path.includes('nextToken='))) {
        paged.add(operation.name);
      }
    }
    const judged = await application.router.getModelVerdicts();
    verdicts = new Map(
      judged.flatMap(({ modelId, regions }) =>
        regions.map(({ region, verdict }) => [`${modelId} ${region}`, verdict] as const),
      ),
    );
  });
});

afterAll(() => {
  const ofPair = OPERATIONS.length * MOMENTS.length;
  const cells = FAILURES.length * ofPair * TIERS.length;
  const tried = TRIED.reduce((sum, { batch }) => sum + batch.failures.length * ofPair, 0);
  process.stdout.write(
    `Fault matrix: ${FAILURES.length} failures × ${OPERATIONS.length} operations × ${MOMENTS.length} moments × ` +
      `${TIERS.length} states of the tiers = ${cells} cells, of which these are ${tried}: ` +
      `${count.done} were tried, and ${count.excluded} mean nothing.\n`,
  );
  expect(count.done + count.excluded).toBe(tried);
  expect(FAILURES.filter(({ name }) => !met.has(name)).map(({ name }) => name)).toEqual([]);
});

const BATCHES = batchesOf(FAILURES);
/** All states of the tiers for each failure, which takes minutes; without it each failure has one, and each state some. */
const IS_WHOLE = process.env['FAULTS_STATES'] === 'all';
const TRIED = BATCHES.flatMap((batch, index) =>
  TIERS.filter((_, place) => IS_WHOLE || place === index % TIERS.length).map((tiers) => ({
    batch,
    tiers,
    name: batch.name,
  })),
);

describe('what fails', () => {
  it.each(TRIED)(
    'leaves answers honest, others alone and the log short: $name, with the tiers $tiers',
    async ({ batch, tiers }) => {
      expect(await new Journey(batch, tiers).run()).toEqual([]);
    },
    // A machine that is busy with other things fails no test.
    300_000,
  );
});
