// npm run methodologies: puts a market on a fresh local chain and creates the vault of each methodology.
import { join } from "node:path";
import { parseArgs } from "node:util";
import hre from "hardhat";
import { type Address, getAddress } from "viem";
import { findDataFolder, openCsvFolder } from "../keeper/src/data/csvFolder.ts";
import { readMethodologies } from "../keeper/src/data/methodologyFolder.ts";
import { dayFromIso, firstKnown } from "../keeper/src/data/time.ts";
import type { RpcProvider } from "./lib/ignition.ts";
import { localJournal } from "./lib/local.ts";
import { namedSimulation } from "./lib/localMarket.ts";
import { deployMethodologies } from "./lib/methodologies.ts";
import { marketAt } from "./lib/startWeights.ts";

const USAGE =
  "npm run methodologies -- [--only top-5,rsi] [--data <folder>] [--date 2021-09-15] [--network localhost] [--signer 0x...]";

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function readOptions() {
  const options = {
    network: { type: "string", default: "localhost" },
    only: { type: "string" },
    data: { type: "string" },
    date: { type: "string", default: "2021-09-15" },
    signer: { type: "string", multiple: true },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${USAGE}`, { cause: error });
  }
}

async function main(): Promise<void> {
  const values = readOptions();
  const day = dayFromIso(values.date);
  if (Number.isNaN(day)) throw new Error("--date is a day such as 2021-09-15");
  const all = [...readMethodologies().values()];
  const asked = values.only?.split(",") ?? all.map(({ id }) => id);
  const unknown = asked.filter((name) => !all.some(({ id }) => id === name));
  if (unknown.length > 0) {
    throw new Error(`no such methodology: ${unknown.join(", ")}. There are: ${all.map(({ id }) => id).join(", ")}`);
  }
  // Real prices only when a folder is named; what is invented says so.
  const folder = values.data === undefined ? undefined : findDataFolder(values.data, undefined);
  if (values.data !== undefined && folder === undefined) throw new Error(`no market data in ${values.data}`);
  const source = folder === undefined ? namedSimulation() : await openCsvFolder(folder);
  console.log(`Prices of ${values.date}: ${source.info.label}.`);

  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const { provider } = await hre.network.create(values.network);
  const made = await deployMethodologies(hre, provider, {
    documents: all.filter(({ id }) => asked.includes(id)).map(({ document }) => document),
    market: await marketAt(source, firstKnown(day)),
    journal: await localJournal(hre, provider),
    book: join(hre.config.paths.root, "deployments", "31337.json"),
    signers: await signersOf(provider, values.signer),
  });
  for (const { document, vault, tokens, stableBps } of made.indices) {
    const stable = `${(stableBps / 100).toFixed(1)}% in stables`;
    console.log(`${document.name.padEnd(26)} ${vault}  ${String(tokens).padStart(3)} tokens, ${stable}`);
  }
  for (const { document, reason } of made.skipped) console.log(`${document.name.padEnd(26)} not created: ${reason}`);
}

async function signersOf(provider: RpcProvider, named?: readonly string[]): Promise<readonly Address[]> {
  if (named !== undefined) return named.map((account) => getAddress(account));
  const [account] = (await provider.request({ method: "eth_accounts" })) as Address[];
  if (account === undefined) throw new Error("the local chain has no unlocked account: name a --signer");
  return [getAddress(account)];
}
