import type { ScoreTiers } from "@gimbal/sdk";
import { parseAmount } from "../amounts.ts";
import type { FormReader } from "./reader.ts";

const TIERS = 10;
const COLUMNS = 7;

/** The ten tiers from lines of seven figures apart by semicolons. */
export function readTiers(read: FormReader): ScoreTiers {
  const lines = read
    .text("tiers")
    .split("\n")
    .filter((line) => line.trim() !== "");
  if (lines.length !== TIERS) read.fail("tiers", `There must be ${TIERS} lines, not ${lines.length}.`);
  const tiers = lines.map((line, i) => {
    const cells = line.split(";");
    const figure = (at: number, decimals: number) => {
      const { raw: found } = parseAmount(cells[at] ?? "", decimals);
      if (found === undefined || cells.length !== COLUMNS) {
        read.fail("tiers", `Line ${i + 1} must have ${COLUMNS} figures, apart by semicolons.`);
      }
      return found ?? 0n;
    };
    return {
      ...{ minScore: figure(0, 18), feeDiscountBps: Number(figure(1, 2)), apiDiscountBps: Number(figure(2, 2)) },
      ...{ proposalsPerMonth: Number(figure(3, 0)), saleCapUsd: Number(figure(4, 0)) },
      ...{ saleOpensAfter: Number(figure(5, 0)), launchMultiplierBps: Number(figure(6, 2)) },
    };
  });
  return tiers as unknown as ScoreTiers;
}
