import type { Terms } from "../../data/index/terms.ts";

const HOUR = 3_600;
const DAY = 86_400;

/** {s} in words. */
export function lengthOf(seconds: number): string {
  const [value, word] = seconds < 2 * DAY ? [seconds / HOUR, "hour"] : [seconds / DAY, "day"];
  const shown = Number(value.toFixed(1));
  return `${shown} ${word}${shown === 1 ? "" : "s"}`;
}

type TokenHealth = Terms["health"]["tokens"][number];

/** Why a token is not traded or worth less than it seems. Several can hold at once. */
export function faultsOf(token: TokenHealth): readonly string[] {
  const { priced, listed, frozen, offPeg, nearMinimum, readable, shortfall } = token;
  return [
    ...(listed ? [] : ["no longer listed, it is not traded"]),
    ...(frozen ? ["stopped by the guardian or the DAO, it is not traded"] : []),
    ...(priced || frozen || !listed ? [] : ["its price is not trusted now, it is not traded"]),
    ...(offPeg ? ["away from one dollar"] : []),
    ...(nearMinimum ? ["its price is near the least that the feed can tell"] : []),
    ...(readable ? [] : ["its balance cannot be read"]),
    ...(shortfall > 0n ? ["the vault holds less of it than the shares stand for"] : []),
  ];
}
