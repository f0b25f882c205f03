import { createHash } from 'node:crypto';

/** Applied in this order. */
const STYLES = ['tokens.css', 'shell.css', 'matrix.css', 'dock.css', 'phone.css'];

export interface PageParts {
  /** Folder of the files, relative to the page and with a `/` at the end, so that the page works below any path. */
  readonly base: string;
  /** Path by the name that the page's modules import. */
  readonly modules: Readonly<Record<string, string>>;
  /** Modules of the page itself. */
  readonly scripts: readonly string[];
}

export interface PageDocument {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

export function pageDocument({ base, modules, scripts }: PageParts): PageDocument {
  const imports = Object.fromEntries(Object.entries(modules).map(([name, path]) => [name, `./${base}${path}`]));
  const importMap = JSON.stringify({ imports });
  const preloads = [...Object.values(modules), ...scripts.filter((path) => path !== 'page/main.js')];
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Bedrock Explorer</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="description" content="Where, and under which id, each Amazon Bedrock model can be invoked">
<meta name="color-scheme" content="dark light">
<meta name="theme-color" content="#0b1017" media="(prefers-color-scheme: dark)">
<meta name="theme-color" content="#f4f6f9" media="(prefers-color-scheme: light)">
<link rel="icon" type="image/svg+xml" href="${base}styles/icon.svg">
${STYLES.map((name) => `<link rel="stylesheet" href="${base}styles/${name}">`).join('\n')}
<script type="importmap">${importMap}</script>
${preloads.map((path) => `<link rel="modulepreload" href="${base}${path}">`).join('\n')}
<script type="module" src="${base}page/main.js"></script>
</head>
<body>
<div id="app"><p class="boot" role="status">Bedrock Explorer is loading…</p></div>
<noscript><p class="boot">This page needs JavaScript. The same data is at <a href="endpoints">/endpoints</a> as JSON.</p></noscript>
</body>
</html>
`;
  return { html, contentSecurityPolicy: contentSecurityPolicy(importMap) };
}

/** Everything comes from the application itself; the import map, which has to stand in the page, is known by its hash. */
function contentSecurityPolicy(importMap: string): string {
  const hash = createHash('sha256').update(importMap).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
