import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";
import { MaxUint256, toBeHex } from "ethers";
import type { EthereumProvider } from "hardhat/types/providers";
import { getAddress, parseEther } from "viem";
import { readContract } from "viem/actions";
import {
  type AnyClient,
  castVote,
  claimAirdrop,
  claimRevenue,
  closeSale,
  collectFees,
  commitToSale,
  createSale,
  delegate,
  earlyExit,
  executeProposal,
  extendLock,
  fundSale,
  getAirdropClaim,
  getSale,
  lock,
  type PreparedAction,
  parseAirdropFile,
  propose as proposeAction,
  queueProposal,
  releaseSale,
  saleRoundFactoryAbi,
  send,
  setPermanent,
  setProtocolFee,
  settleSale,
  WEEK,
} from "../../sdk/src/index.ts";
import { fund, setPrices } from "../../test/helpers/market.ts";
import { mintShares, propose, SIGNERS } from "../../test/helpers/protocol.ts";
import { NO_PERMIT } from "../../test/helpers/recurring.ts";
import { fulfil, now } from "../../test/helpers/sdk.ts";
import { type Dao, deployDao } from "../../test/helpers/sdkDao.ts";
import { lockLongest, proposedSale, toWeekStart } from "../../test/helpers/sdkGovernance.ts";
import { installPermit2, MULTICALL3_ADDRESS } from "../../test/helpers/uniswap.ts";
import {
  BatchFactory__factory,
  IBatchDepositor__factory,
  RecurringOrders__factory,
  TokenMock__factory,
} from "../../typechain-types/index.js";
import { deployServices } from "./services.ts";

/** Accounts that get shares in one block. */
const CROWD = 25;
const DAY = 86_400n;
const SHARE = parseEther("1");
const BOTH = SIGNERS.slice(0, 2);

type Network = { ethers: HardhatEthers; provider: EthereumProvider; networkHelpers: NetworkHelpers };

/** A whole protocol with its DAO, batches and recurring orders, and the addresses as deploy/ writes them. */
export async function deployWorld(network: Network, multicallCode: string) {
  const { ethers, provider, networkHelpers } = network;
  await provider.request({ method: "hardhat_setCode", params: [MULTICALL3_ADDRESS, multicallCode] });
  const dao = await deployDao(ethers, provider, networkHelpers);
  const { owner, protocol, addressOf } = dao;
  const batches = await new BatchFactory__factory(owner).deploy(
    protocol.factory,
    protocol.assetRegistry,
    addressOf("USDC"),
  );
  const permit2 = await installPermit2(owner);
  const orders = await new RecurringOrders__factory(owner).deploy(batches, permit2);
  const services = await deployServices(dao);
  const nobody = "0x0000000000000000000000000000000000000001";
  const deployment = {
    chainId: 31_337,
    blockNumber: 0,
    contracts: {
      AssetRegistry: dao.assetRegistry,
      KeeperRegistry: dao.keeperRegistry,
      IndexFactory: dao.factory,
      IndexVaultImplementation: protocol.implementation.target,
      AmmFiller: nobody,
      UniswapV3Adapter: nobody,
      Zap: nobody,
      IndexLens: dao.lens,
      VotingEscrow: dao.escrow,
      RevenueDistributor: dao.distributor,
      FeeSplitter: dao.splitter,
      MerkleAirdrop: dao.airdrop,
      SaleRoundFactory: dao.saleFactory,
      IndexGovernor: dao.governor,
      OptimisticModule: dao.module,
      BatchFactory: batches.target,
      RecurringOrders: orders.target,
      ...services.addresses,
    },
    external: {
      uniswapV3Factory: nobody,
      swapRouter02: nobody,
      quoterV2: nobody,
      weth: nobody,
      permit2: permit2.target,
      multicall3: MULTICALL3_ADDRESS,
    },
    tokens: {},
  };
  return { ethers, provider, networkHelpers, dao, batches, orders, services, deployment };
}

export type World = Awaited<ReturnType<typeof deployWorld>>;

const run = <T>(client: AnyClient, action: PreparedAction<T>) => send(client, { tx: action.buildTx() });

async function lockFor(client: AnyClient, { escrow }: Dao, amount: bigint, weeks: bigint): Promise<void> {
  const newEnd = (await now(client)) + weeks * WEEK;
  await fulfil(client, await lock(client, { escrow, amount, newEnd }));
}

/** Shares in and out, a transfer, batch requests, a recurring order. */
export async function deposits(world: World): Promise<void> {
  const { dao, ethers, batches, orders } = world;
  const { protocol, index, owner } = dao;
  const holder = await ethers.getSigner(dao.holder);
  await mintShares(protocol, index, holder, 40n * SHARE);
  await index.connect(holder).transfer(dao.second.address, 5n * SHARE);
  await crowd(world);
  await index.connect(holder).redeem(3n * SHARE, holder, holder, [], 0, await index.basketNonce());

  await batches.create(index);
  const depositor = IBatchDepositor__factory.connect(await batches.depositorOf(index), holder);
  const cash = TokenMock__factory.connect(dao.addressOf("USDC"), owner);
  await cash.mint(holder, 5_000_000_000n);
  for (const spender of [depositor, orders]) await cash.connect(holder).approve(spender, MaxUint256);
  await index.connect(holder).approve(depositor, MaxUint256);
  await depositor.requestDeposit(2_000_000_000n, holder, holder);
  await depositor.requestRedeem(8n * SHARE, holder, holder);
  const plan = {
    batchDepositor: await depositor.getAddress(),
    kind: 0n,
    period: 0n,
    start: 0n,
    lastDay: 0n,
    orders: 0n,
    amount: 100_000_000n,
    tipCap: 0n,
  };
  await orders.connect(holder).create(plan, NO_PERMIT, NO_PERMIT);
  await orders.connect(owner).execute(1n);
}

/**
 * One block that changes many rows of a table, some of them twice. Ponder writes more than twenty changed rows on a path of its
 * own, which has hidden whole tables before (indexer/tools/patch-ponder.mjs).
 */
async function crowd({ dao, ethers, provider }: World): Promise<void> {
  const index = dao.index.connect(await ethers.getSigner(dao.holder));
  await provider.request({ method: "evm_setAutomine", params: [false] });
  for (let round = 0; round < 2; round++) {
    for (let who = 1; who <= CROWD; who++)
      await index.transfer(toBeHex(0xc0ffee00 + who, 20), 1_000n, { gasLimit: 200_000n });
  }
  await provider.request({ method: "evm_mine", params: [] });
  await provider.request({ method: "evm_setAutomine", params: [true] });
}

/** The window of the batch of `deposits`: both sides cross at NAV, and the holder claims. */
export async function crossing(world: World): Promise<void> {
  const { dao, ethers, batches, networkHelpers } = world;
  const { protocol, index } = dao;
  const holder = await ethers.getSigner(dao.holder);
  const depositor = IBatchDepositor__factory.connect(await batches.depositorOf(index), holder);
  const [request] = await depositor.queryFilter(depositor.filters.DepositRequest());
  const batch = Number(request?.args.requestId);
  await networkHelpers.time.increaseTo(batch * 86_400 + 5);
  await setPrices(protocol);
  await depositor.open(batch);
  await networkHelpers.time.increaseTo(batch * 86_400 + 4 * 3_600 + 5);
  await depositor.claimMany([holder]);
}

/** Two proposals: one is traded and closed or runs out, the other is cancelled. */
export async function rebalances(world: World, { prices = {} }: { prices?: Record<string, string> } = {}) {
  const { dao, ethers, networkHelpers } = world;
  const { protocol, index, creator } = dao;
  const [, , , , , , , , filler] = await ethers.getSigners();
  if (filler === undefined) throw new Error("too few accounts");
  await setPrices(protocol, prices);
  const [assets] = await index.basket();
  const order = assets.map(({ token }) => protocol.tokens.find(({ address }) => address === token)?.symbol ?? "");
  const target: Record<string, number> = { USDC: 3_000, ETHX: 2_500, BTCX: 2_000, BRK: 2_500 };
  await propose(protocol, index, { weights: order.map((symbol) => target[symbol] ?? 0), signers: BOTH });
  const { opensAt } = await index.epoch();
  await networkHelpers.time.increaseTo(opensAt + 1_700n);
  await setPrices(protocol);
  await fund(protocol.tokens, filler, await index.getAddress(), 1_000_000n);
  const place = (symbol: string) => order.indexOf(symbol);
  await index
    .connect(filler)
    .fill(place("BTCX"), place("USDC"), MaxUint256, 0, MaxUint256, await index.basketNonce(), "0x");
  await index.closeEpoch().catch(() => undefined); // where something is left to do, the window ends by itself
  await networkHelpers.time.increase(7n * DAY);
  await setPrices(protocol);
  await propose(protocol, index, { weights: [2_500, 2_500, 2_500, 2_500], signers: BOTH });
  await index.connect(creator).cancelEpoch();
}

/** Airdrop, locks of every kind, a delegation, an early exit. */
export async function staking({ dao, networkHelpers }: World): Promise<void> {
  const { client, second, signer, airdrop, holder, escrow } = dao;
  const list = parseAirdropFile(dao.list);
  const mine = await getAirdropClaim(client, { airdrop, wave: 0n, list, account: holder });
  if ((await now(client)) < mine.start) await networkHelpers.time.increaseTo(BigInt(mine.start));
  const { entry } = await getAirdropClaim(client, { airdrop, wave: 0n, list, account: holder });
  const other = await getAirdropClaim(client, { airdrop, wave: 0n, list, account: signer.account.address });
  if (entry === undefined || other.entry === undefined) throw new Error("both are on the list");
  await run(client, await claimAirdrop(client, { airdrop, entry, lockWeeks: 52 }));
  await run(signer.client, await claimAirdrop(signer.client, { airdrop, entry: other.entry }));
  await lockFor(second.client, dao, parseEther("1000000"), 10n);
  await lockFor(second.client, dao, parseEther("3000000"), 20n);
  await run(second.client, await extendLock(second.client, { escrow, newEnd: (await now(client)) + 40n * WEEK }));
  await run(second.client, setPermanent(second.client, { escrow, on: true }));
  await run(second.client, setPermanent(second.client, { escrow, on: false }));
  await run(second.client, delegate(second.client, { escrow, delegatee: holder }));
  await lockLongest(dao, signer.client, parseEther("100000"));
  await networkHelpers.time.increase(8n * DAY);
  await run(signer.client, await earlyExit(signer.client, { escrow }));
}

/** A proposal from its making to its execution: another fee, and a sale, which is bought, settled and released. */
export async function governing(world: World): Promise<void> {
  const { dao, networkHelpers } = world;
  const { time } = networkHelpers;
  const { client, governor, factory, splitter, saleFactory, owner } = dao;
  await toWeekStart(time, client);
  const token = await new TokenMock__factory(owner).deploy("New token", "NEW", 18);
  await token.mint(owner, parseEther("100000"));
  const terms = await proposedSale(dao, getAddress(await token.getAddress()));
  const actions = [setProtocolFee({ factory, bps: 700, recipient: splitter }), createSale({ saleFactory, terms })];
  const proposal = proposeAction(client, { governor, actions, description: "# Pay stakers" });
  await run(client, proposal);
  await time.increase(2n * DAY + 1n);
  const { proposalId } = proposal;
  await run(client, castVote(client, { governor, proposalId, support: "for", reason: "Stakers should be paid" }));
  await time.increase(7n * DAY + 1n);
  const content = { governor, actions, description: "# Pay stakers" };
  await run(client, queueProposal(client, content));
  await time.increase(2n * DAY + 1n);
  await run(client, executeProposal(client, content));
  await buy(world);
}

async function buy({ dao, networkHelpers }: World): Promise<void> {
  const { client, ownerClient, saleFactory, holder, addressOf, owner } = dao;
  const at = { address: saleFactory, abi: saleRoundFactoryAbi } as const;
  const [sale] = await readContract(client, { ...at, functionName: "rounds", args: [0n, 1n] });
  if (sale === undefined) throw new Error("no sale was announced");
  await fulfil(ownerClient, await fundSale(ownerClient, { sale }));
  await TokenMock__factory.connect(addressOf("USDC"), owner).mint(holder, 20_000_000_000n);
  const { terms } = await getSale(client, { sale });
  await networkHelpers.time.increaseTo(BigInt(terms.start) + DAY);
  await fulfil(client, await commitToSale(client, { sale, amount: 2_000_000_000n }));
  await networkHelpers.time.increaseTo(BigInt(terms.end));
  await run(client, settleSale(client, { sale }));
  await run(client, closeSale(client, { sale }));
  await networkHelpers.time.increase(BigInt(terms.vesting));
  await run(client, releaseSale(client, { sale }));
}

/** The index's fees reach the stakers, and one claims. */
export async function revenue({ dao, networkHelpers }: World): Promise<void> {
  const { client, splitter, distributor, vault } = dao;
  await run(client, collectFees(client, { splitter, vaults: [vault] }));
  await toWeekStart(networkHelpers.time, client);
  await run(client, claimRevenue(client, { distributor, tokens: [vault] }));
}
