import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BedrockSimulator } from 'bedrock-simulator';
import { type BedrockDiscoveryErrorCode, GEOGRAPHIES } from 'nestjs-bedrock-discovery';
import { NAMED_OPTIONS } from '../../libs/bedrock-discovery/src/options/resolve-options.js';
import { SDKS } from '../support/sdks.js';
import { blocksOf, shownFilesOf, type Snippet, snippetsOf, tableOf } from './snippets.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
/** Inside the project, so that the examples find the packages by name. */
const folder = join(root, 'test/.output/readme');
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');
const guides = (await readdir(join(root, 'docs'))).filter((path) => path.endsWith('.md')).map((path) => `docs/${path}`);
const pages = new Map(
  await Promise.all(
    ['README.md', 'libs/bedrock-discovery-cli/README.md', ...guides].map(
      async (path) => [path, await read(path)] as const,
    ),
  ),
);
const page = (path: string): string => pages.get(path) ?? '';
const snippets = [...pages.values()]
  .flatMap(snippetsOf)
  // Run where Vitest is installed, by the tests of the packages.
  .filter(({ name }) => name !== 'vitest');
const guideExamples = blocksOf(await read('libs/bedrock-simulator/README.md'), 'ts');
const isTest = ({ name }: Snippet): boolean => /^testing\b/.test(name);
const tests = snippets.filter(isTest);
const programs = snippets.filter((snippet) => snippet.language === 'ts' && !isTest(snippet));

const compilerOptions = {
  target: 'es2023',
  module: 'nodenext',
  types: ['node'],
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  skipLibCheck: true,
  outDir: 'compiled',
  rootDir: '.',
};

let simulator: BedrockSimulator;

function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...simulator.environment(),
    XDG_CACHE_HOME: join(folder, 'cache'),
    HOME: folder,
    NO_COLOR: '1',
  };
}

function find(name: string): Snippet {
  const snippet = snippets.find((candidate) => candidate.name === name);
  if (snippet === undefined) {
    throw new Error(`There is no example "${name}".`);
  }
  return snippet;
}

const isCallOfModel = (operation = ''): boolean =>
  /^(?:Converse|InvokeModel|(?:Mantle)?ChatCompletions)/.test(operation);

/** What only the option `listings` has asked for. */
const isOptional = (operation = ''): boolean => /^List(?:Imported|Provisioned|Mantle)Model/.test(operation);

/** What the compiler says of the examples. */
let findings: string;
/** What each has printed, and why it failed, if it did; by the name of the program. */
let outcomes: ReadonlyMap<string, readonly [printed: string, failure: string]>;

async function compile(): Promise<typeof findings> {
  const compiler = join(root, 'node_modules/typescript-7/bin/tsc');
  const told = await run(process.execPath, [compiler, '-p', folder]).catch((error: Error & { stdout: string }) => ({
    stdout: error.stdout || error.message,
  }));
  return told.stdout;
}

async function runPrograms(): Promise<typeof outcomes> {
  const driver = join(root, 'test/fixtures/run-programs.mjs');
  const files = programs.map(({ name }) => join(folder, 'compiled', `${name}.js`));
  const { stdout } = await run(process.execPath, ['--no-warnings', driver, ...files], {
    env: environment(),
    cwd: folder,
  });
  const [, ...parts] = stdout.split('\0');
  return new Map(
    programs.map(({ name }, index) => [name, [parts[2 * index] ?? '', parts[2 * index + 1] ?? 'did not run']]),
  );
}

/** How many tests of each file have passed, and how many there are. */
let results: ReadonlyMap<string, readonly [passed: number, all: number]>;

/** Runs them with a Jest of its own, on the packages as they are built. */
async function runJest(): Promise<typeof results> {
  const config = {
    rootDir: folder,
    testMatch: ['**/*.spec.ts'],
    extensionsToTreatAsEsm: ['.ts'],
    transform: {
      '\\.ts$': [
        '@swc/jest',
        {
          jsc: {
            parser: { syntax: 'typescript', decorators: true },
            transform: { legacyDecorator: true, decoratorMetadata: true },
          },
          module: { type: 'es6' },
        },
      ],
    },
  };
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const args = ['--experimental-vm-modules', '--no-warnings', jest, '--config', JSON.stringify(config), '-i', '--json'];
  // Where a test fails, so does Jest, and says which.
  const { stdout } = await run(process.execPath, args, { env: environment(), cwd: folder }).catch(
    (error: { stdout: string }) => error,
  );
  const { testResults } = JSON.parse(stdout) as {
    testResults: { name: string; message: string; assertionResults: { status: string }[] }[];
  };
  return new Map(
    testResults.map(({ name, message, assertionResults }) => {
      process.stderr.write(message);
      const passed = assertionResults.filter(({ status }) => status === 'passed').length;
      return [relative(folder, name), [passed, assertionResults.length]];
    }),
  );
}

beforeAll(async () => {
  simulator = await BedrockSimulator.start({ latency: { '*': 60, 'us-east-1': 1 }, jitter: 0 });
  simulator.addAccountModel({ kind: 'imported-model', region: 'eu-west-1', name: 'support-bot' });
  simulator.addMantleModel({ id: 'openai.gpt-5.5' });
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  for (const snippet of snippets.filter(({ language }) => language === 'ts')) {
    const { name, code, language } = snippet;
    await writeFile(join(folder, `${name}.${isTest(snippet) ? 'spec.' : ''}${language}`), code);
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  findings = await compile();
  outcomes = await runPrograms();
}, 120_000);

afterAll(() => simulator.stop());

describe('the README and the documentation', () => {
  it('name each example once', () => {
    const names = snippets.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('have no TypeScript that is neither an example nor a file', () => {
    for (const markdown of pages.values()) {
      const known = new Set([...snippetsOf(markdown), ...shownFilesOf(markdown)].map(({ code }) => code));
      expect(blocksOf(markdown, 'ts').filter((block) => !known.has(block))).toEqual([]);
    }
  });

  it('show files of the samples as they are', async () => {
    for (const { path, code } of [...pages.values()].flatMap(shownFilesOf)) {
      expect([path, code]).toEqual([path, await read(path)]);
    }
  });

  it('have examples that type check', () => {
    expect(findings).toBe('');
  });

  it.each(programs.map(({ name }) => name))('have an example "%s" that runs and prints what it says', (name) => {
    const [stdout = '', failure] = outcomes.get(name) ?? [];
    expect(failure).toBe('');
    const printed = stdout.replace(/^.*\[Nest\].*\n/gm, '').replace(/\s+/g, ' ');
    const expected = (find(name).output ?? '').trim().split('…')[0]?.trim().replace(/\s+/g, ' ') ?? '';
    expect(expected).not.toBe('');
    expect(printed.trimStart()).toContain(expected);
  });

  it('cover every SDK that the tests make calls by', () => {
    expect(snippetsOf(page('docs/sdks.md'))).toHaveLength(Object.keys(SDKS).length);
  });
});

describe('the documentation', () => {
  beforeAll(async () => {
    for (const [index, example] of guideExamples.entries()) {
      await writeFile(join(folder, `guide-${index}.spec.ts`), example);
    }
    results = await runJest();
  }, 120_000);

  it.each(tests.map(({ name, code }) => [name, code.match(/^it\(/gm)?.length ?? 0]))(
    'has an example "%s" whose tests pass',
    (name, count) => {
      expect(results.get(`${name}.spec.ts`)).toEqual([count, count]);
    },
  );

  it('leads to a guide of the simulator whose tests pass', () => {
    expect(guideExamples.map((_, index) => results.get(`guide-${index}.spec.ts`))).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it('lists every option with its default', () => {
    const rows = tableOf(page('docs/options.md'), 'option').map(([option, shown]) => [option, shown]);
    expect(rows).toEqual(
      NAMED_OPTIONS.map(([name, option]) => {
        const fallback = option.resolve(undefined);
        const told = typeof fallback === 'string' ? `'${fallback}'` : JSON.stringify(fallback);
        // What depends on others, or on the machine, is said in words.
        const inWords = fallback === undefined || name === 'cache.directory';
        return [`\`${name}\``, inWords ? expect.stringMatching(/^[^`]+$/) : `\`${told}\``];
      }),
    );
  });

  it('lists every geography with its regions', () => {
    const rows = tableOf(page('docs/residency.md'), 'geography');
    expect(rows).toEqual(Object.entries(GEOGRAPHIES).map(([name, regions]) => [`\`${name}\``, regions.join(', ')]));
  });

  it('lists every code of an error', () => {
    const codes: Readonly<Record<BedrockDiscoveryErrorCode, true>> = {
      INVALID_OPTIONS: true,
      INVALID_ARGUMENT: true,
      MODEL_NOT_FOUND: true,
      INVENTORY_UNAVAILABLE: true,
      REGION_UNKNOWN: true,
      REGION_FAILED: true,
      NO_ROUTE: true,
      ROUTES_UNKNOWN: true,
      ROUTES_EXHAUSTED: true,
      MAY_HAVE_EXECUTED: true,
      ABORTED: true,
      SHUT_DOWN: true,
    };
    const rows = tableOf(page('docs/failures.md'), 'code');
    expect(rows.map(([code]) => code)).toEqual(Object.keys(codes).map((code) => `\`${code}\``));
  });

  it('asks for exactly the permissions that a scan uses', () => {
    const [policy = ''] = blocksOf(page('docs/security.md'), 'json');
    const { Statement } = JSON.parse(policy) as { Statement: { Action: string[] }[] };
    const scanning = simulator.requests
      .list()
      // Nor calls of models, nor the doctor's question to STS, which needs no permission.
      .filter(({ operation, service }) => !isCallOfModel(operation) && !isOptional(operation) && service !== 'sts');
    const used = new Set(scanning.map(({ service, operation }) => `${service}:${operation}`));
    expect([...used].sort()).toEqual(Statement.flatMap(({ Action }) => Action).sort());
  });

  it('names only scripts that exist', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...page('README.md').matchAll(/npm (?:run )?(start:aws|start|test|build|lint|bench)\b/g)].map(
      ([, name = '']) => name,
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
