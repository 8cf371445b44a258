import { NATIVE } from "@gimbal/sdk";
import type { Address } from "viem";
import type { NetworkSettings } from "../settings.ts";

/** A token that people pay or are paid with. */
export interface PayToken {
  /** `NATIVE` for Ether. */
  readonly address: Address;
  readonly symbol: string;
  readonly decimals: number;
}

export const ETHER: PayToken = { address: NATIVE, symbol: "ETH", decimals: 18 };

/** Tokens of the network: dollars first, then Ether, the others by name. */
export function payTokens({ deployment }: Pick<NetworkSettings, "deployment">): readonly PayToken[] {
  const listed = Object.entries(deployment.tokens).map(([symbol, { address, decimals }]) => ({
    ...{ address, symbol, decimals },
  }));
  const dollars = listed.filter(({ symbol }) => symbol === "USDC");
  const others = listed.filter(({ symbol }) => symbol !== "USDC");
  return [...dollars, ETHER, ...others.toSorted((a, b) => a.symbol.localeCompare(b.symbol))];
}
