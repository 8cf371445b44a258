import { type Address, erc20Abi } from "viem";
import {
  governanceTokenAbi,
  merkleAirdropAbi,
  revenueDistributorAbi,
  saleRoundAbi,
  votingEscrowAbi,
} from "../../../sdk/src/index.ts";
import { contractOf, gim, rewardTokens, symbolOf, units } from "./dao.ts";
import { lineOf } from "./revenue.ts";
import type { Demo } from "./scene.ts";

/** {GIM wei} all that there ever was. */
const MAX_SUPPLY = 10n ** 27n;

/** What stakers were paid in one token. {raw tokens} */
export interface TokenBook {
  /** Lower case. */
  token: string;
  symbol: string;
  decimals: number;
  paidIn: bigint;
  claimed: bigint;
  claimable: bigint;
  /** Waits for the next week that begins with enough veGIM. */
  pot: bigint;
  dust: bigint;
}

/** Thrown when the chain's books and the demo's notes do not agree. */
export function require(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

/** The stakers' books, token by token: what came in is claimed, claimable, not shared out yet, or dust. */
export async function balancesOfBooks(demo: Demo): Promise<TokenBook[]> {
  const { client } = demo.chain;
  const distributor = contractOf(demo, "RevenueDistributor");
  const at = { address: distributor, abi: revenueDistributorAbi } as const;
  const members = demo.dao.members;
  return Promise.all(
    rewardTokens(demo).map(async (token) => {
      const key = token.toLowerCase();
      const [accounted, pot, held, ...parts] = await Promise.all([
        client.readContract({ ...at, functionName: "accounted", args: [token] }),
        client.readContract({ ...at, functionName: "potOf", args: [token] }),
        balanceOf(demo, token, distributor),
        ...members.map(({ address }) =>
          client.readContract({ ...at, functionName: "claimable", args: [address, token] }),
        ),
      ]);
      const { stakers: paidIn, symbol, decimals } = lineOf(demo, token);
      const claimed = members.reduce((sum, member) => sum + (member.claimed.get(key) ?? 0n), 0n);
      const claimable = parts.reduce((sum, part) => sum + part, 0n);
      const dust = accounted - claimable - pot.amount;
      require(paidIn === claimed + accounted, `${symbol}: ${paidIn} came in, ${claimed} claimed, ${accounted} left`);
      require(held === accounted, `${symbol}: the distributor holds ${held}, owes ${accounted}`);
      require(dust >= 0n, `${symbol}: stakers could claim ${-dust} wei too much`);
      require(dust <= BigInt(members.length * 60), `${symbol}: ${dust} wei belong to nobody`);
      return { token: key, symbol, decimals, paidIn, claimed, claimable, pot: pot.amount, dust };
    }),
  );
}

/** Everything that the DAO's contracts hold against what they owe. Says what was compared. */
export async function reconcileDao(demo: Demo): Promise<void> {
  const { screen } = demo;
  screen.say(await reconcileFees(demo));
  screen.say(await reconcileGim(demo));
  screen.say(await reconcileLocks(demo));
  screen.say(await reconcileAirdrop(demo));
  screen.say(await reconcileSale(demo));
}

/** Each vault's fees: what it paid the protocol is what the splitter passed on. */
async function reconcileFees(demo: Demo): Promise<string> {
  const splitter = contractOf(demo, "FeeSplitter");
  for (const { vault, symbol, feeSplits } of demo.indices) {
    const paid = feeSplits.reduce((sum, { daoShares }) => sum + daoShares, 0n);
    const { stakers, buyback, treasury, keepers } = lineOf(demo, vault);
    const split = stakers + buyback + treasury + keepers;
    require(paid === split, `${symbol} paid the protocol ${paid} shares, ${split} were split`);
  }
  for (const token of rewardTokens(demo)) {
    const left = await balanceOf(demo, token, splitter);
    require(left === 0n, `the splitter kept ${left} of ${symbolOf(demo, token).symbol}`);
  }
  const books = await balancesOfBooks(demo);
  const dust = books.reduce((sum, book) => sum + book.dust, 0n);
  return `fees: all ${books.length} tokens that came in are claimed, claimable or waiting, but for ${dust} wei of dust`;
}

/** What was burned is missing from the supply, and nothing else. */
async function reconcileGim(demo: Demo): Promise<string> {
  const token = contractOf(demo, "GovernanceToken");
  const supply = await demo.chain.client.readContract({
    address: token,
    abi: governanceTokenAbi,
    functionName: "totalSupply",
  });
  const burned = lineOf(demo, token).burned + demo.dao.buyback.burned;
  require(supply + burned === MAX_SUPPLY, `${supply} GIM and ${burned} burned are not ${MAX_SUPPLY}`);
  return `GIM: ${gim(supply, 2)} + ${gim(burned, 2)} burned = ${gim(MAX_SUPPLY)}`;
}

async function reconcileLocks(demo: Demo): Promise<string> {
  const { client } = demo.chain;
  const escrow = contractOf(demo, "VotingEscrow");
  const at = { address: escrow, abi: votingEscrowAbi } as const;
  const now = BigInt(await demo.chain.now());
  const sum = (values: readonly bigint[]): bigint => values.reduce((all, value) => all + value, 0n);
  const each = demo.dao.members.map(({ address }) => address);
  const [held, total, supply, locks, powers, votes] = await Promise.all([
    balanceOf(demo, contractOf(demo, "GovernanceToken"), escrow),
    client.readContract({ ...at, functionName: "totalLocked" }),
    client.readContract({ ...at, functionName: "totalSupplyAt", args: [now] }),
    Promise.all(each.map((one) => client.readContract({ ...at, functionName: "locked", args: [one] }))),
    Promise.all(each.map((one) => client.readContract({ ...at, functionName: "balanceOfAt", args: [one, now] }))),
    Promise.all(each.map((one) => client.readContract({ ...at, functionName: "getVotes", args: [one] }))),
  ]);
  const locked = sum(locks.map(({ amount }) => amount));
  require(held === total && total === locked, `the escrow holds ${held} and owes ${total}, the locks sum to ${locked}`);
  require(supply === sum(powers), `the locks give ${sum(powers)} veGIM, the supply is ${supply}`);
  require(supply === sum(votes), `the votes are ${sum(votes)}, the supply is ${supply}`);
  return `veGIM: ${each.length} accounts locked ${gim(total)} GIM; powers and votes each sum to the supply, ${gim(supply)}, to the wei`;
}

async function reconcileAirdrop(demo: Demo): Promise<string> {
  const { client } = demo.chain;
  const airdrop = contractOf(demo, "MerkleAirdrop");
  const at = { address: airdrop, abi: merkleAirdropAbi } as const;
  const [wave, pool, held] = await Promise.all([
    client.readContract({ ...at, functionName: "waveOf", args: [0n] }),
    client.readContract({ ...at, functionName: "bonusPool" }),
    balanceOf(demo, contractOf(demo, "GovernanceToken"), airdrop),
  ]);
  const { members, list, swept } = demo.dao;
  const claimed = members.reduce((sum, { allotment }) => sum + allotment, 0n);
  const vesting = members.reduce((sum, { allotment, liquid, vested }) => {
    return liquid === 0n ? sum : sum + allotment - liquid - vested;
  }, 0n);
  const left = wave.remaining + swept;
  require(claimed + left === list.total, `${claimed} claimed and ${left} left are not the wave`);
  const owed = wave.remaining + pool + vesting;
  require(held === owed, `the airdrop holds ${held}, owes ${owed}`);
  return `airdrop: ${gim(claimed)} claimed + ${gim(left)} left = ${gim(list.total)} GIM; ${gim(vesting)} still vest`;
}

async function reconcileSale(demo: Demo): Promise<string> {
  const { sale, saleToken } = demo.dao;
  if (sale === undefined) throw new Error("there was no sale");
  const usdc = demo.market.usdc.token;
  const [payments, tokens, { saleAmount }] = await Promise.all([
    balanceOf(demo, usdc, sale.round),
    balanceOf(demo, saleToken, sale.round),
    demo.chain.client.readContract({ address: sale.round, abi: saleRoundAbi, functionName: "terms" }),
  ]);
  const { committed, accepted, refunded, payment, fee, bought, released, buyers } = sale;
  const rounding = BigInt(buyers.length);
  require(committed === accepted + refunded, `${committed} committed, ${accepted} accepted, ${refunded} refunded`);
  require(accepted === payment + fee + payments, `${accepted} accepted, ${payment} + ${fee} paid, ${payments} left`);
  require(payments <= rounding, `${payments} wei stay in the sale`);
  const owed = bought - released;
  require(tokens >= owed && tokens - owed <= rounding, `the sale holds ${tokens} tokens, owes ${owed}`);
  return (
    `sale: ${units(committed, 6)} USDC committed = ${units(accepted, 6)} accepted + ${units(refunded, 6)} refunded; ` +
    `${units(bought, 18)} of ${units(saleAmount, 18)} tokens sold`
  );
}

function balanceOf(demo: Demo, token: Address, owner: Address): Promise<bigint> {
  return demo.chain.client.readContract({ address: token, abi: erc20Abi, functionName: "balanceOf", args: [owner] });
}
