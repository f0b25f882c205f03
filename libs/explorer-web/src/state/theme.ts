import { effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'dark' | 'light';
const ORDER: readonly Theme[] = ['auto', 'dark', 'light'];
const KEY = 'bedrock-explorer.theme';

export const theme = signal<Theme>(remembered());

/** Sets the theme on the document before anything is drawn, and whenever it is changed. */
export function followTheme(): void {
  effect(() => {
    const chosen = theme.value;
    if (chosen === 'auto') {
      delete document.documentElement.dataset['theme'];
    } else {
      document.documentElement.dataset['theme'] = chosen;
    }
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // Storage may be forbidden: then it holds until the page is left.
    }
  });
}

export function nextTheme(): void {
  theme.value = ORDER[(ORDER.indexOf(theme.value) + 1) % ORDER.length] ?? 'auto';
}

function remembered(): Theme {
  try {
    return ORDER.find((value) => value === localStorage.getItem(KEY)) ?? 'auto';
  } catch {
    return 'auto';
  }
}
