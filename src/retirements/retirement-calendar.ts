import type { RetiringModel } from 'nestjs-bedrock-discovery';

const PRODUCT = '-//bedrock-explorer//Models that retire//EN';
const NAME = 'Amazon Bedrock: models that retire';
/** Of a line, without its end. */
const MOST_OCTETS = 75;

/**
 * The ends of models as days of a calendar, for programs that subscribe to it. Models without a date have no day.
 *
 * @param at of the data, so that the same data is the same calendar
 * @see https://www.rfc-editor.org/rfc/rfc5545
 */
export function toCalendar(models: readonly RetiringModel[], at: string): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:${PRODUCT}`,
    'CALSCALE:GREGORIAN',
    `NAME:${escaped(NAME)}`,
    `X-WR-CALNAME:${escaped(NAME)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:P1D',
    ...daysOf(models).flatMap((day) => eventOf(day, at)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** One model on one day. */
interface LastDay extends Pick<RetiringModel, 'modelId' | 'modelName' | 'supersededBy'> {
  readonly day: string;
  readonly regions: readonly string[];
}

/** Regions that state other times for what comes before end on the same day nevertheless. */
function daysOf(models: readonly RetiringModel[]): readonly LastDay[] {
  const days = new Map<string, LastDay>();
  for (const { endOfLifeTime, modelId, modelName, supersededBy, regions } of models) {
    if (endOfLifeTime !== undefined) {
      const day = endOfLifeTime.slice(0, 10);
      const known = days.get(`${modelId} ${day}`)?.regions ?? [];
      const all = [...new Set([...known, ...regions])].sort();
      days.set(`${modelId} ${day}`, { modelId, modelName, supersededBy, day, regions: all });
    }
  }
  return [...days.values()];
}

function eventOf({ modelId, modelName, supersededBy, day, regions }: LastDay, at: string): readonly string[] {
  const instead = supersededBy.map((model) => model.modelName).join(', ');
  const description = [modelId, `In ${regions.join(', ')}.`, ...(instead === '' ? [] : [`Instead: ${instead}.`])];
  return [
    'BEGIN:VEVENT',
    `UID:${escaped(`${modelId}/${day}`)}@bedrock-explorer`,
    `DTSTAMP:${at.replaceAll(/[-:]|\.\d+/g, '')}`,
    `DTSTART;VALUE=DATE:${day.replaceAll('-', '')}`,
    `SUMMARY:${escaped(`${modelName} ends on Amazon Bedrock`)}`,
    `DESCRIPTION:${escaped(description.join('\n'))}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
}

function escaped(text: string): string {
  return text
    .replaceAll(/[\\;,]/g, (character) => `\\${character}`)
    .replaceAll(/\r?\n/g, String.raw`\n`)
    .replaceAll(/\p{Cc}/gu, ' ');
}

/** Lines go on in the next where they are too long; a character is never cut in two. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  for (const character of line) {
    // What goes on begins with a space.
    const room = parts.length === 0 ? MOST_OCTETS : MOST_OCTETS - 1;
    if (Buffer.byteLength(part + character) > room) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part].join('\r\n ');
}
