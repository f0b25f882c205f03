import { VERDICT_WORDS, VIA_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import { settings } from '../state/store.js';

interface Meaning {
  readonly classes: string;
  readonly text?: string;
  readonly meaning: string;
  /** In a sentence, for those who see it for the first time. */
  readonly about: string;
}

export const MARKS: readonly Meaning[] = [
  { classes: 'od', meaning: VIA_WORDS['on-demand'], about: 'It runs in this region, by its own id.' },
  {
    classes: 'ge',
    text: 'eu',
    meaning: 'profile of a geography',
    about: 'It is called by a profile whose calls are served within these letters.',
  },
  { classes: 'gl', meaning: 'global profile', about: 'It is called by a profile whose calls are served anywhere.' },
  { classes: 'lv', meaning: 'may leave', about: 'It is offered, but not within where data is to stay.' },
  { classes: 'ap', meaning: VIA_WORDS['application-profile'], about: 'The account has a profile of its own for it.' },
  {
    classes: 'ow',
    meaning: 'by ARN, or bedrock-mantle',
    about: 'The account owns it, or another endpoint takes its calls.',
  },
  { classes: 'li', meaning: 'listed, not invocable', about: 'The region lists it, and no way to call it is open.' },
  { classes: 'od lg', meaning: 'legacy', about: 'It can be called, and its life ends: see Retiring.' },
  { classes: 'od en', meaning: VERDICT_WORDS.END_OF_LIFE, about: 'Calls fail.' },
  { classes: 'od ob', meaning: 'terms to accept', about: 'A first call accepts the terms of the provider.' },
  { classes: 'od dn', meaning: VERDICT_WORDS.ACCESS_DENIED, about: 'AWS says that the account must not call it.' },
  { classes: 'od st', meaning: 'stale', about: 'From before the region failed to answer.' },
  { classes: 'uk', meaning: 'failed: unknown', about: 'The region could not be read: see Regions.' },
  { classes: 'pd', meaning: 'not answered yet', about: 'The region is being asked.' },
  { classes: 'no', meaning: VERDICT_WORDS.NOT_OFFERED, about: 'The region does not have it.' },
];

/** Of the numbers that can stand in the place of the ways. */
const NUMBERS: Readonly<Record<'ways' | 'price' | 'quota', readonly Meaning[]>> = {
  ways: [],
  price: [
    {
      classes: 'nu',
      text: '3\n15',
      meaning: 'price of a million tokens, in above out',
      about: 'Of the cheapest way, in USD unless the cell says otherwise.',
    },
    {
      classes: 'nu an',
      text: '3\n15',
      meaning: 'the same, and calls may be served anywhere',
      about: 'The cheapest way is a global profile.',
    },
    { classes: 'nn', meaning: 'not known', about: 'No table has a price.' },
  ],
  quota: [
    { classes: 'nu', text: '2M', meaning: 'tokens a minute', about: 'The most that any of the ways allows.' },
    { classes: 'nn', meaning: 'not known', about: 'Nobody has said what the quota is.' },
  ],
};

/** What the marks in the cells mean, in few words; a title says more. */
export function Legend() {
  const { cells } = settings.value;
  return (
    <ul class="legend" aria-label="Legend">
      {[...NUMBERS[cells], ...MARKS].map(({ meaning, about, ...mark }) => (
        <li key={meaning} title={about}>
          <Mark {...mark} />
          {meaning}
        </li>
      ))}
    </ul>
  );
}

export function Mark({ classes, text }: Pick<Meaning, 'classes' | 'text'>) {
  return <span class={`cell ${classes}`} data-text={text} aria-hidden="true" />;
}
