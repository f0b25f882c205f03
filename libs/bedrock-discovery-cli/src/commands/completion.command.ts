import { Argument, type Command } from 'commander';
import { BEDROCK_REGIONS, GEOGRAPHIES } from 'nestjs-bedrock-discovery/regions';
import { bashCompletion } from '../completion/bash.js';
import { completionSpec, type CompletionSpec } from '../completion/completion-spec.js';
import { fishCompletion } from '../completion/fish.js';
import { modelIdsFile } from '../completion/kept-model-ids.js';
import { zshCompletion } from '../completion/zsh.js';
import type { GlobalOptions } from '../options/global-options.js';
import type { CliRun } from './cli-run.js';
import { OPTIONAL_LISTINGS, VIAS } from 'nestjs-bedrock-discovery/enumerations';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export function addCompletionCommand(program: Command, run: CliRun): void {
  const shells = Object.keys(SHELLS);
  program
    .command('completion')
    .summary('a script that completes commands, options, regions and ids in a shell')
    .description(
      'Prints a script that completes commands, options, regions and the ids of models, those from the cache:\n\n' +
        '  bedrock-discovery completion bash > ~/.local/share/bash-completion/completions/bedrock-discovery\n' +
        '  bedrock-discovery completion zsh > "${fpath[1]}/_bedrock_discovery"\n' +
        '  bedrock-discovery completion fish > ~/.config/fish/completions/bedrock-discovery.fish',
    )
    .addArgument(new Argument('<shell>', 'whose script').choices(shells))
    .action(async (shell: keyof typeof SHELLS, _options: unknown, command: Command) => {
      // Loaded here, since help and wrong usage are told without it.
      const { discoveryOptions } = await import('../options/discovery-options.js');
      const { defaultCacheDirectory } = await import('nestjs-bedrock-discovery');
      const { cache } = discoveryOptions(command.optsWithGlobals<GlobalOptions>(), run.context.environment);
      // With the cache switched off there are no ids to be read; the path does no harm.
      const directory =
        cache?.directory === undefined || cache.directory === false ? defaultCacheDirectory() : cache.directory;
      const modelIds: CompletionSpec['modelIds'] = {
        real: modelIdsFile(directory, false),
        simulated: modelIdsFile(directory, true),
      };
      const names = {
        regions: Object.values(BEDROCK_REGIONS).flat(),
        geographies: Object.keys(GEOGRAPHIES),
        ways: VIAS,
        listings: OPTIONAL_LISTINGS,
        shells,
      };
      run.context.out.write(SHELLS[shell](completionSpec(program, names, modelIds)));
    });
}
