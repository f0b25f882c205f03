import type { ComponentChildren } from 'preact';

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: ComponentChildren;
}

/** A select whose name is read out and not shown: its first option says what it is about. */
export function Choice({ label, value, onChange, children }: ChoiceProps) {
  return (
    <span class={value === '' ? 'choice' : 'choice chosen'}>
      <select aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {children}
      </select>
    </span>
  );
}
