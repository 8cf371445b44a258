import { type Address, encodeFunctionData, type Log, parseEventLogs } from "viem";
import {
  claimRevenue,
  collectFees,
  distributeRevenue,
  feeSplitterAbi,
  getClaimable,
  getLock,
  indexVaultAbi,
  lock,
  revenueDistributorAbi,
} from "../../../sdk/src/index.ts";
import { contractOf, type Member, type RevenueLine, rewardTokens, symbolOf } from "./dao.ts";
import { act, authorize } from "./holders.ts";
import type { Demo, DemoIndex } from "./scene.ts";

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
function noteFees(demo: Demo, index: DemoIndex, logs: readonly Log[]): void {
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

/** Claims, and adds the GIM among it to the member's lock; the other tokens stay with it. */
export async function compound(demo: Demo, member: Member): Promise<void> {
  const gim = contractOf(demo, "GovernanceToken").toLowerCase();
  const before = member.claimed.get(gim) ?? 0n;
  await claimAll(demo, member);
  const amount = (member.claimed.get(gim) ?? 0n) - before;
  if (amount === 0n) return;
  const { address: account } = member;
  const { client } = demo.chain;
  const escrow = contractOf(demo, "VotingEscrow");
  const { status } = await getLock(client, { escrow, scores: contractOf(demo, "ScoreRegistry"), account });
  if (status === "none" || status === "expired") return;
  const action = await lock(client, { escrow, amount, authorization: "erc2612", account });
  const permit = await authorize(demo, account, action);
  await act(demo, account, action.buildTx(permit), "add claimed GIM to a lock");
  member.compounded += amount;
}
