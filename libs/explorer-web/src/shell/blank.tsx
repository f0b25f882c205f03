import type { ComponentChildren } from 'preact';

interface BlankProps {
  readonly title: string;
  readonly text: string;
  readonly tone?: 'calm' | 'failed';
  readonly children?: ComponentChildren;
}

/** Stands where there is nothing to show, and says why. */
export function Blank({ title, text, tone = 'calm', children }: BlankProps) {
  return (
    <div class={`blank ${tone}`} role={tone === 'failed' ? 'alert' : undefined}>
      <strong>{title}</strong>
      <p>{text}</p>
      {children}
    </div>
  );
}
