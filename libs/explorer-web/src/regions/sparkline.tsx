interface SparklineProps {
  /** Oldest first. */
  readonly points: readonly number[];
  readonly width: number;
  readonly height: number;
}

const MARGIN = 1.5;

/** The course of a latency: where the line is high, it was slow. */
export function Sparkline({ points, width, height }: SparklineProps) {
  const [low, high] = [Math.min(...points), Math.max(...points)];
  // A steady latency is a flat line in the middle, and its noise is not blown up.
  const span = Math.max(high - low, high * 0.2, 1);
  const middle = (low + high) / 2;
  const x = (index: number): number =>
    points.length === 1 ? width - MARGIN : MARGIN + (index / (points.length - 1)) * (width - 2 * MARGIN);
  const y = (value: number): number => height / 2 - ((value - middle) / span) * (height - 2 * MARGIN);
  const line = points.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`);
  const last = points.at(-1);
  return (
    <svg class="sparkline" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {points.length > 1 ? <polyline points={line.join(' ')} /> : null}
      {last === undefined ? null : <circle cx={x(points.length - 1)} cy={y(last)} r={1.4} />}
    </svg>
  );
}
