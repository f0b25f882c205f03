/** Milliseconds as people say them. */
export function milliseconds(value: number | undefined): string {
  return value === undefined ? '' : `${Math.round(value)} ms`;
}

/** Milliseconds for machines, as exactly as they mean anything. */
export function tenths(value: number | undefined): string {
  return value === undefined ? '' : `${Math.round(value * 10) / 10}`;
}

const UNITS: readonly (readonly [ms: number, unit: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** An age in its largest unit that is full. */
export function age(ms: number | undefined): string {
  if (ms === undefined) {
    return '';
  }
  const [size, unit] = UNITS.find(([each]) => ms >= each) ?? [1_000, 's'];
  return `${Math.floor(ms / size)} ${unit}`;
}

/** The day of an ISO 8601 time. */
export function day(time: string | undefined): string {
  return time?.slice(0, 10) ?? '';
}

export function list(values: readonly string[]): string {
  return values.join(', ');
}

/** For values that a machine reads: region names and ids hold no space. */
export function spaced(values: readonly string[]): string {
  return values.join(' ');
}

export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
