import { signal } from '@preact/signals';

const query = matchMedia('(min-width: 1200px)');

/** Whether there is room for a panel beside the matrix. */
export const isWide = signal(query.matches);
query.addEventListener('change', ({ matches }) => (isWide.value = matches));
