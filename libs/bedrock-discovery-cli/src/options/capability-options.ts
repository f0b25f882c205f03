import { type Command, Option } from 'commander';
import type { CapabilityDemands, UnknownFacts } from 'nestjs-bedrock-discovery';
import { UNKNOWN_FACTS } from 'nestjs-bedrock-discovery/enumerations';
import { parseTokens } from './parse-values.js';

/** What a model must be able to do, as the command line has it. */
export interface CapabilityOptions {
  readonly minContextTokens?: number;
  readonly minOutputTokens?: number;
  readonly toolUse?: true;
  readonly reasoning?: true;
  readonly structuredOutput?: true;
  readonly unknownFacts?: UnknownFacts;
}

export function addCapabilityOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--min-context, --min-context-tokens <tokens>', 'that the context window holds, as in 200k').argParser(
        parseTokens,
      ),
    )
    .addOption(
      new Option('--min-output, --min-output-tokens <tokens>', 'that the longest answer holds').argParser(parseTokens),
    )
    .option('--tool-use', 'the model takes tools')
    .option('--reasoning', 'the model reasons')
    .option('--structured-output', 'the model answers by a schema')
    .addOption(new Option('--unknown-facts <what>', 'where a demanded fact is not known').choices(UNKNOWN_FACTS));
}

export function demandsOf(options: CapabilityOptions): CapabilityDemands & { unknownFacts?: UnknownFacts } {
  const { minContextTokens, minOutputTokens, toolUse, reasoning, structuredOutput, unknownFacts } = options;
  return {
    ...(minContextTokens !== undefined && { minContextTokens }),
    ...(minOutputTokens !== undefined && { minOutputTokens }),
    ...(toolUse && { toolUse }),
    ...(reasoning && { reasoning }),
    ...(structuredOutput && { structuredOutput }),
    ...(unknownFacts && { unknownFacts }),
  };
}
