import { formatUnits } from "viem";

const CENT = 10n ** 16n;

/** D18{USD} for a person: cents, rounded down; less than a cent as such. */
export function dollars(usd: bigint): string {
  if (usd > 0n && usd < CENT) return "<$0.01";
  const sign = usd < 0n ? "-" : "";
  const cents = (usd < 0n ? -usd : usd) / CENT;
  return `${sign}$${(cents / 100n).toLocaleString("en-US")}.${String(cents % 100n).padStart(2, "0")}`;
}

/** {raw cash} as dollars. */
export function cash(amount: bigint, decimals: number): string {
  return dollars(amount * 10n ** BigInt(18 - decimals));
}

/** {raw cash} with its sign, so that too much and too little are told apart at a glance. */
export function signedCash(amount: bigint, decimals: number): string {
  return amount > 0n ? `+${cash(amount, decimals)}` : cash(amount, decimals);
}

export function percent(bps: number): string {
  return `${(bps / 100).toFixed(2)}%`;
}

export function signedPercent(bps: number): string {
  return bps > 0 ? `+${percent(bps)}` : percent(bps);
}

/** A token amount with at most six significant decimals. */
export function tokens(amount: bigint, decimals: number): string {
  const [whole = "0", fraction = ""] = formatUnits(amount, decimals).split(".");
  const lead = /^0*/.exec(fraction)?.[0].length ?? 0;
  const kept = fraction.slice(0, whole === "0" ? lead + 6 : 6).replace(/0+$/, "");
  return `${BigInt(whole).toLocaleString("en-US")}${kept === "" ? "" : `.${kept}`}`;
}
