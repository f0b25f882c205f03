import { createHash } from 'node:crypto';

export interface PageParts {
  /** Folder of the files, relative to the page and with a `/` at the end, so that the page works below any path. */
  readonly base: string;
  /** They stand in the page, so that nothing has to be asked for before it is drawn. */
  readonly styles: string;
  /** HTML of what is first seen; empty where nothing is known. */
  readonly preview: string;
}

export interface PageDocument {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

/** What has to be known before anything is drawn: the theme that was chosen, and whether a link says what is shown. */
const BEFORE_ANYTHING = `const { dataset, classList } = document.documentElement;
try {
  const theme = localStorage.getItem('bedrock-explorer.theme');
  if (theme === 'dark' || theme === 'light') dataset.theme = theme;
} catch {}
if (location.hash.length > 1) classList.add('linked');`;

const LOADING = '<p class="boot" role="status">Bedrock Explorer is loading…</p>';

export function pageDocument({ base, styles, preview }: PageParts): PageDocument {
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
<script>${BEFORE_ANYTHING}</script>
<script type="module" src="${base}page.js"></script>
<link rel="icon" type="image/svg+xml" href="${base}icon.svg">
<style>${styles}</style>
</head>
<body>
<div id="app">${preview === '' ? LOADING : preview}</div>
<noscript><p class="boot">This page needs JavaScript. The same data is at <a href="endpoints">/endpoints</a> as JSON.</p></noscript>
</body>
</html>
`;
  return { html, contentSecurityPolicy: contentSecurityPolicy(styles) };
}

/** Everything comes from the application itself; what stands in the page is known by its hash. */
function contentSecurityPolicy(styles: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' '${hashOf(BEFORE_ANYTHING)}'`,
    `style-src '${hashOf(styles)}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
