import { ALIASES } from "../../../keeper/src/sentiment/aliases.ts";

/** Words that are written otherwise than with one capital each. */
const WRITTEN: Readonly<Record<string, string>> = {
  "1inch": "1inch",
  ai: "AI",
  aave: "Aave",
  api: "API",
  bnb: "BNB",
  btc: "BTC",
  dao: "DAO",
  dydx: "dYdX",
  eos: "EOS",
  gmx: "GMX",
  id: "ID",
  iota: "IOTA",
  iost: "IOST",
  makerdao: "MakerDAO",
  nem: "NEM",
  of: "of",
  okb: "OKB",
  sv: "SV",
  terrausd: "TerraUSD",
  thorchain: "THORChain",
  trueusd: "TrueUSD",
  tron: "TRON",
  uma: "UMA",
  usd: "USD",
  xdc: "XDC",
  zksync: "zkSync",
};

const NAMES: ReadonlyMap<string, string> = new Map(
  ALIASES.flatMap(({ asset, names, capitalNames }) => {
    const name = names[0] ?? capitalNames[0];
    return name === undefined ? [] : [[asset, written(name)] as const];
  }),
);

/** The name by which headlines call an asset, such as "Bitcoin"; null: the stored inputs know it by its symbol alone. */
export function nameOf(asset: string): string | null {
  return NAMES.get(asset) ?? null;
}

/** The symbol that a token is traded as: what the data tells apart by an ending is called the same. */
export function symbolOf(asset: string): string {
  return asset.replace(/_OLD$/, "");
}

function written(name: string): string {
  return name
    .split(" ")
    .map((word) => WRITTEN[word] ?? word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(" ");
}
