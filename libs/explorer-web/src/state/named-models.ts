import { effect } from '@preact/signals';
import type { FoundModelAnswer, ListAnswer } from '../api/answers.types.js';
import { getJson } from '../api/http.js';
import { searching } from '../matrix/arrange.js';
import { matrix, named, settings } from './store.js';

/** Long enough for the next key. */
const PAUSE_MS = 200;

/** Where no row has the words of the search, the application may know what it names: a profile, an ARN, a name in short. */
export function followSearch(): void {
  effect(() => {
    const { search } = settings.value;
    const found = searching(search);
    if (matrix.value === undefined || search.trim() === '' || matrix.value.models.some(found)) {
      return undefined;
    }
    const controller = new AbortController();
    const timer = window.setTimeout(() => void ask(search, controller.signal), PAUSE_MS);
    return () => {
      window.clearTimeout(timer);
      controller.abort();
    };
  });
}

const NOTHING = { items: [] };

async function ask(search: string, signal: AbortSignal): Promise<void> {
  const path = `models?${new URLSearchParams({ search, limit: '1000' })}`;
  // That it cannot be asked is no worse than that it finds nothing.
  const { items } = await getJson<ListAnswer<FoundModelAnswer>>(path, signal).catch(() => NOTHING);
  if (!signal.aborted) {
    named.value = { search, modelIds: new Set(items.map(({ modelId }) => modelId)) };
  }
}
