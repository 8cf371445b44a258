import { type Address, parseAbi, type TransactionReceipt } from "viem";
import type { PreparedAction, Requirement, Tx, ZapPermit } from "../../../sdk/src/index.ts";
import { venueOf } from "./market.ts";
import { approve, give } from "./pools.ts";
import type { Demo, DemoIndex, GasBook } from "./scene.ts";

const tokenAbi = parseAbi(["function balanceOf(address owner) view returns (uint256)"]);

/** Balances of one account in many tokens, read in one call. */
export async function balancesOf(
  { chain, deployment }: Demo,
  owner: Address,
  tokens: readonly Address[],
): Promise<bigint[]> {
  return chain.client.multicall({
    contracts: tokens.map((address) => ({ address, abi: tokenAbi, functionName: "balanceOf", args: [owner] }) as const),
    allowFailure: false,
    multicallAddress: deployment.external.multicall3,
    batchSize: 0,
  });
}

/** Gives an account what a deposit in kind takes, and lets the vault take it. */
export async function stock(
  demo: Demo,
  owner: Address,
  spender: Address,
  amounts: readonly { token: Address; amount: bigint }[],
): Promise<void> {
  const venue = venueOf(demo);
  for (const { token, amount } of amounts) {
    if (amount === 0n) continue;
    await give(venue, token, owner, amount);
    await approve(venue, token, owner, spender);
  }
}

/** Sends a transaction of the SDK from a normal account and notes its gas. */
export async function perform(
  demo: Demo,
  from: Address,
  { to, data, value }: Tx,
  kind: string,
): Promise<TransactionReceipt> {
  const receipt = await demo.chain.send({ from, to, data, value }, kind);
  noteGas(demo, kind, receipt.gasUsed);
  return receipt;
}

/** As {perform}, for what stakers and voters do; their gas is kept apart. */
export async function act(
  demo: Demo,
  from: Address,
  { to, data, value }: Tx,
  kind: string,
): Promise<TransactionReceipt> {
  const receipt = await demo.chain.send({ from, to, data, value }, kind);
  addGas(demo.dao.gas, kind, receipt.gasUsed);
  return receipt;
}

export function noteGas({ gas }: Demo, kind: string, used: bigint): void {
  addGas(gas, kind, used);
}

function addGas(gas: GasBook, kind: string, used: bigint): void {
  const known = gas.get(kind) ?? { count: 0, total: 0n, largest: 0n };
  gas.set(kind, {
    count: known.count + 1,
    total: known.total + used,
    largest: used > known.largest ? used : known.largest,
  });
}

/** Fulfils what an action of the SDK still needs: approvals are sent, Permit2 messages are signed by the account. */
export async function authorize(
  demo: Demo,
  owner: Address,
  action: { getRequirements: PreparedAction<unknown, ZapPermit>["getRequirements"] },
): Promise<ZapPermit | undefined> {
  let permit: ZapPermit | undefined;
  for (const requirement of await action.getRequirements()) {
    if (requirement.kind === "approval") await perform(demo, owner, requirement.tx, "approve");
    else permit = await sign(demo, owner, requirement);
  }
  return permit;
}

async function sign(demo: Demo, owner: Address, requirement: Requirement): Promise<ZapPermit> {
  const { client } = demo.chain;
  if (requirement.kind === "permit2") {
    return requirement.toPermit(await client.signTypedData({ account: owner, ...requirement.typedData }));
  }
  if (requirement.kind === "permit") {
    return requirement.toPermit(await client.signTypedData({ account: owner, ...requirement.typedData }));
  }
  throw new Error(`nobody signs a ${requirement.kind} here`);
}

/** {share wei} that cost about `usd` now. */
export function sharesFor(usd: number, navPerShare: number): bigint {
  return BigInt(Math.round((usd / navPerShare) * 1e6)) * 10n ** 12n;
}

/** Shares of an account. */
export async function sharesOf({ chain }: Demo, { vault }: DemoIndex, owner: Address): Promise<bigint> {
  return chain.client.readContract({ address: vault, abi: tokenAbi, functionName: "balanceOf", args: [owner] });
}
