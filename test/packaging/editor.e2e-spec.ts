import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import ts from 'typescript';
import { readManifest, ROOT } from './packages.js';

/** The compiler reads all that the library stands on. */
jest.setTimeout(240_000);

const LIBRARY = 'libs/bedrock-discovery';
const FILE = join(ROOT, 'test/editor-example.ts');
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  experimentalDecorators: true,
  types: ['node'],
  noEmit: true,
};

/** The text that is being written. */
let text = '';
let version = 0;

const service = ts.createLanguageService({
  getCompilationSettings: () => OPTIONS,
  getScriptFileNames: () => [FILE],
  getScriptVersion: (path) => (path === FILE ? `${version}` : '0'),
  getScriptSnapshot: (path) => {
    const content = path === FILE ? text : ts.sys.readFile(path);
    return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
  },
  getCurrentDirectory: () => ROOT,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (path) => path === FILE || ts.sys.fileExists(path),
  readFile: (path) => (path === FILE ? text : ts.sys.readFile(path)),
  directoryExists: (path) => ts.sys.directoryExists(path),
});

/** What an editor offers where `|` stands in a text, besides words of the language. */
function completionsAt(marked: string): string[] {
  text = marked.replace('|', '');
  version += 1;
  const offered = service.getCompletionsAtPosition(FILE, marked.indexOf('|'), {})?.entries ?? [];
  return offered.filter(({ kind }) => kind !== ts.ScriptElementKind.keyword).map(({ name }) => name);
}

/** What it shows of one of them. */
function documentationOf(name: string, marked: string): string {
  const details = service.getCompletionEntryDetails(FILE, marked.indexOf('|'), name, {}, undefined, {}, undefined);
  return ts.displayPartsToString(details?.documentation);
}

/** The class behind each service that applications inject. */
const SERVICES = [
  'AwsClientFactory',
  'DiscoveryCache',
  'DiscoveryDoctor',
  'DiscoveryRefresher',
  'InvocationRouter',
  'LatencyTracker',
  'ModelAccessService',
  'ModelDiscoveryService',
  'ProfileDiscoveryService',
];

const IMPORTS = `import { BedrockDiscoveryModule, ${SERVICES.join(', ')} } from 'nestjs-bedrock-discovery';`;

describe('an editor', () => {
  it('offers what the package exports, and nothing internal', () => {
    const offered = completionsAt(`import { | } from 'nestjs-bedrock-discovery';`);
    expect(offered).toEqual(expect.arrayContaining(SERVICES));
    const internal =
      /^(?:_|OPTIONS$|RESOLVED_|LISTINGS$|PATH_FACTS$)|Context$|Registry$|Store$|Inventory$|Module.+Class$/;
    const isPublic = new Set(['RunContext', 'SharedStore']);
    expect(offered.filter((name) => internal.test(name) && !isPublic.has(name))).toEqual([]);
  });

  it.each(SERVICES)('offers of %s only what is documented', (name) => {
    const written = `${IMPORTS}\ndeclare const it: ${name};\nit.|`;
    const offered = completionsAt(written);
    expect(offered).not.toEqual([]);
    expect(offered.filter((member) => documentationOf(member, written) === '')).toEqual([]);
    expect(offered.filter((member) => /^(?:#|_)|^on(?:Module|Application)|^before/.test(member))).toEqual([]);
  });

  const models = `${IMPORTS}\ndeclare const models: ModelDiscoveryService;\ndeclare const router: InvocationRouter;\n`;

  it.each([
    ['models', `${models}models.getModelRegions('|')`, 'amazon.nova-pro-v1:0'],
    ['regions', `${models}models.isModelAvailableInRegion('x', '|')`, 'eu-central-2'],
    ['profiles', `${models}router.resolve('|')`, 'eu.amazon.nova-pro-v1:0'],
    ['geographies', `${models}router.resolve('x', { residency: '|' })`, 'europe'],
    ['source regions', `${models}router.resolve('x', { sourceRegions: ['|'] })`, 'us-gov-west-1'],
    ['regions of the options', `${models}BedrockDiscoveryModule.forRoot({ regions: ['|'] })`, 'ap-southeast-7'],
  ])('offers the %s that are known', (_, written, name) => {
    expect(completionsAt(written)).toContain(name);
  });
});

describe('the declarations of every entry point', () => {
  /** What the compiler has read of others, which is the same for each module system. */
  const read = new Map<string, ts.SourceFile | undefined>();

  it.each([
    ['ES modules', 'mts', ts.ModuleKind.NodeNext],
    ['CommonJS', 'cts', ts.ModuleKind.NodeNext],
    ['the module system of Node 16', 'mts', ts.ModuleKind.Node16],
  ])('compile in %s under exactOptionalPropertyTypes and without skipLibCheck', async (_, extension, module) => {
    const { name, exports } = await readManifest(LIBRARY);
    const entries = Object.entries(exports).filter(([, target]) => typeof target !== 'string');
    const file = join(ROOT, `test/every-entry-point.${extension}`);
    // Any text is a region and a model, those that nobody knew included.
    const uses = `import { type BedrockDiscoveryOptions, type InvocationRouter } from '${name}';
      export const options: BedrockDiscoveryOptions = { regions: ['xx-new-1' as string, 'eu-west-1'] };
      export const resolve = (router: InvocationRouter, model: string) => router.resolve(model, { sourceRegions: ['xx-new-1'] });`;
    const source = `${uses}\n${entries.map(([subpath], index) => `export * as entry${index} from '${name}${subpath.slice(1)}';`).join('\n')}`;
    const compilerOptions = { ...OPTIONS, module, exactOptionalPropertyTypes: true, skipLibCheck: false };
    const host = ts.createCompilerHost(compilerOptions);
    const readOnce: typeof host.getSourceFile = (path, language) => {
      const key = JSON.stringify([path, language]);
      if (!read.has(key)) {
        read.set(key, host.getSourceFile(path, language));
      }
      return read.get(key);
    };
    const program = ts.createProgram([file], compilerOptions, {
      ...host,
      fileExists: (path) => path === file || host.fileExists(path),
      getSourceFile: (path, language) =>
        path === file ? ts.createSourceFile(path, source, language) : readOnce(path, language),
    });
    // Some of what others declare does not compile so, and is none of this package's business.
    const own = program
      .getSourceFiles()
      .filter(({ fileName }) => fileName === file || fileName.includes(`/${LIBRARY}/`));
    const problems = own.flatMap((each) => ts.getPreEmitDiagnostics(program, each));
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
    expect(own.filter(({ fileName }) => fileName.includes(`/${LIBRARY}/dist/`)).length).toBeGreaterThan(50);
  });
});
