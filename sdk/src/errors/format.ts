import { type Address, formatUnits } from "viem";

/** What the caller knows about a token. */
export type TokenWords = { symbol: string; decimals: number };

/** How tokens and their amounts are written in sentences. */
export type Wording = {
  token: (address: Address) => string;
  /** "1.5 WETH", or the raw amount when the token is not known. */
  amount: (raw: bigint, address: Address) => string;
};

export function toWording(tokenOf?: (address: Address) => TokenWords | undefined): Wording {
  return {
    token: (address) => tokenOf?.(address)?.symbol ?? address,
    amount: (raw, address) => {
      const known = tokenOf?.(address);
      return known ? `${formatUnits(raw, known.decimals)} ${known.symbol}` : `${raw} units of ${address}`;
    },
  };
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

/** D27{USD/tok} as "$1,234.56", to six significant digits. */
export function usdPrice(price: bigint): string {
  return `$${Number(formatUnits(price, 27)).toLocaleString("en-US", { maximumSignificantDigits: 6 })}`;
}

/** D18{USD} as "$12.34". */
export function usd(value: bigint): string {
  return `$${formatUnits(value / 10n ** 16n, 2)}`;
}
