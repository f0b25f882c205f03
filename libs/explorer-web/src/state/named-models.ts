import { effect } from '@preact/signals';
import type { FoundModelAnswer } from '../api/answers.types.js';
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

async function ask(search: string, signal: AbortSignal): Promise<void> {
  const path = `models?${new URLSearchParams({ search })}`;
  // That it cannot be asked is no worse than that it finds nothing.
  const answer = await getJson<readonly FoundModelAnswer[]>(path, signal).catch(() => []);
  if (!signal.aborted) {
    named.value = { search, modelIds: new Set(answer.map(({ modelId }) => modelId)) };
  }
}
