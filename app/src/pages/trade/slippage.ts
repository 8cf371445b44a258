import { parseAmount } from "../../amounts.ts";

/** {bps} to choose from. */
export const SLIPPAGES = [10, 50, 100] as const;
/** {bps} unless somebody chooses. */
export const DEFAULT_SLIPPAGE = 50;
/** {bps} beyond which a limit protects nobody. */
const MOST = 1_000;

/** {bps} of a percentage with two decimals. */
export function readSlippage(text: string): { raw?: number; fault?: string } {
  const { raw, fault } = parseAmount(text, 2, "A percentage");
  if (fault !== undefined) return { fault };
  if (raw === undefined) return {};
  if (raw > BigInt(MOST)) return { fault: "At most 10%." };
  return { raw: Number(raw) };
}
