import hre from "hardhat";
import { type Address, getAddress, type Hex, keccak256, parseEther, toHex } from "viem";
import { localAssets } from "../../deploy/config/local.ts";
import { APP_FOLDER, buildApp } from "../../scripts/app/build.ts";
import { type AppServer, startAppServer } from "../../scripts/app/server.ts";
import { appNetwork } from "../../scripts/app/settings.ts";
import { type Chain, startChain } from "../../scripts/demo/lib/chain.ts";
import { approve, give, type Side, seedPool, supply, type Venue } from "../../scripts/demo/lib/pools.ts";
import { createFromPreview, type Deployment, previewIndex } from "../../sdk/src/index.ts";
import { deployAll } from "../../test/helpers/deployment.ts";
import { TestWallet, type WalletOptions } from "./wallet.ts";

const HOUR = 3_600;
/** {USD} on each side of a pool. */
const DEPTH = 500_000;
/** {pips} */
const POOL_FEE = 3_000;

/** An index of the tests: what it holds. */
export interface WantedIndex {
  readonly name: string;
  readonly symbol: string;
  /** {bps} by symbol */
  readonly weights: Readonly<Record<string, number>>;
  /** Who may change its terms; nobody unless told. */
  readonly curator?: Address;
}

const WANTED: readonly WantedIndex[] = [
  { name: "Blue Chips", symbol: "BLUE", weights: { WETH: 4_000, WBTC: 4_000, USDC: 2_000 } },
  {
    name: "Long Tail of Many Small Tokens",
    symbol: "TAIL",
    weights: { LINK: 3_000, UNI: 2_000, AAVE: 2_000, DAI: 3_000 },
  },
];

/** A real local chain with everything deployed, pools and indices, and the app over it. */
export interface World {
  readonly chain: Chain;
  readonly deployment: Deployment;
  /** By symbol. */
  readonly indices: Readonly<Record<string, Address>>;
  /** Serves the app with this API, or with none. */
  serve(apiUrl?: string): Promise<AppServer>;
  /** Another index, beside those of all tests. */
  createIndex(wanted: WantedIndex): Promise<Address>;
  /** A wallet with a key of its own, without money unless some is given. */
  wallet(options?: Pick<WalletOptions, "startsOn" | "batchAccount">): TestWallet;
  /** A contract that an account may delegate to, so that it sends several calls as one. */
  batchAccount(): Promise<Address>;
  /** {wei} */
  giveEther(to: Address, amount: bigint): Promise<void>;
  /** {raw tokens} */
  giveToken(symbol: string, to: Address, amount: bigint): Promise<void>;
  /** Remembers the chain as it is now. What comes back puts it there again, once, and its clock to the machine's. */
  remember(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Builds the app and the chain side by side. */
export async function openWorld(say: (line: string) => void): Promise<World> {
  const now = Math.floor(Date.now() / 1_000);
  // Every transaction takes the clock a second on: begun in the past, it does not run ahead.
  const [chain] = await Promise.all([startChain(now - HOUR, 0), buildApp(say)]);
  const servers: AppServer[] = [];
  try {
    const { provider } = await hre.network.create({ network: "localhost", override: { url: chain.url } });
    const deployment = await deployAll(hre, provider);
    const venue = venueOf(chain, deployment);
    await openPools(venue, deployment);
    const indices: Record<string, Address> = {};
    for (const wanted of WANTED) indices[wanted.symbol] = await create(venue, deployment, wanted);
    await catchUp(chain);
    let keys = 0;
    let batchAccount: Promise<Address> | undefined;
    return {
      chain,
      deployment,
      indices,
      batchAccount: () => {
        batchAccount ??= deployBatchAccount(chain);
        return batchAccount;
      },
      serve: async (apiUrl) => {
        const networks = [appNetwork({ deployment, rpcUrl: chain.url, apiUrl })];
        const server = await startAppServer({ folder: APP_FOLDER, networks, host: "127.0.0.1", port: 0 });
        servers.push(server);
        return server;
      },
      createIndex: (wanted) => create(venue, deployment, wanted),
      wallet: (options = {}) => {
        const key: Hex = keccak256(toHex(`wallet ${++keys} of the app's tests`));
        return new TestWallet({ key, rpcUrl: chain.url, chainId: deployment.chainId, ...options });
      },
      giveEther: async (to, amount) => {
        await chain.client.request({ method: "hardhat_setBalance", params: [to, toHex(amount)] } as never);
      },
      giveToken: (symbol, to, amount) => give(venue, tokenOf(deployment, symbol).address, to, amount),
      remember: async () => {
        const id = await chain.client.request({ method: "evm_snapshot", params: [] } as never);
        return async () => {
          const isBack: unknown = await chain.client.request({ method: "evm_revert", params: [id] } as never);
          if (isBack !== true) throw new Error("the chain no longer knows how it was");
          batchAccount = undefined; // It may have come in between.
          await catchUp(chain);
        };
      },
      close: async () => {
        await Promise.all(servers.map((server) => server.close()));
        await chain.stop();
      },
    };
  } catch (error) {
    await chain.stop();
    throw error;
  }
}

/** The chain's clock to the machine's: never back, for every transaction took it a second on. */
async function catchUp(chain: Chain): Promise<void> {
  await chain.advanceTo(Math.max(Math.floor(Date.now() / 1_000), (await chain.now()) + 1));
}

async function deployBatchAccount({ client, accounts }: Chain): Promise<Address> {
  const { abi, bytecode } = await hre.artifacts.readArtifact("BatchAccountMock");
  const [account] = accounts;
  if (account === undefined) throw new Error("the local chain has no accounts");
  const hash = await client.deployContract({ abi, bytecode: bytecode as Hex, account, chain: null });
  const { contractAddress } = await client.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error("the batch account was not deployed");
  return getAddress(contractAddress);
}

function venueOf(chain: Chain, { external }: Deployment): Venue {
  const [deployer] = chain.accounts;
  const { weth, uniswapV3Factory: factory, positionManager: manager } = external;
  if (deployer === undefined || manager === undefined) throw new Error("the local chain has no venue");
  return { chain, deployer, weth, factory, manager, bot: deployer };
}

function tokenOf({ tokens }: Deployment, symbol: string) {
  const token = tokens[symbol];
  if (token === undefined) throw new Error(`${symbol} is not listed`);
  return token;
}

/** A pool against USDC for every token, at the price of its feed. */
async function openPools(venue: Venue, deployment: Deployment): Promise<void> {
  const sides = localAssets.map(({ symbol, decimals, price }): Side & { symbol: string } => {
    return { symbol, decimals, price, token: tokenOf(deployment, symbol).address };
  });
  const usdc = sides.find(({ symbol }) => symbol === "USDC");
  if (usdc === undefined) throw new Error("USDC is not listed");
  await supply(venue, usdc, DEPTH * sides.length);
  for (const side of sides) {
    if (side === usdc) continue;
    await supply(venue, side, DEPTH);
    await seedPool(venue, side, usdc, POOL_FEE, DEPTH);
  }
}

async function create(venue: Venue, deployment: Deployment, wanted: WantedIndex): Promise<Address> {
  const { name, symbol, weights, curator } = wanted;
  const { chain } = venue;
  const { contracts, external } = deployment;
  const account = chain.accounts[1];
  if (account === undefined) throw new Error("the local chain has too few accounts");
  const preview = await previewIndex(chain.client, {
    factory: contracts.IndexFactory,
    lens: contracts.IndexLens,
    registry: contracts.AssetRegistry,
    native: external.weth,
    name,
    symbol,
    weights: Object.entries(weights).map(([token, weightBps]) => ({
      token: tokenOf(deployment, token).address,
      weightBps,
    })),
    seedUsd: parseEther("10000"),
    streamingBps: 50,
    mintFeeBps: 10,
    curator,
    account,
  });
  for (const { token, amount } of preview.creation.seed) {
    await give(venue, token, account, amount);
    await approve(venue, token, account, contracts.IndexFactory);
  }
  const action = createFromPreview(chain.client, preview);
  const { vault } = await action.simulate();
  await chain.send({ from: account, ...action.buildTx() }, `creating ${symbol}`);
  return vault;
}
