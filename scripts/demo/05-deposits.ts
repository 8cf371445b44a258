import type { TransactionReceipt } from "viem";
import { mint, NATIVE, zapIn } from "../../sdk/src/index.ts";
import { authorize, perform, sharesFor, stock } from "./lib/holders.ts";
import { valuate } from "./lib/indices.ts";
import { venueOf } from "./lib/market.ts";
import { give } from "./lib/pools.ts";
import type { Demo, DemoIndex, Scene } from "./lib/scene.ts";

interface Deposit {
  who: number;
  index: number;
  /** {USD} */
  usd: number;
  with: "kind" | "USDC" | "USDC by Permit2" | "ETH";
}

const DEPOSITS: readonly Deposit[] = [
  { who: 0, index: 0, usd: 50_000, with: "kind" },
  { who: 1, index: 0, usd: 20_000, with: "USDC by Permit2" },
  { who: 2, index: 0, usd: 15_000, with: "ETH" },
  { who: 3, index: 1, usd: 30_000, with: "USDC" },
  { who: 4, index: 1, usd: 25_000, with: "kind" },
];

export const depositsScene: Scene = {
  number: "05",
  title: "Wallets deposit: in kind, with USDC, with ether",
  run: async (demo: Demo) => {
    for (const deposit of DEPOSITS) {
      const index = demo.indices[deposit.index];
      const holder = demo.cast.holders[deposit.who];
      if (index === undefined || holder === undefined) throw new Error("a deposit names nobody");
      const { nav } = await valuate(demo, index);
      const shares = sharesFor(deposit.usd, nav);
      const { gasUsed } =
        deposit.with === "kind"
          ? await depositInKind(demo, index, holder.address, shares)
          : await depositByZap(demo, index, holder.address, shares, deposit);
      const how = deposit.with === "kind" ? "in kind" : `with ${deposit.with}`;
      demo.screen.say(`${holder.name} puts $${deposit.usd} into ${index.name} ${how}: ${gasUsed} gas`);
    }
  },
};

async function depositInKind(
  demo: Demo,
  { vault, assets }: DemoIndex,
  account: `0x${string}`,
  shares: bigint,
): Promise<TransactionReceipt> {
  const action = await mint(demo.chain.client, { vault, shares, account });
  await stock(demo, account, vault, action.maxAmounts);
  return perform(demo, account, action.buildTx(), `mint ${assets.length} assets in kind`);
}

async function depositByZap(
  demo: Demo,
  { vault, assets }: DemoIndex,
  account: `0x${string}`,
  shares: bigint,
  deposit: Deposit,
): Promise<TransactionReceipt> {
  const { deployment, market, chain } = demo;
  const usdc = market.usdc.token;
  const isEther = deposit.with === "ETH";
  if (!isEther) await give(venueOf(demo), usdc, account, BigInt(deposit.usd * 2) * 10n ** 6n);
  const action = await zapIn(chain.client, {
    zap: deployment.contracts.Zap,
    venue: { ...deployment.external, via: [usdc] },
    vault,
    tokenIn: isEther ? NATIVE : usdc,
    shares,
    authorization: deposit.with === "USDC by Permit2" ? "permit2" : "approval",
    account,
  });
  const permit = await authorize(demo, account, action);
  return perform(demo, account, action.buildTx(permit), `zap ${isEther ? "ether" : "USDC"} into ${assets.length}`);
}
