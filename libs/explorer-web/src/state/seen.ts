import { computed, signal } from '@preact/signals';
import { changes } from './store.js';

const KEY = 'bedrock-explorer.seen';

/** Id of the newest change that was in view, here or at an earlier visit. */
const seen = signal<string | undefined>(remembered());

/** Changes that were noticed since they were looked at. */
export const unseen = computed(() => {
  const last = seen.value ?? '';
  const subjects = (changes.value ?? []).flatMap((day) => day.subjects);
  return subjects.flatMap((subject) => subject.changes).filter(({ id }) => id > last).length;
});

/** @param id of the newest change in view */
export function markSeen(id: string | undefined): void {
  if (id === undefined) {
    return;
  }
  seen.value = id;
  try {
    localStorage.setItem(KEY, id);
  } catch {
    // Storage may be forbidden: then it holds until the page is left.
  }
}

function remembered(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}
