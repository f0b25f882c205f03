import { VERDICT_WORDS, VIA_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import { settings } from '../state/store.js';

const MARKS = [
  ['od', '', VIA_WORDS['on-demand']],
  ['ge', 'eu', 'profile of a geography'],
  ['gl', '', 'global profile'],
  ['ap', '', VIA_WORDS['application-profile']],
  ['ow', '', 'by ARN, or bedrock-mantle'],
  ['li', '', 'listed, not invocable'],
  ['od lg', '', 'legacy'],
  ['od en', '', VERDICT_WORDS.END_OF_LIFE],
  ['od ob', '', 'terms to accept'],
  ['od dn', '', VERDICT_WORDS.ACCESS_DENIED],
  ['od st', '', 'stale'],
  ['uk', '', 'failed: unknown'],
  ['pd', '', 'not answered yet'],
  ['no', '', VERDICT_WORDS.NOT_OFFERED],
] as const;

/** Of the numbers that can stand in the place of the ways. */
const NUMBERS = {
  ways: [],
  price: [
    ['nu', '3\n15', 'price of a million tokens, in above out'],
    ['nu an', '3\n15', 'the same, and calls may be served anywhere'],
    ['nn', '', 'not known'],
  ],
  quota: [
    ['nu', '2M', 'tokens a minute'],
    ['nn', '', 'not known'],
  ],
} as const;

/** What the marks in the cells mean. */
export function Legend() {
  const { cells } = settings.value;
  return (
    <ul class="legend" aria-label="Legend">
      {[...NUMBERS[cells], ...MARKS].map(([classes, text, meaning]) => (
        <li key={meaning}>
          <span class={`cell ${classes}`} data-text={text === '' ? undefined : text} aria-hidden="true" />
          {meaning}
        </li>
      ))}
    </ul>
  );
}
