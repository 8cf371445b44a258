// The app's own charts with five years of invented days, for the benchmark alone: no build of the app has this page in it.
import "../../src/styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { SERIES } from "../../src/charts/palette.ts";
import { StackedArea } from "../../src/charts/StackedArea.tsx";
import { stackOf } from "../../src/charts/stack.ts";
import { TimeChart } from "../../src/charts/TimeChart.tsx";
import { inventBars, inventLine, inventWeights } from "./invented.ts";

const dollars = (value: number) => `$${value.toFixed(2)}`;
const lines = [
  { kind: "line", name: "Index", token: "--accent", points: inventLine(1) },
  { kind: "line", name: "Benchmark", token: "--series-2", points: inventLine(2) },
] as const;
const candles = [{ kind: "candles", name: "Index", points: inventBars(1) }] as const;
const stack = stackOf(inventWeights(3), SERIES.length);

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <section id="lines">
      <TimeChart label="Price beside a benchmark" series={lines} format={dollars} />
    </section>
    <section id="candles">
      <TimeChart label="Price as candles" series={candles} format={dollars} />
    </section>
    <section id="weights">
      <StackedArea label="Weights" stack={stack} nameOf={(id) => id} />
    </section>
  </StrictMode>,
);
