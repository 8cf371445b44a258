import { type Address, encodeFunctionData, type Log, parseEventLogs } from "viem";
import {
  type CompoundModeName,
  claimRevenue,
  collectFees,
  compound,
  compounderAbi,
  distributeRevenue,
  feeSplitterAbi,
  getClaimable,
  indexVaultAbi,
  revenueDistributorAbi,
  setClaimer,
  setPolicy,
  toCompoundMode,
} from "../../../sdk/src/index.ts";
import { contractOf, type Member, type RevenueLine, rewardTokens, symbolOf } from "./dao.ts";
import { act } from "./holders.ts";
import type { Demo, DemoIndex } from "./scene.ts";

/** {bps} below the pools' mean price at which a member still lets its revenue be sold. */
const SLIPPAGE = 300;

/** The book of one token. */
export function lineOf(demo: Demo, token: string): RevenueLine {
  const key = token.toLowerCase();
  const known = demo.dao.revenue.get(key);
  if (known !== undefined) return known;
  const amounts = { stakers: 0n, buyback: 0n, burned: 0n, treasury: 0n, keepers: 0n, royalty: 0n, creator: 0n };
  const line = { ...symbolOf(demo, token), ...amounts, usd: { protocol: 0, royalty: 0, creator: 0 } };
  demo.dao.revenue.set(key, line);
  return line;
}

/** Has all vaults hand their fees out, and the protocol's part split. */
export async function collectAll(demo: Demo): Promise<void> {
  const { chain, cast, indices } = demo;
  const splitter = contractOf(demo, "FeeSplitter");
  const vaults = indices.map(({ vault }) => vault);
  const action = collectFees(chain.client, { splitter, vaults, account: cast.keeper });
  const kind = `collect and split the fees of ${vaults.length} vaults`;
  const { logs } = await act(demo, cast.keeper, action.buildTx(), kind);

  const failed = parseEventLogs({ abi: feeSplitterAbi, eventName: "CollectionFailed", logs });
  if (failed.length > 0) throw new Error(`${failed.length} vaults did not hand their fees out`);
  for (const index of indices) noteFees(demo, index, logs);
  noteSplits(demo, logs);
}

/** Splits what lies in the splitter of one token; nothing when it is empty. */
export async function distributeToken(demo: Demo, token: Address): Promise<void> {
  const { chain, cast } = demo;
  const splitter = contractOf(demo, "FeeSplitter");
  const action = distributeRevenue(chain.client, { splitter, token, account: cast.keeper });
  const { logs } = await act(demo, cast.keeper, action.buildTx(), "split a token's revenue");
  noteSplits(demo, logs);
}

/** What a vault's fees went to, also in dollars of that day. */
export function noteFees(demo: Demo, index: DemoIndex, logs: readonly Log[]): void {
  const own = logs.filter(({ address }) => address.toLowerCase() === index.vault.toLowerCase());
  const nav = index.history.at(-1)?.nav ?? 0;
  const dollars = (shares: bigint): number => (Number(shares) / 1e18) * nav;
  for (const { args } of parseEventLogs({ abi: indexVaultAbi, eventName: "FeesDistributed", logs: [...own] })) {
    const line = lineOf(demo, index.vault);
    line.royalty += args.royaltyShares;
    line.creator += args.creatorShares;
    line.usd.protocol += dollars(args.daoShares);
    line.usd.royalty += dollars(args.royaltyShares);
    line.usd.creator += dollars(args.creatorShares);
    index.feeSplits.push({ week: index.feeSplits.length + 1, ...args });
  }
}

function noteSplits(demo: Demo, logs: readonly Log[]): void {
  for (const { args } of parseEventLogs({ abi: feeSplitterAbi, eventName: "Distributed", logs: [...logs] })) {
    const line = lineOf(demo, args.token);
    for (const part of ["stakers", "buyback", "burned", "treasury", "keepers"] as const) line[part] += args.parts[part];
  }
}

/** Shares the pots of the week that is over. Claims would do it too; a keeper makes the week's figures public. */
export async function finalizeAll(demo: Demo): Promise<void> {
  const { chain, cast } = demo;
  const distributor = contractOf(demo, "RevenueDistributor");
  const at = { address: distributor, abi: revenueDistributorAbi } as const;
  for (const token of rewardTokens(demo)) {
    const { amount } = await chain.client.readContract({ ...at, functionName: "potOf", args: [token] });
    if (amount === 0n) continue;
    const data = encodeFunctionData({ abi: revenueDistributorAbi, functionName: "finalize", args: [token] });
    await act(demo, cast.keeper, { to: distributor, data, value: 0n }, "share out a week's pot");
  }
}

/** Pays a member all that is claimable, to its own account. */
export async function claimAll(demo: Demo, member: Member): Promise<void> {
  const { client } = demo.chain;
  const distributor = contractOf(demo, "RevenueDistributor");
  const account = member.address;
  const { tokens } = await getClaimable(client, { distributor, account, tokens: rewardTokens(demo) });
  if (tokens.length === 0) return;
  const action = claimRevenue(client, { distributor, tokens, account });
  const { logs } = await act(demo, account, action.buildTx(), `claim revenue in ${tokens.length} tokens`);
  noteClaims(member, logs);
}

/** Adds what a transaction claimed for a member. */
export function noteClaims(member: Member, logs: readonly Log[]): void {
  for (const { args } of parseEventLogs({ abi: revenueDistributorAbi, eventName: "Claimed", logs: [...logs] })) {
    if (args.account.toLowerCase() !== member.address.toLowerCase()) continue;
    const key = args.token.toLowerCase();
    member.claimed.set(key, (member.claimed.get(key) ?? 0n) + args.amount);
  }
}

/** The member lets the compounder claim for it, and anyone start that. */
export async function entrust(demo: Demo, member: Member, mode: CompoundModeName): Promise<void> {
  const { client } = demo.chain;
  const compounder = contractOf(demo, "Compounder");
  const account = member.address;
  const distributor = contractOf(demo, "RevenueDistributor");
  const claimer = setClaimer(client, { distributor, claimer: compounder, account });
  await act(demo, account, claimer.buildTx(), "name a claimer");
  const maxSlippageBps = mode === "swapAndLock" ? SLIPPAGE : 0;
  const policy = setPolicy(client, { compounder, mode, anyone: true, maxSlippageBps, account });
  await act(demo, account, policy.buildTx(), "choose what becomes of revenue");
}

/** The keeper has a member's revenue claimed and locked, as the member chose. */
export async function compoundFor(demo: Demo, member: Member): Promise<void> {
  const { chain, cast } = demo;
  const owner = member.address;
  const distributor = contractOf(demo, "RevenueDistributor");
  const compounder = contractOf(demo, "Compounder");
  const { tokens } = await getClaimable(chain.client, { distributor, account: owner, tokens: rewardTokens(demo) });
  if (tokens.length === 0) return;
  const action = compound(chain.client, { compounder, tokens, owner, account: cast.keeper });
  const { logs } = await act(demo, cast.keeper, action.buildTx(), `compound revenue in ${tokens.length} tokens`);
  noteClaims(member, logs);
  for (const { args } of parseEventLogs({ abi: compounderAbi, eventName: "Compounded", logs })) {
    if (args.mode !== toCompoundMode("payOut")) member.compounded += args.received;
  }
}
