// Creates an index on a local chain, buys shares of it in kind, reads what they are worth, and redeems them.
//
//   npx hardhat node                             (one terminal)
//   npm run deploy -- --network localhost        (another one)
//   node examples/holder.ts
import { readFileSync } from "node:fs";
import {
  type AnyClient,
  BaseError,
  createIndex,
  getNav,
  mint,
  type PreparedAction,
  parseDeployment,
  redeem,
  send,
  toStreamingRate,
} from "@gimbal/sdk";
import { type Address, createClient, formatEther, http, parseAbi, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { waitForTransactionReceipt, writeContract } from "viem/actions";
import { hardhat } from "viem/chains";

export type Stage = { factory: Address; lens: Address; usdc: Address; other: Address };

const DAY = 86_400;
const LIMITS = {
  turnoverBps: 2_500,
  lossBps: 50,
  deriskLossBps: 50,
  maxWeightChangeBps: 2_000,
  riskDelay: DAY,
  basketDelay: 3 * DAY,
  curveLength: 3_600,
  cooldown: 6 * DAY,
  deriskPeriod: 28 * DAY,
};

/** Sends the approvals that an action still needs, then the action itself. */
async function run<T>(client: AnyClient, action: PreparedAction<T>): Promise<T> {
  for (const requirement of await action.getRequirements()) {
    if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
  }
  const result = await action.simulate();
  await send(client, { tx: action.buildTx() });
  return result;
}

/** Local tokens are free. */
async function takeTokens(client: AnyClient, account: Address, tokens: readonly Address[]): Promise<void> {
  const abi = parseAbi(["function mint(address receiver, uint256 amount)"]);
  for (const address of tokens) {
    const args = [account, parseEther("1000000")] as const;
    const request = { address, abi, functionName: "mint", args, account: client.account ?? account } as const;
    const hash = await writeContract(client, { ...request, chain: client.chain });
    await waitForTransactionReceipt(client, { hash });
  }
}

/** The life of a holder: in, look, out. Returns what is left at the end. */
export async function tour(
  client: AnyClient,
  account: Address,
  stage: Stage,
): Promise<{ vault: Address; worth: bigint }> {
  const { factory, lens, usdc, other } = stage;
  await takeTokens(client, account, [usdc, other]);

  const creation = createIndex(client, {
    factory,
    name: "Two tokens",
    symbol: "TWO",
    seed: [
      { token: usdc, amount: 1_000_000_000n },
      { token: other, amount: parseEther("100") },
    ],
    shares: parseEther("100"),
    limits: LIMITS,
    destinations: [{ token: usdc, splitBps: 10_000 }],
    fees: { streamingRate: toStreamingRate(50), mintFeeBps: 10, recipient: account },
    signers: [account],
    threshold: 1,
  });
  const { vault } = await run(client, creation);
  await run(client, await mint(client, { vault, shares: parseEther("5") }));
  const { perShare } = await getNav(client, { lens, vault });
  const { deferred } = await run(client, await redeem(client, { vault, shares: parseEther("2") }));
  console.log(`${vault}: $${formatEther(perShare)} a share, ${deferred.length} legs deferred`);
  return { vault, worth: perShare };
}

/** The first account of every Hardhat node: worthless anywhere else. */
const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

async function main(): Promise<void> {
  const account = privateKeyToAccount(KEY);
  const client: AnyClient = createClient({ account, chain: hardhat, transport: http(), pollingInterval: 50 });
  const file = new URL(`../deployments/${hardhat.id}.json`, import.meta.url);
  const { contracts, tokens } = parseDeployment(JSON.parse(readFileSync(file, "utf8")));
  const { USDC, LINK } = tokens;
  if (USDC === undefined || LINK === undefined) throw new Error("this example needs USDC and LINK");
  const stage = { factory: contracts.IndexFactory, lens: contracts.IndexLens, usdc: USDC.address, other: LINK.address };
  await tour(client, account.address, stage);
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof BaseError ? error.shortMessage : error);
    process.exitCode = 1;
  });
}
