import type { SessionProvenance } from '../discovery/session.js';
import type { Printer } from '../output/printer.js';
import { wrap } from '../output/text.js';
import { age, counted } from '../output/words.js';

const SOURCES: Readonly<Record<SessionProvenance['source'], string>> = {
  aws: 'AWS',
  simulator: 'Simulated',
  endpoint: 'An endpoint of your own',
  seed: 'The seed',
};

/** Whether an answer is fresh, and whose it is, below it: for people, since JSON has it and columns have no place for it. */
export function printProvenance(provenance: SessionProvenance, printer: Printer): void {
  if (printer.forEyes && !printer.quiet) {
    const lines = wrap(describeProvenance(provenance), printer.width);
    printer.lines(['', ...lines.map((line) => printer.palette.faint(line))]);
  }
}

function describeProvenance(provenance: SessionProvenance): string {
  const { source, account, partition, ageMs, regionCount, unknownRegions, staleRegions } = provenance;
  const known = regionCount - unknownRegions.length;
  const parts = [
    SOURCES[source],
    account === undefined ? 'account not known' : `account ${account}`,
    ...(partition === 'aws' ? [] : [partition]),
    ageMs === undefined ? 'nothing listed yet' : `listed ${age(ageMs)} ago`,
    unknownRegions.length === 0 ? counted(regionCount, 'region') : `${known} of ${counted(regionCount, 'region')}`,
    ...(staleRegions.length === 0 ? [] : [`${staleRegions.length} of them older`]),
  ];
  return `${parts.join(' · ')}.`;
}
