import type { Address } from "viem";
import { formatUnits } from "viem";

/** How values are written in sentences. `symbolOf` turns token addresses into names when the caller knows them. */
export type Wording = {
  token: (address: Address) => string;
};

export function toWording(symbolOf?: (address: Address) => string | undefined): Wording {
  return { token: (address) => symbolOf?.(address) ?? address };
}

type Whole = bigint | number;

/** 1234 bps as "12.34%". */
export function percent(bps: Whole): string {
  return `${formatUnits(BigInt(bps), 2)}%`;
}

/** D18{1} as a percentage. */
export function share(fraction: bigint): string {
  return percent(fraction / 10n ** 14n);
}

/** Unix seconds as "2026-01-31 12:00 UTC". */
export function time(seconds: Whole): string {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime())
    ? `second ${seconds}`
    : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** D27{USD/tok} as "$1.2345", to six significant places behind the point. */
export function usdPrice(price: bigint): string {
  return `$${formatUnits(price / 10n ** 18n, 9)}`;
}

/** D18{USD} as "$12.34". */
export function usd(value: bigint): string {
  return `$${formatUnits(value / 10n ** 16n, 2)}`;
}
