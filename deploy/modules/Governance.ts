import type {
  NamedArtifactContractAtFuture as Attached,
  CallableContractFuture,
  Future,
  IgnitionModuleBuilder,
  NamedArtifactContractDeploymentFuture as NamedDeployment,
} from "@nomicfoundation/ignition-core";
import { parseEther } from "viem";
import { SCORE_TIERS } from "../../sdk/src/index.ts";
import type { NetworkConfig } from "../config/types.ts";
import type { CoreContracts } from "./Core.ts";
import type { Roles } from "./Gimbal.ts";
import type { PeripheryContracts } from "./Periphery.ts";
import type { Timelock } from "./Timelock.ts";

/** What GIM is governed with, in the order of deployment. */
const NAMES = [
  "GovernanceToken",
  "VotingEscrow",
  "ScoreRegistry",
  "IndexGovernor",
  "OptimisticModule",
  "RevenueDistributor",
  "FeeSplitter",
  "Buyback",
  "Compounder",
  "MerkleAirdrop",
  "SaleRoundFactory",
  "TeamVesting",
] as const;

export type GovernanceContracts = { readonly [N in (typeof NAMES)[number]]: NamedDeployment<N> } & {
  /** What every sale is a clone of; its factory makes it. */
  readonly SaleRoundImplementation: Attached<"SaleRound">;
};

/** {GIM wei} of the 1,000,000,000 that there are. Airdrop, bonuses and treasury wait in the timelock. */
export const ALLOCATION = {
  airdrop: parseEther("520000000"),
  lockBonus: parseEther("80000000"),
  treasury: parseEther("150000000"),
  team: parseEther("120000000"),
  liquidity: parseEther("80000000"),
  grants: parseEther("50000000"),
} as const;

/** GIM and everything that it governs with. All of it belongs to the timelock from its constructor on. */
export function deployGovernance(
  m: IgnitionModuleBuilder,
  { governance: config, external }: NetworkConfig,
  roles: Roles,
  { IndexFactory, KeeperRegistry, AssetRegistry }: CoreContracts,
  { Zap, IndexLens }: PeripheryContracts,
  { IndexTimelock: timelock }: Timelock,
): GovernanceContracts {
  const token = m.contract("GovernanceToken", [m.getAccount(0)]);
  // The splitter, which receives penalties in the end, comes later.
  const escrow = m.contract("VotingEscrow", [token, timelock, timelock]);
  const scores = m.contract("ScoreRegistry", [escrow, timelock, SCORE_TIERS.map((tier) => ({ ...tier }))]);
  const governor = m.contract("IndexGovernor", [escrow, timelock, scores, KeeperRegistry, { ...config.governor }]);
  const module = m.contract("OptimisticModule", [timelock, governor, escrow, KeeperRegistry]);

  const distributor = m.contract("RevenueDistributor", [escrow, IndexFactory, timelock, config.minStaked]);
  const keeperBudget = roles.grants ?? timelock;
  const splitter = m.contract("FeeSplitter", [token, distributor, timelock, timelock, keeperBudget]);
  const buyback = m.contract("Buyback", [token, external.uniswapV3Factory, timelock]);

  const compounder = m.contract("Compounder", [
    distributor,
    buyback,
    Zap,
    IndexLens,
    AssetRegistry,
    external.uniswapV3Factory,
  ]);
  const sales = m.contract("SaleRoundFactory", [timelock, scores, KeeperRegistry, splitter]);

  return {
    GovernanceToken: token,
    VotingEscrow: escrow,
    ScoreRegistry: scores,
    IndexGovernor: governor,
    OptimisticModule: module,
    RevenueDistributor: distributor,
    FeeSplitter: splitter,
    Buyback: buyback,
    Compounder: compounder,
    MerkleAirdrop: m.contract("MerkleAirdrop", [escrow, timelock, timelock]),
    SaleRoundFactory: sales,
    SaleRoundImplementation: m.contractAt("SaleRound", m.staticCall(sales, "implementation")),
    TeamVesting: m.contract("TeamVesting", [roles.team]),
  };
}

/** Sends every GIM where it belongs. The deployer is left with none. */
export function allocate(
  m: IgnitionModuleBuilder,
  roles: Roles,
  { GovernanceToken, TeamVesting }: GovernanceContracts,
  { IndexTimelock }: Timelock,
): Future[] {
  const { airdrop, lockBonus, treasury, team, liquidity, grants } = ALLOCATION;
  const send = (name: string, to: CallableContractFuture<string> | string, amount: bigint): Future =>
    m.call(GovernanceToken, "transfer", [to, amount], { id: `allocate_${name}` });

  return [
    send("timelock", IndexTimelock, airdrop + lockBonus + treasury),
    send("team", TeamVesting, team),
    send("liquidity", roles.liquidity ?? IndexTimelock, liquidity),
    send("grants", roles.grants ?? IndexTimelock, grants),
  ];
}
