import type { Command } from 'commander';
import type { RegionLatency, RegionStatus } from 'nestjs-bedrock-discovery';
import type { Session } from '../discovery/session.js';
import type { Palette } from '../output/palette.js';
import type { Column } from '../output/table.js';
import { age, milliseconds, tenths } from '../output/words.js';
import { type CliRun, withTools } from './cli-run.js';

/** All that is known of one region. */
export interface RegionRow {
  readonly region: string;
  readonly latency?: RegionLatency;
  readonly models: RegionStatus;
  readonly profiles: RegionStatus;
}

export function addRegionsCommand(program: Command, run: CliRun): void {
  program
    .command('regions')
    .summary('the regions, fastest first, and what each answered')
    .description('Lists the regions, fastest first: how far away they are, what they list, and why some do not answer.')
    .action((_options: unknown, command: Command) =>
      withTools(run, command, async ({ session, printer }) => {
        await session.prepare();
        await printer.print(regionRows(session), REGION_COLUMNS);
        return undefined;
      }),
    );
}

export function regionRows(session: Session): readonly RegionRow[] {
  const rows = new Map(session.regions().map((row) => [row.region, row]));
  return session.latencies.sortRegions(rows.keys()).flatMap((region) => {
    const row = rows.get(region);
    return row === undefined ? [] : [{ ...row, latency: session.latencies.get(region) }];
  });
}

/** What each operation failed with, or that not all could be read, once where it is the same. */
function problemOf({ models, profiles }: RegionRow): string {
  const problems = [models, profiles].flatMap(({ failure, unreadable }) => [
    ...(failure === undefined ? [] : [failure.kind]),
    ...(unreadable === undefined ? [] : ['read in part']),
  ]);
  return [...new Set<string>(problems)].join(', ');
}

function stateOf({ status, count, stale, unreadable }: RegionStatus): string {
  return count > 0 || status === 'ok'
    ? `${count}${unreadable === undefined ? '' : ` of ${count + unreadable}`}${stale ? ' (old)' : ''}`
    : status === 'pending'
      ? 'not asked'
      : 'unknown';
}

function styleOf({ status, stale }: RegionStatus, { good, warning, bad }: Palette): (text: string) => string {
  return status === 'ok' ? (stale ? warning : good) : status === 'failed' ? bad : warning;
}

export const REGION_COLUMNS: readonly Column<RegionRow>[] = [
  { name: 'region', title: 'REGION', text: ({ region }) => region },
  {
    name: 'latencyMs',
    title: 'LATENCY',
    text: ({ latency }) => tenths(latency?.latencyMs),
    short: ({ latency }) => milliseconds(latency?.latencyMs),
    align: 'right',
  },
  {
    name: 'models',
    title: 'MODELS',
    text: ({ models }) => (models.scannedAt === undefined ? '' : `${models.count}`),
    short: ({ models }) => stateOf(models),
    align: 'right',
    style: ({ models }, palette) => styleOf(models, palette),
  },
  {
    name: 'profiles',
    title: 'PROFILES',
    text: ({ profiles }) => (profiles.scannedAt === undefined ? '' : `${profiles.count}`),
    short: ({ profiles }) => stateOf(profiles),
    align: 'right',
    style: ({ profiles }, palette) => styleOf(profiles, palette),
  },
  {
    name: 'ageMs',
    title: 'AGE',
    text: ({ models }) => `${models.ageMs ?? ''}`,
    short: ({ models }) => age(models.ageMs),
    align: 'right',
  },
  { name: 'problem', title: 'PROBLEM', text: problemOf, style: (_row, { bad }) => bad },
  {
    name: 'remedy',
    title: 'WHAT TO DO',
    text: ({ models, profiles }) => models.failure?.remedy ?? profiles.failure?.remedy ?? '',
  },
];
