// npm run market-maker -- [--rpc http://127.0.0.1:8545] [--deployment deployments/31337.json] [--account 9] [--in-kind]
//                         [--margin 5] [--every 12] [--once]
// Watches the batches of every index and fills them when the curve pays more than it costs. Makes shares by one large zap
// from cash, or with --in-kind from tokens that the account has. A local node signs for its account with that number; with
// MARKET_MAKER_KEY in the environment that key signs.
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Address, createClient, formatUnits, type Hex, http, isHex, zeroAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { getAddresses, readContract } from "viem/actions";
import {
  type AnyClient,
  BaseError,
  batchDepositorAbi,
  batchFactoryAbi,
  type Deployment,
  DeploymentInvalidError,
  getIndices,
  parseDeployment,
} from "../sdk/src/index.ts";
import { type Maker, type Outcome, serveBatch } from "./market-maker/serve.ts";
import { kindSource, zapSource } from "./market-maker/source.ts";

const CASH_DECIMALS = 6;

const { values } = parseArgs({
  options: {
    rpc: { type: "string", default: "http://127.0.0.1:8545" },
    deployment: { type: "string", default: "deployments/31337.json" },
    account: { type: "string", default: "9" },
    margin: { type: "string", default: "5" },
    every: { type: "string", default: "12" },
    "in-kind": { type: "boolean", default: false },
    once: { type: "boolean", default: false },
  },
});

/** A whole number of an option. */
function whole(name: "account" | "margin" | "every"): number {
  const text = values[name];
  if (!/^\d{1,6}$/.test(text)) throw new BaseError(`--${name} must be a whole number, not ${text}.`);
  return Number(text);
}

async function openClient(): Promise<{ client: AnyClient; account: Address }> {
  const transport = http(values.rpc);
  const key = process.env.MARKET_MAKER_KEY;
  if (key !== undefined && !(isHex(key) && key.length === 66)) {
    throw new BaseError("MARKET_MAKER_KEY must be a private key: 0x and 64 digits.");
  }
  if (key !== undefined) {
    const signer = privateKeyToAccount(key as Hex);
    return { client: createClient({ account: signer, transport }), account: signer.address };
  }
  const accounts = await getAddresses(createClient({ transport }));
  const account = accounts[whole("account")];
  if (account === undefined) throw new BaseError(`The node signs for ${accounts.length} accounts. Choose --account.`);
  return { client: createClient({ account, transport }), account };
}

/** A maker for every index that has a batch depositor. */
async function makersOf(client: AnyClient, account: Address, { contracts, external }: Deployment): Promise<Maker[]> {
  const batchFactory = contracts.BatchFactory;
  if (batchFactory === undefined) throw new DeploymentInvalidError("contracts.BatchFactory", "is missing");
  const { indices } = await getIndices(client, { factory: contracts.IndexFactory });
  const { uniswapV3Factory, quoterV2, weth } = external;
  const registry = contracts.AssetRegistry;
  const makers = await Promise.all(
    indices.map(async (vault): Promise<Maker | undefined> => {
      const at = { address: batchFactory, abi: batchFactoryAbi, functionName: "depositorOf" } as const;
      const depositor = await readContract(client, { ...at, args: [vault] });
      if (depositor === zeroAddress) return undefined;
      const cash = await readContract(client, { address: depositor, abi: batchDepositorAbi, functionName: "asset" });
      const venue = { uniswapV3Factory, quoterV2, weth, via: [weth, cash] };
      const source = values["in-kind"]
        ? kindSource(client, { vault, cash, registry })
        : zapSource(client, { vault, cash, zap: contracts.Zap, venue });
      const marginBps = BigInt(whole("margin"));
      return { client, account, depositor, cash, registry, weth, source, marginBps };
    }),
  );
  return makers.filter((maker) => maker !== undefined);
}

const dollars = (cash: bigint): string => `$${formatUnits(cash, CASH_DECIMALS)}`;

/** One line for what happened at one batch depositor. */
function tell(depositor: Address, outcome: Outcome): string {
  if (outcome.kind === "closed") return `${depositor}: between two windows`;
  const head = `${depositor}, batch ${outcome.batch}`;
  if (outcome.kind === "idle") return `${head}: nothing to exchange`;
  if (outcome.kind === "refused") return `${head}: ${outcome.reason}`;
  if (outcome.kind === "waiting") return `${head}: ${outcome.side} would bring ${dollars(outcome.gain)}, waiting`;
  const { side, shares, assets, gain } = outcome;
  return `${head}: filled ${side}, ${formatUnits(shares, 18)} shares for ${dollars(assets)}, gain ${dollars(gain)}`;
}

async function main(): Promise<void> {
  const deployment = parseDeployment(JSON.parse(readFileSync(values.deployment, "utf8")));
  const { client, account } = await openClient();
  for (const seconds = whole("every"); ; await wait(seconds * 1_000)) {
    for (const maker of await makersOf(client, account, deployment)) {
      for (const outcome of await serveBatch(maker)) console.log(tell(maker.depositor, outcome));
    }
    if (values.once) return;
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
