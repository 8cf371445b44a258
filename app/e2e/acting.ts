import { assetRegistryAbi, getRequirements, type PreparedAction } from "@gimbal/sdk";
import type { Page } from "playwright-core";
import { type Address, encodeFunctionData, erc20Abi, type Hex, parseAbi, parseEther } from "viem";
import type { World } from "./world.ts";

const feedAbi = parseAbi([
  "function aggregator() view returns (address)",
  "function owner() view returns (address)",
  "function latestAnswer() view returns (int256)",
  "function publish(int256 answer, uint256 updatedAt) returns (uint256)",
]);

/** {wei} with which nobody runs out of gas. */
const GAS_MONEY = parseEther("100");

interface Call {
  readonly to: Address;
  readonly data: Hex;
  readonly value?: bigint;
}

/** Sends a call as anybody: the node of a local chain lets one. */
export async function sendAs(world: World, from: Address, call: Call, what: string): Promise<void> {
  const { client } = world.chain;
  await client.request({ method: "hardhat_impersonateAccount", params: [from] } as never);
  if ((await client.getBalance({ address: from })) < GAS_MONEY) await world.giveEther(from, GAS_MONEY);
  await world.chain.send({ from, ...call }, what);
}

/** Does an action of the SDK as anybody, with the approvals that it needs. */
export async function actAs(world: World, from: Address, action: PreparedAction<unknown>, what: string): Promise<void> {
  for (const requirement of await getRequirements(world.chain.client, action, from)) {
    if (requirement.kind !== "approval") throw new Error(`${what} needs a signature`);
    await sendAs(world, from, requirement.tx, `approving for ${what}`);
  }
  await sendAs(world, from, action.buildTx(), what);
}

/** {raw tokens} */
export function balanceOf({ chain }: World, token: Address, owner: Address): Promise<bigint> {
  return chain.client.readContract({ address: token, abi: erc20Abi, functionName: "balanceOf", args: [owner] });
}

/** Moves tokens that somebody has. */
export function pay(world: World, token: Address, from: Address, to: Address, amount: bigint): Promise<void> {
  const data = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [to, amount] });
  return sendAs(world, from, { to: token, data }, "paying");
}

/** All feeds say again what they said: after a jump in time a price would be too old to count. */
export async function refreshPrices(world: World): Promise<void> {
  const { client } = world.chain;
  const { contracts, tokens } = world.deployment;
  for (const { address } of Object.values(tokens)) {
    const { feed } = await client.readContract({
      ...{ address: contracts.AssetRegistry, abi: assetRegistryAbi, functionName: "assetConfig", args: [address] },
    });
    const aggregator = await client.readContract({ address: feed, abi: feedAbi, functionName: "aggregator" });
    const at = { address: aggregator, abi: feedAbi } as const;
    const owner = await client.readContract({ ...at, functionName: "owner" });
    const answer = await client.readContract({ ...at, functionName: "latestAnswer" });
    const data = encodeFunctionData({ abi: feedAbi, functionName: "publish", args: [answer, 0n] });
    await sendAs(world, owner, { to: aggregator, data }, "publishing a price");
  }
}

/** Passes time with prices that stay of now. {s} */
export async function passUntil(world: World, moment: number): Promise<void> {
  await world.chain.advanceTo(moment);
  await refreshPrices(world);
}

/** The exact figure that stands behind a short one in the row of a table that begins with these words. */
export async function exactInRow(page: Page, row: string): Promise<string> {
  const figure = page.getByRole("row", { name: new RegExp(`^${row}\\b`) }).locator("td [title]");
  return (await figure.first().getAttribute("title")) ?? "";
}
