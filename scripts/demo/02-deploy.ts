import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import hre from "hardhat";
import type { AirdropWave, Tier } from "../../deploy/config/types.ts";
import type { RpcProvider } from "../../deploy/lib/ignition.ts";
import { deployLocalNetwork, type LocalAsset } from "../../deploy/lib/local.ts";
import { deployNetwork } from "../../deploy/lib/network.ts";
import { localRoles } from "../../deploy/lib/roles.ts";
import { verifyRoleTable } from "../../deploy/lib/roleTable.ts";
import { createSender } from "../../deploy/lib/transactions.ts";
import { ALLOCATION } from "../../deploy/modules/Governance.ts";
import type { AssetId } from "../../keeper/src/data/source.ts";
import { parseDeployment } from "../../sdk/src/index.ts";
import { createDao } from "./lib/dao.ts";
import { buildList } from "./lib/list.ts";
import type { Demo, MarketAsset, Scene } from "./lib/scene.ts";
import type { Replay } from "./lib/universe.ts";

const DAY = 86_400;
/** {s} from the start of the deployment to that of the airdrop. */
const LEAD = 3_600;
/** {days} */
const CLAIMABLE = 180;
const VESTING = 365;
const FAST = { blockPollingInterval: 10, requiredConfirmations: 1, disableFeeBumping: true };
/** Coins in the large index, beside two stables. */
export const COINS = 98;

/** What wraps a coin that is no ERC-20, and the decimals that it has. */
const WRAPPED: Readonly<Record<AssetId, string>> = { BTC: "WBTC", ETH: "WETH" };
const DECIMALS: Readonly<Record<AssetId, number>> = {
  BTC: 8,
  DOGE: 8,
  BCH: 8,
  LTC: 8,
  SOL: 9,
  DOT: 10,
  ADA: 6,
  XRP: 6,
  LUNC: 6,
  ATOM: 6,
  TRX: 6,
  XLM: 7,
  NEAR: 24,
  USDC: 6,
  USDT: 6,
  USDP: 18,
  DAI: 18,
};

export const deployScene: Scene = {
  number: "02",
  title: "Uniswap V3, Permit2, Chainlink proxies, and the protocol through Hardhat Ignition",
  run: async (demo: Demo) => {
    const { replay, chain, options, screen, cast } = demo;
    if (!existsSync(hre.config.paths.artifacts)) screen.say("compiling the contracts first, a minute or two");
    if (options.compile) await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
    const { provider } = await hre.network.create({ network: "localhost", override: { url: chain.url } });
    await provider.request({ method: "hardhat_setBalance", params: [cast.deployer, "0x52b7d2dcc80cd2e4000000"] });

    const chosen = chooseAssets(replay);
    const assets = chosen.map((asset, rank) => describe(replay, asset, rank, options.from - 1));
    const listed = assets.slice(0, -1);
    // The chain is new, so is its journal: two chains that start at the same date have the same first block.
    mkdirSync(options.out, { recursive: true });
    const journal = mkdtempSync(join(options.out, "deployment-"));
    demo.cleanUp.push(() => rmSync(journal, { recursive: true, force: true }));
    const local = await deployLocalNetwork(hre, provider, assets, journal);
    screen.say(`venue, ${assets.length} tokens and their feeds behind real proxies`);
    const config = {
      ...local.config,
      assets: local.config.assets.slice(0, listed.length),
      governance: { ...local.config.governance, airdrop: await prepareAirdrop(demo, provider) },
    };

    const book = join(hre.config.paths.root, "deployments", `${config.chainId}.json`);
    const roles = await localRoles(provider);
    const { deployment } = await deployNetwork(hre, provider, {
      config,
      roles,
      journal: join(journal, "gimbal"),
      book,
      polling: FAST,
    });
    demo.deployment = parseDeployment(deployment);
    const contracts = Object.keys(deployment.contracts).length;
    const rights = await verifyRoleTable(hre, provider, deployment, config, roles);
    screen.say(`${contracts} contracts; addresses in deployments/${deployment.chainId}.json`);
    screen.say(
      `the deployer has handed everything over: ${rights} rights read back from the chain, none of them its own,`,
    );
    screen.say("the DAO's timelock owns the protocol, and the deployer has no GIM");

    const market = local.config.assets.map((listing, index): MarketAsset => {
      const asset = chosen[index];
      const aggregator = local.aggregators[listing.symbol];
      if (asset === undefined || aggregator === undefined) throw new Error(`${listing.symbol} has no feed`);
      const stable = listing.tier === "STABLE";
      return { ...listing, asset, aggregator, stable, pool: undefined };
    });
    const candidate = market.pop();
    const usdc = market.find(({ asset }) => asset === "USDC");
    if (usdc === undefined || candidate === undefined) throw new Error("the market needs USDC and a candidate");
    demo.market = {
      assets: market,
      byToken: new Map(market.map((asset) => [asset.token.toLowerCase(), asset])),
      usdc,
      hub: local.hub,
      bot: local.bot,
      candidate,
    };
  },
};

/** The list of the airdrop, and the token that is to be sold; the first belongs to what is deployed. */
async function prepareAirdrop(demo: Demo, provider: RpcProvider): Promise<AirdropWave> {
  const { list, members } = buildList(demo, ALLOCATION.airdrop);
  const sender = createSender(hre, provider, demo.cast.issuer);
  const saleToken = await sender.deploy("TokenMock", ["Example token of the demo", "EXAMPLE", 18]);
  demo.dao = createDao(list, members, saleToken);
  const start = (await demo.chain.now()) + LEAD;
  return {
    root: list.root,
    total: list.total,
    start,
    deadline: start + CLAIMABLE * DAY,
    vestEnd: start + VESTING * DAY,
  };
}

/** What the indices hold, largest first and stables last, and one more that is not listed yet. */
function chooseAssets({ coins, stables }: Replay): AssetId[] {
  if (coins.length < COINS || stables.length < 2) {
    throw new Error(
      `The first day knows ${coins.length} coins and ${stables.length} stables; ${COINS} and 2 are needed.`,
    );
  }
  const candidate = coins[COINS] ?? stables[2];
  if (candidate === undefined) throw new Error("The first day knows nothing beyond what the indices hold.");
  return [...coins.slice(0, COINS), ...stables.slice(0, 2), candidate];
}

function describe(replay: Replay, asset: AssetId, rank: number, day: number): LocalAsset {
  const stable = replay.stables.includes(asset);
  return {
    symbol: WRAPPED[asset] ?? asset,
    decimals: DECIMALS[asset] ?? 18,
    price: replay.lastClose(asset, day),
    tier: stable ? "STABLE" : tierOf(asset, rank),
    deviationBps: stable ? 25 : rank < 10 ? 50 : 100,
    heartbeat: DAY,
    usdCap: 0,
    breakable: true,
  };
}

function tierOf(asset: AssetId, rank: number): Tier {
  if (asset === "BTC" || asset === "ETH") return "MAJOR";
  return rank < 10 ? "LARGE" : rank < 50 ? "MID" : "SMALL";
}
