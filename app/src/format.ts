import { formatUnits } from "viem";

/** What stands for a figure that is not known. Never 0: a made-up zero is a lie. */
export const UNKNOWN = "–";

/** A figure as it is shown: short, and exact for whoever points at it. */
export interface Shown {
  readonly short: string;
  readonly exact: string;
}

const unknown: Shown = { short: UNKNOWN, exact: "not known" };
const plain = (most: number, least = 0) =>
  new Intl.NumberFormat("en-US", { maximumFractionDigits: most, minimumFractionDigits: least });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 });
const COMPACT_FROM = 100_000;

/** {raw} with its decimals, as text without loss. Rounds towards zero when `most` digits are not enough: never in favour of who reads. */
export function exactAmount(raw: bigint, decimals: number, most = decimals): string {
  const [whole = "0", fraction = ""] = formatUnits(raw, decimals).split(".");
  const grouped = BigInt(whole).toLocaleString("en-US");
  const sign = whole === "-0" ? "-" : "";
  const kept = fraction.slice(0, most).replace(/0+$/, "");
  return kept === "" ? `${sign}${grouped}` : `${sign}${grouped}.${kept}`;
}

/** An amount of a token with its unit. */
export function amount(raw: bigint | null | undefined, decimals: number, unit: string, most = 4): Shown {
  if (raw === null || raw === undefined) return unknown;
  const value = Number(formatUnits(raw, decimals));
  const exact = `${exactAmount(raw, decimals)} ${unit}`;
  if (raw !== 0n && Math.abs(value) < 10 ** -most)
    return { short: `< ${plain(most).format(10 ** -most)} ${unit}`, exact };
  const short = Math.abs(value) >= COMPACT_FROM ? compact.format(value) : exactAmount(raw, decimals, most);
  return { short: `${short} ${unit}`, exact };
}

/** US dollars. Two digits, more below a dollar. */
export function usd(value: number | null | undefined): Shown {
  if (value === null || value === undefined || !Number.isFinite(value)) return unknown;
  const sign = value < 0 ? "-" : "";
  const size = Math.abs(value);
  const digits = size >= 1 || size === 0 ? plain(2, 2).format(size) : plain(6, 2).format(size);
  const short = size >= COMPACT_FROM ? compact.format(size) : digits;
  return { short: `${sign}$${short}`, exact: `${sign}$${plain(8, 2).format(size)}` };
}

/** D18{USD} as US dollars. */
export function usd18(raw: bigint | null | undefined): Shown {
  return raw === null || raw === undefined ? unknown : usd(Number(formatUnits(raw, 18)));
}

/** {bps} as a percentage. */
export function percent(bps: number | null | undefined, digits = 2): Shown {
  if (bps === null || bps === undefined || !Number.isFinite(bps)) return unknown;
  return { short: `${plain(digits, Math.min(digits, 2)).format(bps / 100)}%`, exact: `${plain(4).format(bps / 100)}%` };
}

/** {bps} of a change, with its sign. */
export function change(bps: number | null | undefined, digits = 2): Shown {
  const shown = percent(bps, digits);
  return bps !== null && bps !== undefined && bps > 0 ? { short: `+${shown.short}`, exact: `+${shown.exact}` } : shown;
}

const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
const date = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

/** {s since 1970} as a moment in UTC. */
export function time(seconds: number | bigint | null | undefined): Shown {
  if (seconds === null || seconds === undefined) return unknown;
  const at = new Date(Number(seconds) * 1_000);
  return { short: date.format(at), exact: `${moment.format(at)} UTC` };
}

/** How far a moment is from another one, in words. {s} */
export function ago(seconds: number, now: number): string {
  const gap = Math.round(now - seconds);
  const [size, ahead] = [Math.abs(gap), gap < 0];
  const [value, word] =
    size < 90
      ? [size, "second"]
      : size < 5_400
        ? [Math.round(size / 60), "minute"]
        : size < 129_600
          ? [Math.round(size / 3_600), "hour"]
          : [Math.round(size / 86_400), "day"];
  const words = `${value} ${word}${value === 1 ? "" : "s"}`;
  return ahead ? `in ${words}` : `${words} ago`;
}

/** 0x1234…abcd */
export function shortAddress(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}
