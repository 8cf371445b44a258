import { type Address, formatEther, keccak256, toHex } from "viem";
import { DEFAULT_LIMITS } from "../../keeper/src/backtest/strategies.ts";
import { aiPolicy, binaryPolicy, type Policy } from "../../keeper/src/plan/policy.ts";
import { createIndex } from "../../sdk/src/index.ts";
import { COINS } from "./02-deploy.ts";
import { openDesks } from "./lib/batches.ts";
import { createCustomIndex } from "./lib/customIndex.ts";
import { perform, stock } from "./lib/holders.ts";
import { heldValue, startWeights, valuate } from "./lib/indices.ts";
import { SIGNER } from "./lib/keeper.ts";
import { priceAfter } from "./lib/market.ts";
import { amountOf } from "./lib/pools.ts";
import { foundServices } from "./lib/royalties.ts";
import type { Demo, DemoIndex, MarketAsset, Scene } from "./lib/scene.ts";
import { SPEC } from "./lib/training.ts";

const ONE_SHARE = 10n ** 18n;
const SEED_USD = 1_000_000;
/** {bps} largest start weight, and what starts in the stables. */
const START_CAP = 6_500;
const START_STABLE = 200;
/** D18{1/s} continuous rate of 1% a year. */
const STREAMING_RATE = 316_887_385n;

/** {bps} of the creator's part, to whom the vault's record names as the author of its method. */
const ROYALTY_BPS = 2_000;

const SPLIT = [6_000, 4_000];

interface Wanted {
  name: string;
  symbol: string;
  coins: number;
  policy: Policy;
}

const WANTED: readonly Wanted[] = [
  { name: "Gimbal AI", symbol: "GAI", coins: 18, policy: { ...aiPolicy, ensemble: SPEC } },
  { name: "Gimbal Global 100", symbol: "G100", coins: COINS, policy: { ...binaryPolicy, ensemble: SPEC } },
];

export const indicesScene: Scene = {
  number: "04",
  title: "Indices by ordinary accounts: an AI index of 20 assets, the 100 largest, and one from a table of weights",
  run: async (demo: Demo) => {
    demo.indices = [];
    for (const wanted of WANTED) {
      const index = await create(demo, wanted);
      demo.indices.push(index);
      const { supply } = await valuate(demo, index);
      const assets = `${wanted.coins} coins and 2 stables`;
      demo.screen.say(
        `${wanted.name}: ${assets}, ${formatEther(supply)} shares at $${index.start.navPerShare.toFixed(2)}, ${index.vault}`,
      );
    }
    const custom = await createCustomIndex(demo);
    const desks = await openDesks(demo, [...demo.indices, custom]);
    demo.products = { custom, desks, saver: undefined, plan: undefined, planTable: [] };
    demo.screen.say(`${desks.length} batch depositors, one an index, created by somebody who has no part in them`);
    demo.services = await foundServices(demo);
  },
};

async function create(demo: Demo, { name, symbol, coins, policy }: Wanted): Promise<DemoIndex> {
  const { market, options, cast, deployment, chain } = demo;
  const day = options.from - 1;
  const chosen = [...market.assets.slice(0, coins), ...market.assets.filter(({ stable }) => stable)];
  const assets = chosen.sort((a, b) => (BigInt(a.token) < BigInt(b.token) ? -1 : 1));
  const weights = startWeights(demo, assets, START_CAP, START_STABLE);
  const seed = assets.map((asset, index) => {
    const side = { token: asset.token, decimals: asset.decimals, price: priceAfter(demo, asset, day) };
    return { token: asset.token, amount: amountOf(side, (SEED_USD * (weights[index] ?? 0)) / 10_000) };
  });
  await stock(demo, cast.creator, deployment.contracts.IndexFactory, seed);

  const shares = BigInt(SEED_USD / 100) * ONE_SHARE;
  const action = createIndex(chain.client, {
    factory: deployment.contracts.IndexFactory,
    name,
    symbol,
    seed,
    shares,
    limits: DEFAULT_LIMITS,
    destinations: destinationsOf(assets),
    signers: [SIGNER],
    threshold: 1,
    curator: cast.creator,
    fees: { streamingRate: STREAMING_RATE, mintFeeBps: 10, recipient: cast.creator },
    strategy: {
      recipient: cast.strategist.address,
      royaltyBps: ROYALTY_BPS,
      methodologyHash: keccak256(toHex("gimbal demo: grades of an ensemble or capitalisation, exposure by regime")),
    },
    salt: keccak256(toHex(symbol)),
    account: cast.creator,
  });
  const { vault } = await action.simulate();
  await perform(demo, cast.creator, action.buildTx(), `create an index of ${assets.length}`);
  return describe(demo, { name, symbol, vault, policy, assets, seed, shares }, day);
}

async function describe(
  demo: Demo,
  made: {
    name: string;
    symbol: string;
    vault: Address;
    policy: Policy;
    assets: readonly MarketAsset[];
    seed: readonly { amount: bigint }[];
    shares: bigint;
  },
  day: number,
): Promise<DemoIndex> {
  const unitsPerShare = new Map(
    made.assets.map(({ asset, decimals }, index) => {
      const raw = Number(made.seed[index]?.amount ?? 0n) / 10 ** decimals;
      return [asset, raw / (Number(made.shares) / 1e18)];
    }),
  );
  const index: DemoIndex = {
    name: made.name,
    symbol: made.symbol,
    vault: made.vault,
    policy: made.policy,
    assets: made.assets,
    start: { navPerShare: 0, unitsPerShare },
    history: [],
    decisions: [],
    totals: { turnover: 0, costUsd: 0, fills: 0, outsideFills: 0, gas: 0n },
    wishes: [],
    exposures: [],
    feeSplits: [],
    skipped: new Map(),
  };
  index.start.navPerShare = heldValue(demo, index, day);
  return index;
}

/** The fixed split, in basket order with the larger part in USDC. */
function destinationsOf(assets: readonly MarketAsset[]): { token: Address; splitBps: number }[] {
  const [larger = 0, smaller = 0] = SPLIT;
  return assets
    .filter(({ stable }) => stable)
    .map(({ token, asset }) => ({ token, splitBps: asset === "USDC" ? larger : smaller }));
}
