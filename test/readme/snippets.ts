/** A piece of code of a page with what is said about it. */
export interface Snippet {
  /** From the comment before it. */
  readonly name: string;
  readonly language: string;
  readonly code: string;
  /** The `text` block that follows, if one does: what it prints. */
  readonly output: string | undefined;
}

const SNIPPET = /<!-- example: ([a-z-]+) -->\n\n```(\w+)\n([\s\S]*?)```/g;
const OUTPUT = /^\n(?:(?!```|<!--)[\s\S])*?```text\n([\s\S]*?)```/;

/** The named examples of a Markdown text. */
export function snippetsOf(markdown: string): Snippet[] {
  return [...markdown.matchAll(SNIPPET)].map((match) => {
    const [whole, name = '', language = '', code = ''] = match;
    const output = OUTPUT.exec(markdown.slice(match.index + whole.length))?.[1];
    return { name, language, code, output };
  });
}

/** The files of this repository that a Markdown text shows. */
export function shownFilesOf(markdown: string): { path: string; code: string }[] {
  return [...markdown.matchAll(/<!-- file: (\S+) -->\n\n```\w+\n([\s\S]*?)```/g)].map(([, path = '', code = '']) => ({
    path,
    code,
  }));
}

/** Every block of code in a language, named or not. */
export function blocksOf(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, code = '']) => code,
  );
}

/** The rows of the table whose header starts with `column`, as lists of cells. */
export function tableOf(markdown: string, column: string): string[][] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => new RegExp(`^\\| ${column} +\\|`).test(line));
  const rows: string[][] = [];
  for (let index = start + 2; lines[index]?.startsWith('|') === true; index += 1) {
    const line = lines[index] ?? '';
    rows.push(
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  }
  return rows;
}
