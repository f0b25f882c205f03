import type { Command, Option } from 'commander';

/** What may stand behind an option, or in the place of an argument. */
export type Candidates =
  | { readonly kind: 'words'; readonly words: readonly string[]; /** several, between commas */ readonly list: boolean }
  | { readonly kind: 'models' }
  | { readonly kind: 'folders' }
  | { readonly kind: 'anything' };

export interface CompletedOption {
  /** With their dashes, short before long. */
  readonly flags: readonly string[];
  readonly description: string;
  /** What follows it; undefined for a switch. */
  readonly value?: Candidates;
}

interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly argument?: Candidates;
}

/** All that the scripts are made from. */
export interface CompletionSpec {
  readonly program: string;
  readonly commands: readonly CompletedCommand[];
  readonly globals: readonly CompletedOption[];
  /** Files with the ids of models, one in each line. */
  readonly modelIds: { readonly real: string; readonly simulated: string };
}

/** What the commands themselves do not say. */
export interface KnownNames {
  readonly regions: readonly string[];
  readonly geographies: readonly string[];
  readonly ways: readonly string[];
  readonly listings: readonly string[];
  readonly shells: readonly string[];
}

/** Reads the commands and options off the program, so that no script lags behind it. */
export function completionSpec(
  program: Command,
  names: KnownNames,
  modelIds: CompletionSpec['modelIds'],
): CompletionSpec {
  return {
    program: program.name(),
    modelIds,
    globals: optionsOf(program, names),
    commands: [...program.commands.map((command) => completedCommand(command, names)), helpOf(program)],
  };
}

function completedCommand(command: Command, names: KnownNames): CompletedCommand {
  return {
    name: command.name(),
    description: command.summary(),
    options: optionsOf(command, names),
    ...argumentOf(command, names),
  };
}

/** It is none of the program's own commands. */
function helpOf(program: Command): CompletedCommand {
  const words = program.commands.map((command) => command.name());
  return {
    name: 'help',
    description: 'how a command is used',
    options: [],
    argument: { kind: 'words', words, list: false },
  };
}

function optionsOf(command: Command, names: KnownNames): CompletedOption[] {
  const options = command
    .createHelp()
    .visibleOptions(command)
    .map((option) => ({
      flags: [option.short, option.long].filter((flag) => typeof flag === 'string'),
      description: option.description,
      ...(option.required && { value: valueOf(option, names) }),
    }));
  return options.filter(({ flags }) => flags.length > 0);
}

function valueOf(option: Option, { regions, geographies, ways, listings }: KnownNames): Candidates {
  if (option.argChoices !== undefined) {
    return { kind: 'words', words: option.argChoices, list: false };
  }
  switch (option.attributeName()) {
    case 'regions':
    case 'preferredRegions':
    case 'sourceRegions':
      return { kind: 'words', words: regions, list: true };
    case 'residency':
      return { kind: 'words', words: [...geographies, ...regions], list: true };
    case 'geography':
      return { kind: 'words', words: [...geographies, 'global'], list: false };
    case 'listings':
      return { kind: 'words', words: listings, list: true };
    case 'via':
      return { kind: 'words', words: ways, list: true };
    case 'model':
    case 'modelId':
      return { kind: 'models' };
    case 'cacheDir':
      return { kind: 'folders' };
    default:
      return { kind: 'anything' };
  }
}

function argumentOf(command: Command, { shells }: KnownNames): { argument?: Candidates } {
  switch (command.registeredArguments[0]?.name()) {
    case 'model':
      return { argument: { kind: 'models' } };
    case 'shell':
      return { argument: { kind: 'words', words: shells, list: false } };
    default:
      return {};
  }
}
