import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatEther, parseEther } from "viem";
import {
  createFromPreview,
  type GasSnapshot,
  methodologyHash,
  methodologyText,
  type PreviewIndexReturnType,
  parseWeightsCsv,
  previewIndex,
  templateMethodology,
} from "../../../sdk/src/index.ts";
import { contractOf } from "./dao.ts";
import { authorize, perform, stock } from "./holders.ts";
import type { ProductIndex } from "./products.ts";
import type { Demo } from "./scene.ts";
import { usd } from "./table.ts";

const NAME = "Steady Five";
const SYMBOL = "STDY";
/** {%} of the largest coins, largest first; the rest is in USDC. */
const PARTS = [16, 12, 7, 5];
const STABLE_PART = 60;
const SEED = parseEther("10000"); // D18{USD}
/** {bps} a year, and of every mint. */
const FEES = { streamingBps: 50, mintBps: 5 };
const SNAPSHOT = new URL("../../../snapshots/gas.json", import.meta.url);

/** An account without any role makes an index from a table of token and weight: looks at what it costs, then creates it. */
export async function createCustomIndex(demo: Demo): Promise<ProductIndex> {
  const { cast, chain, deployment, market, screen } = demo;
  const { name: who, address: account } = cast.author;
  const { contracts, external } = deployment;
  const table = writeTable(demo);
  const { rows } = parseWeightsCsv(readFileSync(table, "utf8"), deployment);
  const weights = rows.map(({ name, weightBps }) => ({ symbol: name, weightBps }));
  const stables = [market.usdc.symbol];
  const document = templateMethodology({
    template: "fixed",
    name: NAME,
    symbol: SYMBOL,
    weights,
    stables,
    tier: "conservative",
    fees: FEES,
  });
  const hash = methodologyHash(document);
  writeFileSync(join(demo.options.out, "steady-five.json"), `${methodologyText(document)}\n`);
  screen.say(`${who}, without any role, writes ${table}: ${weights.map(words).join(", ")}`);

  const preview = await previewIndex(chain.client, {
    factory: contracts.IndexFactory,
    lens: contracts.IndexLens,
    registry: contractOf(demo, "AssetRegistry"),
    native: external.weth,
    name: NAME,
    symbol: SYMBOL,
    weights: rows,
    seedUsd: SEED,
    streamingBps: FEES.streamingBps,
    mintFeeBps: FEES.mintBps,
    document,
    measured: JSON.parse(readFileSync(SNAPSHOT, "utf8")) as GasSnapshot,
    account,
  });
  for (const line of previewLines(preview)) screen.say(line);
  await stock(demo, account, contracts.IndexFactory, preview.creation.seed);
  const action = createFromPreview(chain.client, preview);
  await authorize(demo, account, action);
  const { vault } = await action.simulate();
  const { gasUsed } = await perform(demo, account, action.buildTx(), `create an index of ${rows.length}`);
  screen.say(`${NAME}: ${vault}, ${gasUsed} gas; the hash of its methodology is on chain, ${hash.slice(0, 18)}...`);

  const assets = preview.tokens.map(({ token }) => {
    const asset = market.byToken.get(token.toLowerCase());
    if (asset === undefined) throw new Error(`${token} is not of this market`);
    return asset;
  });
  return { name: NAME, symbol: SYMBOL, vault, assets };
}

/** The table as anybody would write it in a spreadsheet. */
function writeTable({ market, options }: Demo): string {
  const coins = market.assets.filter(({ stable }) => !stable).slice(0, PARTS.length);
  const lines = coins.map(({ symbol }, index) => `${symbol},${PARTS[index]}%`);
  const path = join(options.out, "steady-five.csv");
  mkdirSync(options.out, { recursive: true });
  writeFileSync(path, `${["token,weight", ...lines, `${market.usdc.symbol},${STABLE_PART}%`].join("\n")}\n`);
  return path;
}

function words({ symbol, weightBps }: { symbol: string; weightBps: number }): string {
  return `${symbol} ${weightBps / 100}%`;
}

/** What it costs, before anything is sent. */
function previewLines({ gas, fees, value, shares, missing, aboveCap, unpriced }: PreviewIndexReturnType): string[] {
  const dollars = (wei: bigint): string => usd(Number(formatEther(wei)), 2);
  const cost = gas.costUsd === undefined ? "" : ` = ${dollars(gas.costUsd)}`;
  const total = gas.creation === undefined ? "gas unknown" : `about ${gas.creation.toLocaleString("en-US")} gas${cost}`;
  return [
    `preview: ${dollars(value)} of tokens for ${formatEther(shares)} shares; creation ${total}`,
    `preview: fees ${dollars(fees.yearlyUsd)} a year, ${dollars(fees.protocolUsd)} of it to the protocol; ` +
      `${fees.mintFeeBps / 100}% of what is minted`,
    `preview: ${missing.length} tokens still to be bought, ${unpriced.length} without a price, ${aboveCap.length} above their cap`,
  ];
}
