import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MatrixApplication } from '../support/matrix-application.js';
import { type Failure, FAILURES } from '../support/matrix-failures.js';
import { isTyped, type MatrixOperation, OPERATIONS, type Told } from '../support/matrix-operations.js';
import {
  FAILING_REGIONS,
  HOUR_MS,
  MatrixWorld,
  SOUND_REGION,
  STORE_LIMIT_MS,
  TIERS,
  type Tiers,
} from '../support/matrix-world.js';

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

function regionsOf(pairs: readonly Pair[]): string[] {
  return [...new Set(pairs.map(({ region }) => region))];
}

/** What was to be seen in a cell. */
interface Seen {
  readonly told: Told;
  readonly tookMs: number;
  /** What was known before, or is left in the tiers, so that it has to be known still. */
  readonly known: boolean;
}

/** All cells, or as many of them as show each failure, operation, moment and state of the tiers with each of the others. */
const IS_WHOLE = process.env['FAULTS_STATES'] === 'all';
const tried: Cell[] = [];
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

/** A cell for each operation that fails, or for each state of the tiers where that is more; each at another moment. */
function chosenOf(failure: Failure): Cell[] {
  const operations = OPERATIONS.filter((operation) => meaningless(failure, operation) === undefined);
  const first = FAILURES.indexOf(failure);
  return Array.from({ length: Math.max(operations.length, TIERS.length) }, (_, index) => {
    const place = first + index;
    return {
      failure,
      operation: operations[index % operations.length] as MatrixOperation,
      moment: MOMENTS[(place + Math.floor(place / TIERS.length)) % MOMENTS.length] as Moment,
      tiers: TIERS[place % TIERS.length] as Tiers,
    };
  });
}

function allOf(failure: Failure): Cell[] {
  return OPERATIONS.filter((operation) => meaningless(failure, operation) === undefined).flatMap((operation) =>
    MOMENTS.flatMap((moment) => TIERS.map((tiers) => ({ failure, operation, moment, tiers }))),
  );
}

/** What a cell shows together. */
function togetherIn({ failure, operation, moment, tiers }: Cell): string[] {
  const values = [failure.name, operation.name, moment, tiers];
  return values.flatMap((value, index) => values.slice(index + 1).map((other) => `${value} × ${other}`));
}

/** The laws, each with what breaks it. */
function brokenLaws({ failure, operation, tiers }: Cell, region: string, { told, tookMs, known }: Seen): string[] {
  const expected = truth.get(keyOf(operation, region));
  // The time of a stream is that to its first event, and what may pass between two.
  const storeMs = operation.name === 'stream' && tiers === 'shared store that hangs' ? STORE_LIMIT_MS : 0;
  const identityMs = operation.kind === 'call' ? 0 : (failure.grantedMs ?? 0);
  const limitMs = LIMIT_MS[operation.kind] + storeMs + identityMs;
  return [
    ...(told.wrong === undefined ? [] : [told.wrong]),
    ...(told.said !== undefined && told.said !== expected ? [`it says ${told.said} in the place of ${expected}`] : []),
    ...(known && told.said === undefined ? ['what was known is not kept'] : []),
    ...(told.failure !== undefined && !isTyped(told.failure) ? [`it fails with ${JSON.stringify(told.failure)}`] : []),
    ...((told.executions ?? 0) > 1 ? [`the model ran ${told.executions} times`] : []),
    ...(told.said !== undefined && told.executions === 0 ? ['it was answered by no model'] : []),
    ...(tookMs > limitMs ? [`it takes ${tookMs} ms of ${failure.name}`] : []),
  ];
}

/** What is said of models, which may become unknown, and nothing else. */
async function wrongVerdicts(application: MatrixApplication): Promise<string[]> {
  const wrong: string[] = [];
  const { value, error } = await application.settle(application.router.peekModelVerdicts());
  if (value === undefined) {
    return [`verdicts fail with ${inspect(error)}`];
  }
  for (const { modelId, regions } of value) {
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

/** Failures that are looked at in one application, side by side. */
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
      if (only === 'pages') {
        return 'pages';
      }
      // All regions are asked by one clock.
      return name.includes('clock') ? name : 'operations';
  }
}

/** Failures that can be looked at side by side. */
function batchesOf(failures: readonly Failure[]): Batch[] {
  const groups = new Map<string, Failure[]>();
  for (const failure of failures) {
    groups.set(groupOf(failure), [...(groups.get(groupOf(failure)) ?? []), failure]);
  }
  return [...groups].flatMap(([name, group]) => {
    const parts = IS_WHOLE ? Math.ceil(group.length / FAILING_REGIONS.length) : 1;
    const size = Math.ceil(group.length / parts);
    return Array.from({ length: parts }, (_, part) => ({
      name: parts === 1 ? name : `${name}, part ${part + 1}`,
      failures: group.slice(part * size, (part + 1) * size),
    }));
  });
}

/** Cells of some failures in one state of the tiers: they share an application where that does not matter to them. */
class Journey {
  readonly broken: string[] = [];
  readonly #pairs: ReadonlyMap<Moment, readonly Pair[]>;

  constructor(
    private readonly batch: Batch,
    private readonly tiers: Tiers,
  ) {
    const cells = cellsOf(batch, tiers);
    this.#pairs = new Map(
      MOMENTS.map((moment) => [moment, this.#placed(cells.filter((cell) => cell.moment === moment))]),
    );
  }

  async run(): Promise<readonly string[]> {
    const scans = [...this.#of('first scan', 'listing', 'fact'), ...this.#of('refresh', 'listing', 'fact')];
    await this.#withApplication(scans, (application) => this.#firstScan(application));
    const questions = this.#of('on demand', 'listing', 'fact');
    await this.#withApplication(questions, (application) => this.#onDemand(application));
    const calls = MOMENTS.flatMap((moment) => this.#of(moment, 'call'));
    await this.#withApplication(calls, (application) => this.#calls(application));
    return this.broken;
  }

  get #isKept(): boolean {
    return this.tiers === 'warm' || this.tiers === 'stale';
  }

  async #firstScan(application: MatrixApplication): Promise<void> {
    const [listings, facts] = [this.#of('first scan', 'listing'), this.#of('first scan', 'fact')];
    const all = this.#of('refresh', 'listing', 'fact');
    const { refresher } = application.discovery;
    await this.#while(application, listings, async () => {
      const { tookMs } = await application.settle(refresher.refresh({ force: true }));
      await this.#look(application, listings, 'first scan', this.#isKept, tookMs);
    });
    await this.#mend(application, listings);
    await this.#while(application, facts, () => this.#look(application, facts, 'first scan', this.#isKept));
    await application.pass(LATER_MS);
    await this.#mend(application, [...facts, ...this.#of('refresh', 'fact')]);
    await application.pass(LATER_MS);
    await this.#while(application, all, async () => {
      const { tookMs } = await application.settle(refresher.refresh());
      await application.settle(refresher.refresh({ force: true, regions: regionsOf(all) }));
      await this.#look(application, all, 'refresh', true, tookMs);
    });
    await this.#mend(application, this.#of('refresh', 'listing'));
  }

  async #onDemand(application: MatrixApplication): Promise<void> {
    const [listings, facts] = [this.#of('on demand', 'listing'), this.#of('on demand', 'fact')];
    await this.#while(application, listings, () => this.#look(application, listings, 'on demand', this.#isKept));
    await this.#mend(application, listings);
    await this.#while(application, facts, () => this.#look(application, facts, 'on demand', this.#isKept));
  }

  async #calls(application: MatrixApplication): Promise<void> {
    const { refresher } = application.discovery;
    const during = async (moment: Moment, begin: () => Promise<unknown> = () => Promise.resolve()): Promise<void> => {
      const calls = this.#of(moment, 'call');
      await this.#while(application, calls, async () => {
        const beside = begin();
        await this.#look(application, calls, moment, false);
        await application.settle(beside);
      });
    };
    await during('first scan');
    await application.pass(LATER_MS);
    await during('refresh', () => refresher.refresh({ force: true }));
    await application.pass(LATER_MS);
    await application.settle(refresher.refresh());
    await during('on demand');
  }

  #of(moment: Moment, ...kinds: MatrixOperation['kind'][]): readonly Pair[] {
    return this.#pairs.get(moment)?.filter(({ operation }) => kinds.includes(operation.kind)) ?? [];
  }

  /** In as few regions as there are failures of one operation. None fails whole, so that each answers for some. */
  #placed(cells: readonly Cell[]): Pair[] {
    const taken = new Set<string>();
    const [first = '', second = '', ...others] = FAILING_REGIONS;
    return cells.map(({ failure, operation }) => {
      const order = OPERATIONS.indexOf(operation) % 2 === 0 ? [first, second] : [second, first];
      const regions =
        failure.reach === 'region'
          ? FAILING_REGIONS.slice(this.batch.failures.indexOf(failure))
          : [...(failure.reach === 'operation' ? order : [first]), ...others];
      const region = regions.find((each) => !taken.has(keyOf(operation, each))) ?? '';
      taken.add(keyOf(operation, region));
      return { failure, operation, region };
    });
  }

  async #withApplication(
    pairs: readonly Pair[],
    work: (application: MatrixApplication) => Promise<void>,
  ): Promise<void> {
    if (pairs.length === 0) {
      return;
    }
    const { batch, tiers } = this;
    const regions = [...regionsOf(pairs), SOUND_REGION];
    const application = await world.open({ tiers, regions, maxAttempts: batch.name === ENDLESS ? 1 : 2 });
    try {
      await work(application);
    } finally {
      this.broken.push(...(await application.close()));
    }
  }

  /** Does something while operations fail, and reads in the log that each change was told once. */
  async #while(application: MatrixApplication, pairs: readonly Pair[], work: () => Promise<void>): Promise<void> {
    if (pairs.length === 0) {
      return;
    }
    const { lines } = application.discovery.logger;
    const former = lines.length;
    for (const failure of this.batch.failures) {
      const targets = pairs
        .filter((pair) => pair.failure === failure)
        .flatMap(({ operation, region }) => {
          const regions = failure.reach === 'everywhere' ? [region, SOUND_REGION] : [region];
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
      tried.push(cell);
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
  const cells = FAILURES.length * OPERATIONS.length * MOMENTS.length * TIERS.length;
  const meaningful = FAILURES.flatMap(allOf);
  process.stdout.write(
    `Fault matrix: ${FAILURES.length} failures × ${OPERATIONS.length} operations × ${MOMENTS.length} moments × ` +
      `${TIERS.length} states of the tiers = ${cells} cells, of which ${meaningful.length} mean something and ` +
      `${tried.length} were tried.\n`,
  );
  if (IS_WHOLE) {
    expect(tried).toHaveLength(meaningful.length);
  }
  const shown = new Set(tried.flatMap(togetherIn));
  const isSpread = new Set(BATCHES.filter(spreads).flatMap(({ failures }) => failures));
  const unseen = meaningful.flatMap((cell) =>
    togetherIn(cell).filter(
      (pair) => !shown.has(pair) && (isSpread.has(cell.failure) || pair !== `${cell.failure.name} × ${cell.tiers}`),
    ),
  );
  expect([...new Set(unseen)]).toEqual([]);
  expect(FAILURES.filter(({ name }) => !met.has(name)).map(({ name }) => name)).toEqual([]);
});

const BATCHES = batchesOf(FAILURES);

/** Failures that need an application for each of them are tried in one state of the tiers each, the states in turn. */
function spreads({ failures }: Batch): boolean {
  return IS_WHOLE || failures.length >= TIERS.length;
}

function cellsOf(batch: Batch, tiers: Tiers): Cell[] {
  if (IS_WHOLE) {
    return batch.failures.flatMap(allOf).filter((cell) => cell.tiers === tiers);
  }
  if (spreads(batch)) {
    return batch.failures.flatMap(chosenOf).filter((cell) => cell.tiers === tiers);
  }
  const cells = batch.failures.flatMap(chosenOf).map((cell) => ({ ...cell, tiers }));
  return [...new Map(cells.map((cell) => [nameOf(cell), cell])).values()];
}

const JOURNEYS = BATCHES.flatMap((batch, index) =>
  TIERS.filter((_, place) => spreads(batch) || place === index % TIERS.length).map((tiers) => ({
    batch,
    tiers,
    name: batch.name,
  })),
);

describe('what fails', () => {
  it.each(JOURNEYS)(
    'leaves answers honest, others alone and the log short: $name, with the tiers $tiers',
    async ({ batch, tiers }) => {
      expect(await new Journey(batch, tiers).run()).toEqual([]);
    },
    // A machine that is busy with other things fails no test.
    300_000,
  );
});
