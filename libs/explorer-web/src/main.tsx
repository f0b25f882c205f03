import { render } from 'preact';
import { App } from './shell/app.js';
import { followLink } from './state/link.js';
import { followSearch } from './state/named-models.js';
import { followTheme } from './state/theme.js';
import { followUpdates } from './state/updates.js';

const root = document.querySelector('#app');
if (root === null) {
  throw new Error('The page has no place for the application.');
}
followTheme();
followLink();
followSearch();
// Asked before anything is drawn.
void followUpdates();
root.replaceChildren();
render(<App />, root);
