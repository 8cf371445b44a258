/** {px} of its own grid; it is drawn as large as it has room. */
const [WIDTH, HEIGHT, MARGIN] = [96, 28, 2];

/** How something went, without axes. `label` says it in words. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || 1;
  const line = values
    .map((value, i) => {
      const x = (i / (values.length - 1)) * WIDTH;
      const y = MARGIN + (1 - (value - low) / span) * (HEIGHT - 2 * MARGIN);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");
  const hasRisen = (values.at(-1) ?? 0) >= (values[0] ?? 0);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="inline-block h-7 w-24" role="img" aria-label={label}>
      <title>{label}</title>
      <polyline
        points={line}
        fill="none"
        stroke={hasRisen ? "var(--gain)" : "var(--loss)"}
        strokeWidth="1.5"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
