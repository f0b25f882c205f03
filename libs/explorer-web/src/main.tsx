import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './shell/app.js';
import { followLink } from './state/link.js';
import { followSearch } from './state/named-models.js';
import { matrix, trouble } from './state/store.js';
import { followTheme } from './state/theme.js';
import { followUpdates } from './state/updates.js';

const root = document.querySelector('#app');
if (root === null) {
  throw new Error('The page has no place for the application.');
}

function draw(place: Element): void {
  place.replaceChildren();
  render(<App />, place);
}

const isPreview = root.querySelector('.preview') !== null && location.hash.length <= 1;
followTheme();
followLink();
followSearch();
// Asked before anything is drawn.
void followUpdates();
if (isPreview) {
  // It stays until there is as much to show.
  const stop = effect(() => {
    if (matrix.value !== undefined || trouble.value !== undefined) {
      queueMicrotask(() => {
        stop();
        draw(root);
      });
    }
  });
} else {
  draw(root);
}
