import type { Candidates, CompletionSpec } from './completion-spec.js';
import { flagsOf, optionsWithValue, quote } from './shell-text.js';

/** For bash 3.2 and later, with or without the bash-completion package. */
export function bashCompletion(spec: CompletionSpec): string {
  const { program, commands, globals, modelIds } = spec;
  const names = commands.map(({ name }) => name);
  const values = optionsWithValue(spec).map(({ flags, value }) => `    ${flags.join('|')}) ${assign(value)} ;;`);
  const options = commands.map((command) => {
    const own = flagsOf(command.options).join(' ');
    return `      ${command.name}) words=${quote(`${own} ${flagsOf(globals).join(' ')} --help`.trim())} ;;`;
  });
  const args = commands.flatMap(({ name, argument }) => (argument ? [`      ${name}) ${assign(argument)} ;;`] : []));
  return `# bash completion for ${program}
_bedrock_discovery() {
  local line="\${COMP_LINE:0:COMP_POINT}"
  local current="\${line##*[[:space:]]}"
  local typed=() word command='' previous='' words='' list='' models='' folders=''
  read -r -a typed <<<"\${line%"$current"}"
  for word in "\${typed[@]}"; do
    case "$word" in
      ${names.join('|')}) [[ -z "$command" ]] && command="$word" ;;
      --simulator) models=${quote(modelIds.simulated)} ;;
    esac
    previous="$word"
  done
  local ids="\${models:-${modelIds.real}}"
  models=''
  case "$previous" in
${values.join('\n')}
    *) if [[ "$current" == -* ]]; then
      case "$command" in
${options.join('\n')}
      *) words=${quote(`${flagsOf(globals).join(' ')} --help --version`)} ;;
      esac
    else
      case "$command" in
      '') words=${quote(names.join(' '))} ;;
${args.join('\n')}
      esac
    fi ;;
  esac
  [[ -n "$models" && -r "$ids" ]] && words="$(cat "$ids")"
  local stem=''
  [[ -n "$list" ]] && stem="\${current%"\${current##*,}"}"
  if [[ -n "$folders" ]]; then
    COMPREPLY=($(compgen -d -- "$current"))
  else
    COMPREPLY=($(compgen -P "$stem" -W "$words" -- "\${current#"$stem"}"))
  fi
  # Readline takes a colon for the end of a word, and ids of models have some.
  if [[ "$current" == *:* && "$COMP_WORDBREAKS" == *:* ]]; then
    local before="\${current%"\${current##*:}"}"
    COMPREPLY=("\${COMPREPLY[@]#"$before"}")
  fi
}
complete -F _bedrock_discovery ${program}
`;
}

function assign(candidates: Candidates): string {
  switch (candidates.kind) {
    case 'words':
      return `words=${quote(candidates.words.join(' '))}${candidates.list ? ' list=yes' : ''}`;
    case 'models':
      return 'models=yes';
    case 'folders':
      return 'folders=yes';
    case 'anything':
      return ':';
  }
}
