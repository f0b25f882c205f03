import { effect } from '@preact/signals';
import { readLink, settings } from './store.js';
import { formatLink, type ViewSettings } from './view-settings.js';

/** Keeps the address and what is shown the same: what is seen can be sent as a link, and survives a reload. */
export function followLink(): void {
  readLink(location.hash);
  window.addEventListener('hashchange', () => readLink(location.hash));
  let opened = '';
  effect(() => {
    const link = formatLink(settings.value);
    if (link === location.hash.slice(1)) {
      opened = openedIn(settings.value);
      return;
    }
    const url = link === '' ? location.pathname + location.search : `#${link}`;
    // What was opened can be left with the browser's own way back; a filter is no place to go back to.
    if (openedIn(settings.value) === opened) {
      history.replaceState(null, '', url);
    } else {
      opened = openedIn(settings.value);
      history.pushState(null, '', url);
    }
  });
  window.addEventListener('popstate', () => readLink(location.hash));
}

function openedIn({ panel, model, region, ask }: ViewSettings): string {
  return panel === 'cell' ? `${model} ${region}` : panel === 'routes' ? `${panel} ${ask['model']}` : panel;
}
