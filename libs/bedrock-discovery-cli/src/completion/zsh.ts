import type { Candidates, CompletedOption, CompletionSpec } from './completion-spec.js';
import { optionsWithValue, quote } from './shell-text.js';

export function zshCompletion(spec: CompletionSpec): string {
  const { program, commands, globals, modelIds } = spec;
  const names = commands.map(({ name }) => name);
  const values = optionsWithValue(spec).map(({ flags, value }) => `    (${flags.join('|')}) ${add(value)}; return ;;`);
  const options = commands.map((command) => `      (${command.name}) options+=(${described(command.options)}) ;;`);
  const args = commands.flatMap(({ name, argument }) => (argument ? [`    (${name}) ${add(argument)} ;;`] : []));
  return `#compdef ${program}
# zsh completion for ${program}
_bedrock_discovery() {
  local word chosen='' ids=${quote(modelIds.real)}
  local -a options commands
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$word" in
      (${names.join('|')}) [[ -z "$chosen" ]] && chosen="$word" ;;
      (--simulator) ids=${quote(modelIds.simulated)} ;;
    esac
  done
  case "\${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    options=(${described(globals)} '--help:how it is used')
    case "$chosen" in
${options.join('\n')}
    esac
    _describe option options
    return
  fi
  case "$chosen" in
    ('') commands=(${commands.map(({ name, description }) => describe(name, description)).join(' ')}); _describe command commands ;;
${args.join('\n')}
  esac
}
if [[ "\${funcstack[1]}" == _bedrock_discovery ]]; then
  _bedrock_discovery "$@"
else
  compdef _bedrock_discovery ${program}
fi
`;
}

function described(options: readonly CompletedOption[]): string {
  return options.flatMap(({ flags, description }) => flags.map((flag) => describe(flag, description))).join(' ');
}

function describe(word: string, description: string): string {
  return quote(`${word.replaceAll(':', String.raw`\:`)}:${description}`);
}

function add(candidates: Candidates): string {
  switch (candidates.kind) {
    case 'words': {
      const words = candidates.words.map(quote).join(' ');
      return candidates.list ? `compset -P '*,'; compadd -S '' -- ${words}` : `compadd -- ${words}`;
    }
    case 'models':
      return '[[ -r "$ids" ]] && compadd -- ${(f)"$(<"$ids")"}';
    case 'folders':
      return '_files -/';
    case 'anything':
      return ':';
  }
}
