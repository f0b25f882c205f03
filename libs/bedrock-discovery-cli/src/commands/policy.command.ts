import type { Command } from 'commander';
import { addConstraintOptions, type ConstraintOptions, constraintsOf } from '../options/constraint-options.js';
import { type CliRun, withTools } from './cli-run.js';
import { bestRouteTo } from './best-route.js';

export function addPolicyCommand(program: Command, run: CliRun): void {
  const added = program
    .command('policy')
    .summary('the IAM policy that the best route to a model needs')
    .description('Prints the least that a principal needs to invoke a model by its best route, as AWS takes it.')
    .argument('<model>', 'id, name, ARN or profile of a model');
  addConstraintOptions(added).action((model: string, options: ConstraintOptions, command: Command) =>
    withTools(run, command, async (tools) => {
      const route = await bestRouteTo(model, constraintsOf(options), tools);
      const { invocationPolicy } = await import('nestjs-bedrock-discovery');
      tools.printer.json(invocationPolicy(route));
      return undefined;
    }),
  );
}
