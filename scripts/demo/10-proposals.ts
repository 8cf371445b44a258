import { parseEther } from "viem";
import { listingOf } from "../../deploy/modules/Listings.ts";
import {
  assetRegistryAbi,
  buybackAbi,
  createSale,
  encodePath,
  indexFactoryAbi,
  listAsset,
  lowerExitPenalty,
  sendTokens,
  setProtocolFee,
  toAction,
} from "../../sdk/src/index.ts";
import { announceTerms, openSale } from "./11-sale.ts";
import { contractOf, gim, memberOf, WEEK, weekStartAfter } from "./lib/dao.ts";
import { GIM_POOL_FEE } from "./lib/gimPool.ts";
import { type Plan, startProposal } from "./lib/governor.ts";
import { hasPrice, publishFeeds } from "./lib/market.ts";
import type { Demo, Person, Scene, Week } from "./lib/scene.ts";
import { percent, usd } from "./lib/table.ts";

const HOUR = 3_600;
/** {bps} of the fees, to the protocol; 1,000 before. */
const NEW_FEE = 1_500;
/** {bps} to which one proposal would lower the largest penalty. */
const NEW_PENALTY = 1_000;
/** {GIM wei} that one proposal would take from the treasury. */
const GRAB = parseEther("100000000");
/** How the buyback sells USDC: {raw USDC} a slice, {s} between two, {bps} below the mean price. */
const ROUTE = { slice: 10_000_000_000n, interval: 86_400, slippage: 300 };

/** Five proposals through the governor's own delays: three pass, one finds no quorum, one is cancelled. */
export const proposalsScene: Scene = {
  number: "10",
  title: "The DAO decides",
  week: async (demo: Demo, week: Week) => {
    if (week.number !== 1) return;
    // Tiers are read at the last week start, so nobody can propose before the first one after the locks.
    const first = weekStartAfter(await demo.chain.now()) + HOUR;
    const plans = [listing, higherFee, sale, lowerPenalty, takeTreasury];
    for (const [number, plan] of plans.entries()) {
      demo.agenda.add(number < 3 ? first : first + WEEK, async () => startProposal(demo, await plan(demo)));
    }
  },
};

function wallet(demo: Demo, number: number): Person {
  return memberOf(demo, `Wallet ${number}`);
}

function listing(demo: Demo): Plan {
  const { candidate } = demo.market;
  const assetRegistry = contractOf(demo, "AssetRegistry");
  return {
    title: `List ${candidate.symbol}`,
    why: "Its feed and its market are as good as those of the listed ones.",
    proposer: memberOf(demo, "Bob"),
    actions: [listAsset({ assetRegistry, token: candidate.token, config: listingOf(candidate) })],
    votes: [
      [memberOf(demo, "Carol"), "for"],
      [wallet(demo, 1), "for"],
      [wallet(demo, 2), "for"],
      [wallet(demo, 3), "abstain"],
    ],
    afterwards: async () => {
      if (!hasPrice(demo, candidate, demo.marketDay)) return "its feed is silent on this day";
      await publishFeeds(demo, demo.marketDay);
      const at = { address: assetRegistry, abi: assetRegistryAbi } as const;
      const price = await demo.chain.client.readContract({ ...at, functionName: "price", args: [candidate.token] });
      if (price === 0n) throw new Error(`the registry has no price for ${candidate.symbol}`);
      return `the registry prices it at ${usd(Number(price) / 1e27, 4)}`;
    },
  };
}

function higherFee(demo: Demo): Plan {
  const factory = contractOf(demo, "IndexFactory");
  return {
    title: `Raise the protocol's part of fees to ${percent(NEW_FEE / 10_000, 0)}`,
    why: "Stakers carry the risk of the protocol.",
    proposer: memberOf(demo, "Carol"),
    actions: [setProtocolFee({ factory, bps: NEW_FEE, recipient: contractOf(demo, "FeeSplitter") })],
    votes: [
      [memberOf(demo, "Carol"), "for"],
      [wallet(demo, 1), "for"],
      [wallet(demo, 3), "for"],
      [wallet(demo, 2), "against"],
      [wallet(demo, 4), "abstain"],
    ],
    afterwards: async () => {
      const at = { address: factory, abi: indexFactoryAbi } as const;
      const [bps] = await demo.chain.client.readContract({ ...at, functionName: "protocolFee" });
      if (bps !== NEW_FEE) throw new Error(`the protocol's part is ${bps} bps`);
      return `the next collection pays ${percent(bps / 10_000, 0)}`;
    },
  };
}

/** Two calls in one proposal: the sale, and what becomes of its fee. */
async function sale(demo: Demo): Promise<Plan> {
  const terms = await announceTerms(demo);
  const gimToken = contractOf(demo, "GovernanceToken");
  const path = encodePath(demo.market.usdc.token, [{ fee: GIM_POOL_FEE, token: gimToken }]);
  return {
    title: "Sell the Example token to stakers",
    why: "By Staking Score; half of the fee goes to stakers, the other half buys GIM and burns it.",
    proposer: wallet(demo, 1),
    actions: [
      createSale({ saleFactory: contractOf(demo, "SaleRoundFactory"), terms }),
      toAction({
        target: contractOf(demo, "Buyback"),
        abi: buybackAbi,
        functionName: "setRoute",
        args: [path, ROUTE.slice, ROUTE.interval, ROUTE.slippage],
      }),
    ],
    votes: [
      [memberOf(demo, "Carol"), "for"],
      [wallet(demo, 1), "for"],
      [wallet(demo, 5), "against"],
    ],
    afterwards: (receipt) => openSale(demo, receipt, path),
  };
}

function lowerPenalty(demo: Demo): Plan {
  const [bob, carol] = [memberOf(demo, "Bob"), memberOf(demo, "Carol")];
  return {
    title: `Lower the penalty of leaving to ${percent(NEW_PENALTY / 10_000, 0)}`,
    why: "Leaving should cost less.",
    proposer: bob,
    actions: [lowerExitPenalty({ escrow: contractOf(demo, "VotingEscrow"), bps: NEW_PENALTY })],
    votes: [
      [bob, "for"],
      [carol, "for"],
    ],
  };
}

function takeTreasury(demo: Demo): Plan {
  const proposer = wallet(demo, 5);
  const token = contractOf(demo, "GovernanceToken");
  return {
    title: `Pay ${proposer.name} ${gim(GRAB)} GIM of the treasury`,
    why: "For services.",
    proposer,
    actions: [sendTokens({ token, to: proposer.address, amount: GRAB })],
    votes: [[proposer, "for"]],
    guardianCancels: true,
  };
}
