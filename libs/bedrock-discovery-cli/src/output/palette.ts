import picocolors from 'picocolors';
import type { Output } from '../cli-context.js';

/** How parts of the output look: the same words with or without colours. */
export interface Palette {
  readonly heading: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** @see https://no-color.org */
export function usesColour(output: Output, environment: NodeJS.ProcessEnv, wanted: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (!wanted || (NO_COLOR !== undefined && NO_COLOR !== '')) {
    return false;
  }
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') {
    return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  }
  return output.isTTY === true && TERM !== 'dumb';
}

export function createPalette(colours: boolean): Palette {
  const { bold, green, yellow, red, dim, cyan } = picocolors.createColors(colours);
  return {
    heading: (text) => bold(text),
    good: (text) => green(text),
    warning: (text) => yellow(text),
    bad: (text) => red(text),
    faint: (text) => dim(text),
    strong: (text) => cyan(text),
  };
}
