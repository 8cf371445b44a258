import { join } from "node:path";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { Interface, id, parseEther } from "ethers";
import hre from "hardhat";
import { localAssets } from "../../deploy/config/local.ts";
import type { RpcProvider } from "../../deploy/lib/ignition.ts";
import { deployLocalNetwork } from "../../deploy/lib/local.ts";
import { deployNetwork } from "../../deploy/lib/network.ts";
import { localRoles } from "../../deploy/lib/roles.ts";
import {
  AssetRegistry__factory,
  BatchDepositor__factory,
  BatchFactory__factory,
  GovernanceToken__factory,
  IndexFactory__factory,
  IndexGovernor__factory,
  KeeperRegistry__factory,
  OptimisticModule__factory,
  RecurringOrders__factory,
  RevenueDistributor__factory,
  SaleRoundFactory__factory,
  TokenMock__factory,
  VotingEscrow__factory,
} from "../../typechain-types/index.js";
import type { Cast, Scene } from "./permissions.ts";
import { createIndex, type Protocol } from "./protocol.ts";
import { openStrategies } from "./rolesStrategies.ts";

const POLLING = { blockPollingInterval: 5, requiredConfirmations: 1, disableFeeBumping: true };
/** Contracts of the address book whose rules are tried on a clone of theirs. */
const CLONED: Readonly<Record<string, string>> = {
  IndexVaultImplementation: "IndexVault",
  BatchDepositorImplementation: "BatchDepositor",
  SaleRoundImplementation: "SaleRound",
  RoyaltyReceiverImplementation: "RoyaltyReceiver",
  StrategySharesImplementation: "StrategyShares",
};
const WEEK = 604_800;
const YEAR = 52 * WEEK;
/** Selector of sync(). */
const SYNC = "0xfff6cae9";

export interface Target {
  name: string;
  address: string;
  abi: Interface;
}

export interface RolesWorld {
  scene: Scene;
  targets: Target[];
  /** Every error of every contract, so that one thrown further down has a name too. */
  errors: Interface;
  provider: RpcProvider;
}

type People = Readonly<
  Record<"deployer" | "curator" | "candidate" | "holder" | "claimer" | "issuer" | "stranger", HardhatEthersSigner>
>;

/** A local deployment as `npm run deploy` makes it, with an index, a sale and two proposals on it. */
export async function deployRolesWorld(folder: string): Promise<RolesWorld> {
  const { provider, ethers, networkHelpers } = await hre.network.create();
  const { config } = await deployLocalNetwork(hre, provider, localAssets, join(folder, "local"));
  const roles = await localRoles(provider);
  const journal = join(folder, "gimbal");
  const book = join(folder, "31337.json");
  const { deployment } = await deployNetwork(hre, provider, { config, roles, journal, book, polling: POLLING });
  const { contracts } = deployment;
  const at = (name: string): string => {
    const address = contracts[name];
    if (address === undefined) throw new Error(`no ${name} was deployed`);
    return address;
  };

  const [deployer, curator, candidate, holder, claimer, issuer, stranger] = await ethers.getSigners();
  const people = { deployer, curator, candidate, holder, claimer, issuer, stranger } as People;
  const proposer = await ethers.getSigner(roles.liquidity as string); // has GIM to lock
  const owner = await ethers.getImpersonatedSigner(at("IndexTimelock"));
  await networkHelpers.setBalance(owner.address, parseEther("1"));

  const tokens = config.assets.slice(-4).map(({ symbol, token, decimals, tier }) => ({
    ...{ symbol, decimals, address: token as string, stable: tier === "STABLE", price: 10n ** 8n },
    token: TokenMock__factory.connect(token, deployer),
  }));
  tokens.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  const protocol = {
    factory: IndexFactory__factory.connect(at("IndexFactory"), deployer),
    assetRegistry: AssetRegistry__factory.connect(at("AssetRegistry"), deployer),
    keeperRegistry: KeeperRegistry__factory.connect(at("KeeperRegistry"), deployer),
    tokens,
  } as unknown as Protocol;
  const vault = await createIndex(protocol, { creator: people.curator });
  await vault.connect(people.curator).offerCurator(people.candidate);
  await RevenueDistributor__factory.connect(at("RevenueDistributor"), people.holder).setClaimer(people.claimer);

  // A tier is read at a week's start, so a week passes between the lock and the proposals.
  const gim = GovernanceToken__factory.connect(at("GovernanceToken"), proposer);
  const escrow = VotingEscrow__factory.connect(at("VotingEscrow"), proposer);
  await gim.approve(escrow, parseEther("60000000"));
  await escrow.lock(parseEther("60000000"), (await networkHelpers.time.latest()) + YEAR);
  await networkHelpers.time.increase(WEEK);

  const paymentToken = tokens.find(({ stable }) => stable)?.address as string;
  const sale = await announceSale(at("SaleRoundFactory"), owner, people.issuer, paymentToken, await gim.getAddress());
  const proposal = await propose(at("IndexGovernor"), proposer, SYNC, sale);
  const optimisticId = await proposeQuietly(at("OptimisticModule"), owner, proposer, await vault.getAddress());

  const author = (await ethers.getSigners())[7] as HardhatEthersSigner;
  const strategies = await openStrategies({ at, author, seller: people.holder, usdc: paymentToken });
  const cast: Cast = {
    ...{ ...contracts, ...strategies, author: author.address },
    ...Object.fromEntries(Object.entries(people).map(([name, { address }]) => [name, address])),
    ...{
      guardian: roles.guardian,
      team: roles.team,
      proposer: proposer.address,
      forwarder: config.cre?.forwarder ?? "",
    },
  };
  const scene = {
    ...{ cast, vault: await vault.getAddress(), token: tokens[0]?.address ?? "", sale, proposal, optimisticId },
  };
  const depositor = await createDepositor(at("BatchFactory"), scene.vault, people);
  await makePlan(at("RecurringOrders"), depositor, people.holder);
  const clones = { IndexVault: scene.vault, SaleRound: sale, BatchDepositor: depositor, ...strategies };
  const targets = await targetsOf(contracts, clones);
  return { scene, targets, errors: errorsOf(targets), provider };
}

async function targetsOf(
  contracts: Record<string, string>,
  clones: Readonly<Record<string, string>>,
): Promise<Target[]> {
  return Promise.all(
    Object.entries(contracts).map(async ([book, deployed]) => {
      const name = CLONED[book] ?? book;
      const { abi } = await hre.artifacts.readArtifact(name);
      return { name, address: clones[name] ?? deployed, abi: new Interface(abi) };
    }),
  );
}

function errorsOf(targets: readonly Target[]): Interface {
  const all = targets.flatMap(({ abi }) => abi.fragments.filter(({ type }) => type === "error"));
  return new Interface([...new Map(all.map((fragment) => [fragment.format("sighash"), fragment])).values()]);
}

/** The batch depositor of an index, in which the holder has an operator. */
async function createDepositor(factory: string, vault: string, { holder, claimer }: People): Promise<string> {
  const batches = BatchFactory__factory.connect(factory, holder);
  await batches.create(vault);
  const depositor = await batches.depositorOf(vault);
  await BatchDepositor__factory.connect(depositor, holder).setOperator(claimer, true);
  return depositor;
}

/** Recurring withdrawals of the holder, who need not have anything for them. */
async function makePlan(orders: string, batchDepositor: string, holder: HardhatEthersSigner): Promise<void> {
  const none = { kind: 0, amount: 0, nonce: 0, deadline: 0, signature: "0x" };
  const plan = { batchDepositor, kind: 2, period: 3, start: 0, lastDay: 0, orders: 0, amount: 100, tipCap: 0 };
  await RecurringOrders__factory.connect(orders, holder).create(plan, none, none);
}

async function announceSale(
  factory: string,
  owner: HardhatEthersSigner,
  issuer: HardhatEthersSigner,
  paymentToken: string,
  saleToken: string,
): Promise<string> {
  const sales = SaleRoundFactory__factory.connect(factory, owner);
  const now = (await owner.provider?.getBlock("latest"))?.timestamp ?? 0;
  const terms = {
    ...{ issuer: issuer.address, paymentToken, saleToken, hardCap: 10n ** 10n, softCap: 1n, saleAmount: 10n ** 24n },
    ...{ snapshot: now, start: now + WEEK, end: now + 2 * WEEK, cliff: 0, vesting: WEEK, feeBps: 100 },
  };
  await sales.createRound(terms);
  const [sale] = await sales.rounds(0, 1);
  return sale as string;
}

/** @returns what cancels the proposal. */
async function propose(governor: string, proposer: HardhatEthersSigner, data: string, target: string) {
  const call = [[target], [0n], [data]] as [string[], bigint[], string[]];
  await IndexGovernor__factory.connect(governor, proposer).propose(...call, "Do something");
  return [...call, id("Do something")] as const;
}

/** @returns id of a proposal that passes unless it is vetoed. */
async function proposeQuietly(
  module: string,
  owner: HardhatEthersSigner,
  proposer: HardhatEthersSigner,
  vault: string,
): Promise<bigint> {
  const optimistic = OptimisticModule__factory.connect(module, owner);
  await optimistic.setProposer(proposer, true);
  await optimistic.setCall(vault, SYNC, true);
  await optimistic.connect(proposer).propose([{ target: vault, data: SYNC }], "Do something small");
  return optimistic.proposalCount();
}
