import type { Matrix, MatrixModel } from './api/matrix.types.js';
import { type Arrangement, arrange, countRegions, hasEnded, isLegacyModel } from './matrix/arrange.js';
import { describeCell } from './matrix/describe-cell.js';
import { groupOf } from './matrix/geographies.js';
import { DEFAULTS } from './state/view-settings.js';

/** As many as a high screen shows. */
const ROWS = 40;

/**
 * The matrix as it is first seen, as HTML: what the application sends with the page, so that it is drawn before there is a
 * script. It can be looked at and no more; the page puts itself in its place as soon as it has the matrix.
 *
 * @returns nothing where no model is known
 */
export function previewOf(matrix: Matrix): string {
  if (matrix.models.length === 0) {
    return '';
  }
  const arrangement = arrange(matrix, DEFAULTS, () => undefined);
  const rows = arrangement.rows.slice(0, ROWS).map((model) => rowOf(matrix, model, arrangement));
  return `<div class="app with-dock preview" inert aria-hidden="true">
<header class="top"><h1 class="brand">Bedrock Explorer</h1></header>
<div class="main"><div class="toolbar"></div><div class="frame"><div class="scroller"><div class="grid">
<div class="header">${cornerOf(matrix, arrangement)}${headsOf(matrix, arrangement)}</div>
<div class="body">${rows.join('\n')}</div>
</div></div></div></div>
<div class="dock-tabs"></div><div class="dock"></div>
</div>`;
}

function cornerOf({ models }: Matrix, { rows }: Arrangement): string {
  return (
    '<div class="corner"><span class="corner-title">Model</span>' +
    `<span class="corner-count">${rows.length} of ${models.length}</span><span class="corner-hint">regions</span></div>`
  );
}

function headsOf({ regions }: Matrix, { columns, starts }: Arrangement): string {
  const heads = columns.map((column, position) => {
    const region = regions[column]?.region ?? '';
    const group = starts.has(position) ? `<span class="group">${escaped(groupOf(region).short)}</span>` : '';
    return (
      `<div class="region-head${starts.has(position) ? ' starts' : ''}">${group}` +
      `<span class="region-name">${escaped(region)}</span><span class="measured"></span></div>`
    );
  });
  return heads.join('');
}

function rowOf(matrix: Matrix, model: MatrixModel, { columns, starts }: Arrangement): string {
  const cells = columns.map((column, position) => {
    const { classes, text } = describeCell(matrix, model, column);
    const shown = text === '' ? '' : ` data-text="${escaped(text)}"`;
    return `<div class="cell ${classes}${starts.has(position) ? ' starts' : ''}"${shown}></div>`;
  });
  const count = countRegions(matrix, model, columns);
  const head = `<span class="name">${escaped(model.name)}</span><span class="id">${escaped(model.id)}</span>${tagOf(model)}`;
  return `<div class="row"><div class="head">${head}<span class="count">${count}</span></div>${cells.join('')}</div>`;
}

function tagOf(model: MatrixModel): string {
  const life = hasEnded(model) ? 'ended' : isLegacyModel(model) ? 'legacy' : undefined;
  return life === undefined ? '' : `<span class="tag ${life}">${life === 'ended' ? 'E' : 'L'}</span>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
