import type { ComponentChildren } from 'preact';

interface ChoiceProps {
  readonly label: string;
  /** Shown above what is chosen, where that does not say by itself what it is about. */
  readonly caption?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: ComponentChildren;
}

/** A select that is as wide as what is chosen. Its name is read out; it is seen in the caption, or in the first option. */
export function Choice({ label, caption, value, onChange, children }: ChoiceProps) {
  return (
    <span class={`choice${value === '' ? '' : ' chosen'}${caption === undefined ? '' : ' captioned'}`}>
      {caption === undefined ? null : (
        <span class="caption" aria-hidden="true">
          {caption}
        </span>
      )}
      <select aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {children}
      </select>
    </span>
  );
}
