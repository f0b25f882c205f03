import type { Candidates, CompletedOption, CompletionSpec } from './completion-spec.js';
import { quote } from './shell-text.js';

export function fishCompletion(spec: CompletionSpec): string {
  const { program, commands, globals, modelIds } = spec;
  const complete = (rest: string): string => `complete -c ${program} ${rest}`;
  const lines = [
    `# fish completion for ${program}`,
    `function __bedrock_discovery_models
  set -l file ${fishQuote(modelIds.real)}
  contains -- --simulator (commandline -opc); and set file ${fishQuote(modelIds.simulated)}
  test -r $file; and cat $file
end`,
    complete('-f'),
    ...globals.map((option) => complete(optionFlags(option))),
    ...commands.flatMap(({ name, description, options, argument }) => {
      const seen = `-n '__fish_seen_subcommand_from ${name}'`;
      return [
        complete(`-n __fish_use_subcommand -a ${name} -d ${fishQuote(description)}`),
        ...options.map((option) => complete(`${seen} ${optionFlags(option)}`)),
        ...(argument === undefined ? [] : [complete(`${seen} ${candidates(argument)}`)]),
      ];
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function optionFlags({ flags, description, value }: CompletedOption): string {
  const words = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...words, ...(value ? [`-x ${candidates(value)}`.trim()] : []), `-d ${fishQuote(description)}`].join(' ');
}

function candidates(value: Candidates): string {
  switch (value.kind) {
    case 'words':
      return value.list ? `-a '(__fish_append , ${value.words.join(' ')})'` : `-a ${fishQuote(value.words.join(' '))}`;
    case 'models':
      return `-a '(__bedrock_discovery_models)'`;
    case 'folders':
      return `-a '(__fish_complete_directories)'`;
    case 'anything':
      return '';
  }
}

/** Fish knows two escapes within single quotes. */
function fishQuote(text: string): string {
  return quote(text.replaceAll('\\', '\\\\')).replaceAll(String.raw`'\''`, String.raw`\'`);
}
