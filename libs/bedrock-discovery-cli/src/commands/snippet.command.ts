import { type Command, Option } from 'commander';
import type { Route } from 'nestjs-bedrock-discovery';
import {
  type Snippet,
  SNIPPET_CLIENTS,
  SNIPPET_LANGUAGES,
  type SnippetLanguage,
  snippetsFor,
} from 'nestjs-bedrock-discovery/snippets';
import type { Session } from '../discovery/session.js';
import { CliError } from '../errors/cli.error.js';
import { EXIT } from '../exit-codes.js';
import { addConstraintOptions, type ConstraintOptions, constraintsOf } from '../options/constraint-options.js';
import { bestRouteTo } from './best-route.js';
import { type CliRun, withTools } from './cli-run.js';

interface SnippetOptions extends ConstraintOptions {
  readonly language?: SnippetLanguage;
  readonly client?: Snippet['id'];
}

export function addSnippetCommand(program: Command, run: CliRun): void {
  const added = program
    .command('snippet')
    .summary('code that calls a model by its best route')
    .description(
      'Prints code that calls a model by its best route, with the exact id and region. For terraform: the policy that the\n' +
        'route needs, and an application profile over it.',
    )
    .argument('<model>', 'id, name, ARN or profile of a model')
    .addOption(new Option('-l, --language <name>', 'typescript unless given').choices(SNIPPET_LANGUAGES))
    .addOption(new Option('--client <name>', 'the SDK to use; the AWS SDK unless given').choices(SNIPPET_CLIENTS));
  addConstraintOptions(added).action((model: string, options: SnippetOptions, command: Command) =>
    withTools(run, command, async (tools) => {
      const route = await bestRouteTo(model, constraintsOf(options), tools);
      const snippets = await snippetsOf(route, tools.session);
      const { printer, note } = tools;
      if (printer.format === 'json') {
        printer.json(snippets);
        return undefined;
      }
      const { code, needs } = chosen(snippets, options);
      note(`Needs ${needs}.`);
      printer.raw(code);
      return undefined;
    }),
  );
}

async function snippetsOf(route: Route, { models }: Session): Promise<readonly Snippet[]> {
  const { invocationPolicy } = await import('nestjs-bedrock-discovery');
  const model = await models.getModel(route.modelId).catch(() => undefined);
  const about = {
    inputModalities: model?.inputModalities ?? [],
    outputModalities: model?.outputModalities ?? ['TEXT'],
  };
  return snippetsFor(route, about, { policy: invocationPolicy(route) });
}

/** @throws CliError where there is no code in this language, or for this client */
function chosen(
  snippets: readonly Snippet[],
  { client, language = client === undefined ? 'typescript' : undefined }: SnippetOptions,
): { code: string; needs: string } {
  const meant = snippets.filter(
    (each) => (client === undefined || each.id === client) && (language === undefined || each.language === language),
  );
  const found = meant.find(({ code }) => code !== undefined);
  if (found?.code === undefined) {
    const [why] = meant.flatMap((each) => each.why ?? []);
    const others = snippets.filter(({ code }) => code !== undefined).map(({ id }) => id);
    throw new CliError(why ?? `there is no such code for this route, only for: ${others.join(', ')}.`, EXIT.notFound);
  }
  return { code: found.code, needs: found.needs };
}
