// node scripts/picture-command-line.mjs
// Runs the built command line in a pseudo-terminal over the embedded simulator and takes a picture of what it shows:
// docs/images/command-line.png. Needs `script` of util-linux and a Chromium.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser, launchBrowser } from './browser.mjs';

const COLUMNS = 108;
const COMMANDS = [
  'route claude-opus-4-7 --residency eu --simulator',
  'where nova-lite --region eu-north-1,ca-central-1,ap-northeast-1 --simulator',
  'models claude --retiring 90 --simulator',
];

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'libs/bedrock-discovery-cli/bin/bedrock-discovery.js');
const PICTURE = join(ROOT, 'docs/images/command-line.png');

/** What the command line uses of the codes of a terminal. */
const STYLES = { 1: 'font-weight: bold', 2: 'opacity: 0.65', 31: 'color: #ff8272', 32: 'color: #8fd97f' };
Object.assign(STYLES, { 33: 'color: #f2cc60', 36: 'color: #7fd7e8' });
const ESCAPE = String.fromCharCode(27);

const cache = mkdtempSync(join(tmpdir(), 'bedrock-discovery-picture-'));
try {
  // The first run fills the cache, so that no progress is in the picture.
  run('refresh --simulator');
  const screens = COMMANDS.map((command) => `${prompt(command)}\n${toHtml(run(command))}`);
  await takePicture(page(screens.join('\n')));
  process.stdout.write(`${PICTURE}\n`);
} finally {
  rmSync(cache, { recursive: true });
}

function run(command) {
  const line = `stty cols ${COLUMNS} rows 50 && exec '${process.execPath}' '${BIN}' ${command}`;
  const env = { ...process.env, BEDROCK_DISCOVERY_CACHE_DIRECTORY: cache, TERM: 'xterm-256color' };
  delete env.NO_COLOR;
  const { stdout, status } = spawnSync('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) {
    throw new Error(`bedrock-discovery ${command} ended with ${status}: ${stdout}`);
  }
  return stdout.replaceAll('\r\n', '\n');
}

function prompt(command) {
  return `<span style="color: #8fd97f">$</span> <b>bedrock-discovery ${escapeHtml(command)}</b>`;
}

/** Each code opens a span, and each code that ends one closes it: the command line never nests them. */
function toHtml(output) {
  return output
    .split(new RegExp(String.raw`${ESCAPE}\[(\d+)m`))
    .map((part, index) => {
      if (index % 2 === 0) {
        return escapeHtml(part);
      }
      return part in STYLES ? `<span style="${STYLES[part]}">` : '</span>';
    })
    .join('');
}

function escapeHtml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function page(content) {
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: transparent; }
    pre { display: inline-block; margin: 0; padding: 18px 22px; border-radius: 10px; background: #16181d; color: #e4e6eb;
      font: 14px/1.45 'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace; }
  </style><pre>${content}</pre>`;
}

async function takePicture(html) {
  const executable = findBrowser();
  if (executable === undefined) {
    throw new Error('No Chromium was found: install one, or name it in CHROMIUM_PATH.');
  }
  const browser = await launchBrowser(executable);
  try {
    const tab = await browser.newPage({ deviceScaleFactor: 2, viewport: { width: 1400, height: 900 } });
    await tab.setContent(html);
    mkdirSync(dirname(PICTURE), { recursive: true });
    await tab.locator('pre').screenshot({ path: PICTURE, omitBackground: true });
  } finally {
    await browser.close();
  }
}
