import { type Address, parseAbi, parseEventLogs } from "viem";
import { getBasket, indexVaultAbi } from "../../sdk/src/index.ts";
import { reconcileBatches } from "./lib/batches.ts";
import { reconcileDao, require } from "./lib/daoBooks.ts";
import { balancesOf } from "./lib/holders.ts";
import type { ProductIndex } from "./lib/products.ts";
import type { Demo, Scene } from "./lib/scene.ts";
import { reconcileServices } from "./lib/servicesBooks.ts";

const E72 = 10n ** 72n;
const DEAD: Address = "0x000000000000000000000000000000000000dEaD";
const transferAbi = parseAbi(["event Transfer(address indexed from, address indexed to, uint256 value)"]);

/** Every share of every holder against the vault's books, to the wei bounds of INV-01. */
export const reconcileScene: Scene = {
  number: "15",
  title: "Every holder's shares against the vault's own accounting, the DAO's books, and those of the services",
  run: async (demo: Demo) => {
    for (const index of [...demo.indices, demo.products.custom]) await reconcile(demo, index);
    await reconcileBatches(demo);
    await reconcileDao(demo);
    await reconcileServices(demo);
  },
};

async function reconcile(demo: Demo, index: ProductIndex): Promise<void> {
  const { client } = demo.chain;
  const { vault } = index;
  const read = { address: vault, abi: indexVaultAbi } as const;
  const [basket, aggregate, multiplier, pending, supply] = await Promise.all([
    getBasket(client, { vault }),
    client.readContract({ ...read, functionName: "aggregate" }),
    client.readContract({ ...read, functionName: "multiplier" }),
    client.readContract({ ...read, functionName: "pendingFeeShares" }),
    client.readContract({ ...read, functionName: "totalSupply" }),
  ]);
  const holders = await holdersOf(demo, vault);
  const shares = await Promise.all(
    holders.map((owner) => client.readContract({ ...read, functionName: "balanceOf", args: [owner] })),
  );

  const held = shares.reduce((sum, amount) => sum + amount, 0n);
  require(held + pending === supply, `${index.symbol}: ${held} held and ${pending} of fees are not ${supply} shares`);
  // A = sum of shares * multiplier, so that supply = A / multiplier, rounded down.
  require(aggregate / multiplier === supply, `${index.symbol}: A / m is ${aggregate / multiplier}, supply ${supply}`);
  await requireSolvent(demo, index, basket.tokens, aggregate);
  const worst = await requirePayable(demo, index, basket.tokens, multiplier, [...shares, pending]);
  demo.screen.say(
    `${index.symbol}: ${holders.length} holders own ${held} + ${pending} fee shares = ${supply}; ` +
      `${basket.tokens.length} tokens solvent; payouts add up to within ${worst} wei`,
  );
}

type BasketTokens = Awaited<ReturnType<typeof getBasket>>["tokens"];

/** INV-01: the balance of every token covers ceil(units * A) and what is owed in it. */
async function requireSolvent(
  demo: Demo,
  { vault, symbol }: ProductIndex,
  tokens: BasketTokens,
  aggregate: bigint,
): Promise<void> {
  const balances = await balancesOf(
    demo,
    vault,
    tokens.map(({ token }) => token),
  );
  for (const [index, { token, units, decimals }] of tokens.entries()) {
    const liability = (units * aggregate * 10n ** BigInt(decimals) + E72 - 1n) / E72;
    const debt = await demo.chain.client.readContract({
      address: vault,
      abi: indexVaultAbi,
      functionName: "debt",
      args: [token],
    });
    const balance = balances[index] ?? 0n;
    require(balance >=
      liability + debt.total, `${symbol}: ${token} has ${balance}, needs ${liability} + ${debt.total}`);
  }
}

/**
 * What all holders together would be paid, leg by leg, is what the vault holds for shares: to one wei a holder, and what
 * the last wei of a share is worth, which fees accrue between two whole ones.
 */
async function requirePayable(
  demo: Demo,
  { vault, symbol }: ProductIndex,
  tokens: BasketTokens,
  multiplier: bigint,
  shares: readonly bigint[],
): Promise<bigint> {
  const { client } = demo.chain;
  const read = { address: vault, abi: indexVaultAbi, functionName: "previewRedeem" } as const;
  const owners = shares.filter((amount) => amount > 0n);
  const payouts = await Promise.all(owners.map((amount) => client.readContract({ ...read, args: [amount] })));
  let worst = 0n;
  for (const [index, { token, holdings, units, decimals }] of tokens.entries()) {
    const sum = payouts.reduce((total, amounts) => total + (amounts[index] ?? 0n), 0n);
    const gap = holdings - sum;
    const shareWei = (units * multiplier * 10n ** BigInt(decimals)) / E72 + 1n;
    require(gap >= 0n, `${symbol}: holders would be paid ${-gap} wei too much of ${token}`);
    require(gap <= BigInt(owners.length) + shareWei, `${symbol}: ${gap} wei of ${token} belong to nobody`);
    if (gap > shareWei && gap - shareWei > worst) worst = gap - shareWei;
  }
  return worst;
}

/** Everybody who ever received shares, from the vault's own transfer events. */
async function holdersOf({ chain }: Demo, vault: Address): Promise<Address[]> {
  const logs = await chain.client.getLogs({ address: vault, fromBlock: 0n, toBlock: "latest" });
  const receivers = parseEventLogs({ abi: transferAbi, logs }).map(({ args }) => args.to);
  return [...new Set([...receivers, DEAD])].filter((address) => BigInt(address) !== 0n);
}
