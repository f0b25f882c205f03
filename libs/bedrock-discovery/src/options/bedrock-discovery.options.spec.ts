import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { type BedrockDiscoveryOptions, OPTIONS } from './bedrock-discovery.options.js';
import { Option } from './option.js';
import { NAMED_OPTIONS, resolveOptions } from './resolve-options.js';

/** What an editor shows where an option is written. */
interface Shown {
  readonly type: string;
  readonly documentation: string;
  /** The text behind `@default`. */
  readonly default: string | undefined;
}

const FILE = fileURLToPath(new URL('./bedrock-discovery.options.ts', import.meta.url));

const SECTIONS = new Set(Object.entries(OPTIONS).flatMap(([name, entry]) => (entry instanceof Option ? [] : [name])));

/** Every member of the public interface, by the name that leads to it. */
function shownOptions(): Map<string, Shown> {
  const program = ts.createProgram([FILE], {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    types: ['node'],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(FILE);
  const options = source?.statements.find(
    (node) => ts.isInterfaceDeclaration(node) && node.name.text === 'BedrockDiscoveryOptions',
  );
  const shown = new Map<string, Shown>();
  const visit = (type: ts.Type, prefix: string): void => {
    for (const symbol of type.getProperties()) {
      const name = `${prefix}${symbol.name}`;
      const member = checker.getNonNullableType(checker.getTypeOfSymbol(symbol));
      if (SECTIONS.has(name)) {
        visit(member, `${name}.`);
      } else {
        const tag = symbol.getJsDocTags(checker).find((each) => each.name === 'default');
        shown.set(name, {
          type: checker.typeToString(member),
          documentation: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
          default: tag && ts.displayPartsToString(tag.text),
        });
      }
    }
  };
  if (options !== undefined) {
    visit(checker.getTypeAtLocation(options), '');
  }
  return shown;
}

describe('the public interface of the options', () => {
  let shown: Map<string, Shown>;

  beforeAll(() => {
    shown = shownOptions();
  });

  it('has every option that is accepted, and no other', () => {
    expect([...shown.keys()].sort()).toEqual(NAMED_OPTIONS.map(([name]) => name).sort());
  });

  it.each(NAMED_OPTIONS)('shows for %s in an editor what it means, and its default', (name, option) => {
    const fallback = option.resolve(undefined);
    const told = shown.get(name);
    expect(told?.documentation).toMatch(/\w{3,}.*\.$/s);
    if (name === 'cache.directory') {
      expect(told?.default).toBe("the platform's cache folder");
    } else if (fallback === undefined) {
      expect(told?.default ?? 'the rule of others').toMatch(/^(the|by) /);
    } else {
      const literal = typeof fallback === 'string' ? `'${fallback}'` : JSON.stringify(fallback);
      expect(told?.default?.replace(/ \(.*\)$/, '')).toBe(literal);
    }
  });

  it('shows the values of an option, not how they are checked', () => {
    expect(shown.get('scan.onBootstrap')?.type).toBe('"background" | "await" | "off"');
    expect(shown.get('regions')?.type).toBe('"auto" | readonly RegionName[]');
    expect(shown.get('client.maxAttempts')?.type).toBe('number');
    expect(shown.get('cache.directory')?.type).toBe('string | false');
  });

  it('has defaults that are accepted themselves, and are resolved to themselves', () => {
    const { accountId: _accountId, ...resolved } = resolveOptions();
    expect(resolveOptions(resolved as BedrockDiscoveryOptions)).toEqual({ accountId: undefined, ...resolved });
  });
});
