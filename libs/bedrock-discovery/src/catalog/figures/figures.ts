import { GEOGRAPHIES } from '../../regions/geographies.js';
import { withoutGeography } from '../arn.js';
import type { ModelCapabilities } from '../models/model.types.js';
import { FIGURES, FIGURES_AS_OF } from './figures-data.js';

/** US dollars for a million tokens, as the table that comes with the library has them. */
export interface ListPrice {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  /** A month or a day, as `2026-11`. */
  readonly asOf: string;
}

interface Line {
  readonly price?: ListPrice;
  readonly capabilities: ModelCapabilities;
}

interface Table {
  /** By invocation id, behind `region/` where it is for one region. */
  readonly byId: ReadonlyMap<string, Line>;
  /** By base id, by the lines of all ways to invoke it. */
  readonly capabilities: ReadonlyMap<string, ModelCapabilities>;
}

const US: ReadonlySet<string> = new Set(GEOGRAPHIES['us']);
let table: Table | undefined;

/**
 * What a call through an id costs; undefined where the table does not say. The price of one profile says nothing of another,
 * and that of a bare id nothing of regions outside the US, unless the table names them.
 */
export function listPriceOf(invocationId: string, region: string): ListPrice | undefined {
  const { byId } = figures();
  const here = byId.get(`${region}/${invocationId}`)?.price;
  const isBare = withoutGeography(invocationId) === invocationId;
  return here ?? (isBare && !US.has(region) ? undefined : byId.get(invocationId)?.price);
}

/** What a model can do; undefined where the table has nothing. Always the same object. */
export function listedCapabilities(modelId: string): ModelCapabilities | undefined {
  return figures().capabilities.get(modelId);
}

/** What the base id's line says goes before what the others add. */
function merged(lines: readonly Line[]): ModelCapabilities {
  return Object.freeze(
    Object.assign({}, ...lines.map(({ capabilities }) => capabilities).reverse()) as ModelCapabilities,
  );
}

/** Read once, when it is first asked for. */
function figures(): Table {
  table ??= parseFigures(FIGURES, FIGURES_AS_OF);
  return table;
}

/** @param asOf of the lines that do not say */
export function parseFigures(text: string, asOf: string): Table {
  const byId = new Map<string, Line>();
  const byModel = new Map<string, Line[]>();
  for (const written of text.trim().split('\n')) {
    const [key = '', input, output, context, longest, flags = '', at = asOf] = written.split('|');
    const prices = [amount(input), amount(output)] as const;
    const [inputPerMillion, outputPerMillion] = prices;
    const line: Line = {
      ...(inputPerMillion !== undefined &&
        outputPerMillion !== undefined && { price: Object.freeze({ inputPerMillion, outputPerMillion, asOf: at }) }),
      capabilities: {
        ...number('contextTokens', amount(context)),
        ...number('maxOutputTokens', amount(longest)),
        ...flag('toolUse', 'T', flags),
        ...flag('reasoning', 'R', flags),
        ...flag('structuredOutput', 'S', flags),
        source: 'table',
        asOf: at,
      },
    };
    byId.set(key, line);
    const invocationId = key.slice(key.indexOf('/') + 1);
    const modelId = withoutGeography(invocationId);
    const lines = byModel.get(modelId) ?? [];
    byModel.set(modelId, modelId === key ? [line, ...lines] : [...lines, line]);
  }
  return { byId, capabilities: new Map([...byModel].map(([modelId, lines]) => [modelId, merged(lines)])) };
}

/** A text that is missing or no number above 0 says nothing: 0 stands for unknown where the figures come from. */
function amount(text = ''): number | undefined {
  const value = Number(text);
  return value > 0 ? value : undefined;
}

function number<K extends string>(name: K, value: number | undefined): { [k in K]?: number } {
  return (value === undefined ? {} : { [name]: value }) as { [k in K]?: number };
}

function flag<K extends string>(name: K, letter: string, flags: string): { [k in K]?: boolean } {
  const known = flags.includes(letter) ? true : flags.includes(letter.toLowerCase()) ? false : undefined;
  return (known === undefined ? {} : { [name]: known }) as { [k in K]?: boolean };
}
