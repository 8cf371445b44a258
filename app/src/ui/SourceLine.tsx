import type { Sourced } from "../data/sourced.ts";
import { time } from "../format.ts";

/** Where figures are from and when they held, and what is missing. */
export function SourceLine({
  source,
  asOf,
  missing = [],
}: Pick<Sourced<unknown>, "source" | "asOf"> & Partial<Pick<Sourced<unknown>, "missing">>) {
  return (
    <p className="mt-3 text-xs text-muted">
      From the {source === "api" ? "API" : "chain"}, {time(asOf).exact}
      {missing.length > 0 && `. Not known without the API: ${missing.join(", ")}`}
    </p>
  );
}
