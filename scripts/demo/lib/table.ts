/** Rows of text in columns as wide as they need to be; the first row is the heading. Columns of words stand left. */
export function formatTable(rows: readonly (readonly string[])[], words: readonly number[] = [0]): string[] {
  const [heading = []] = rows;
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return words.includes(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd(),
  );
  return [lines[0] ?? "", widths.map((width) => "-".repeat(width)).join("  "), ...lines.slice(1)];
}

export function usd(value: number, digits = 0): string {
  return `$${value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

export function percent(part: number, digits = 1): string {
  return `${(part * 100).toFixed(digits)}%`;
}
