const MARKS = [
  ['od', '', 'on demand'],
  ['ge', 'eu', 'profile of a geography'],
  ['gl', '', 'global profile'],
  ['ap', '', 'application profile'],
  ['li', '', 'listed, not invocable'],
  ['od lg', '', 'legacy'],
  ['od ob', '', 'terms to accept'],
  ['od dn', '', 'access denied'],
  ['od st', '', 'stale'],
  ['uk', '', 'failed: unknown'],
  ['pd', '', 'not answered yet'],
  ['no', '', 'not offered'],
] as const;

/** What the marks in the cells mean. */
export function Legend() {
  return (
    <ul class="legend" aria-label="Legend">
      {MARKS.map(([classes, text, meaning]) => (
        <li key={meaning}>
          <span class={`cell ${classes}`} data-text={text === '' ? undefined : text} aria-hidden="true" />
          {meaning}
        </li>
      ))}
    </ul>
  );
}
