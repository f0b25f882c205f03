import type { Candidates, CompletedOption, CompletionSpec } from './completion-spec.js';

/** A text as one word of a shell; all three quote it alike. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** An option and what follows it. */
export interface OptionWithValue extends CompletedOption {
  readonly value: Candidates;
}

/** Options that are followed by a value, wherever they belong; each flag once. */
export function optionsWithValue({ globals, commands }: CompletionSpec): OptionWithValue[] {
  const all = [...globals, ...commands.flatMap(({ options }) => options)];
  return all.filter((option): option is OptionWithValue => option.value !== undefined);
}

export function flagsOf(options: readonly CompletedOption[]): string[] {
  return options.flatMap(({ flags }) => flags);
}
