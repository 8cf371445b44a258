import type {
  ArgumentType,
  CallableContractFuture,
  EncodeFunctionCallFuture,
  Future,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import type { NetworkConfig, ServicesConfig } from "../config/types.ts";
import type { CoreContracts } from "./Core.ts";
import { ALLOCATION, type GovernanceContracts } from "./Governance.ts";
import { OWNED_SERVICES, type ServiceContracts } from "./Services.ts";
import type { Timelock } from "./Timelock.ts";

/** Contracts that belong to the timelock in the end, by the names of the address book. */
export const OWNED = [
  "AssetRegistry",
  "KeeperRegistry",
  "IndexFactory",
  "VotingEscrow",
  "ScoreRegistry",
  "OptimisticModule",
  "RevenueDistributor",
  "FeeSplitter",
  "Buyback",
  "MerkleAirdrop",
  "SaleRoundFactory",
] as const;

type Contracts = CoreContracts & GovernanceContracts & ServiceContracts & Timelock;
type SetupCall = { target: CallableContractFuture<string>; data: EncodeFunctionCallFuture<string, string> };

/**
 * The last step: the timelock accepts what the deployer owned, sets what only an owner can set, and from then on obeys
 * the governor. One transaction; nobody is ever its proposer or administrator in between (TimelockFactory.sol).
 */
export function handOver(m: IgnitionModuleBuilder, config: NetworkConfig, contracts: Contracts, after: Future[]): void {
  const { TimelockFactory, IndexTimelock, AssetRegistry, KeeperRegistry, IndexFactory } = contracts;
  const given = [AssetRegistry, KeeperRegistry, IndexFactory];
  const offers = given.map((contract) =>
    m.call(contract, "transferOwnership", [IndexTimelock], { id: `offer_${contract.contractName}`, after }),
  );

  m.call(
    TimelockFactory,
    "complete",
    [
      {
        governor: contracts.IndexGovernor,
        optimisticModule: contracts.OptimisticModule,
        delay: config.governance.timelockDelay,
        owned: ownedOf(contracts),
        calls: setupCalls(m, config, contracts),
      },
    ],
    { id: "handOver", after: offers },
  );
}

/** Everything that the timelock owns on a network, services too where there are any. */
function ownedOf(contracts: Contracts): CallableContractFuture<string>[] {
  const services = OWNED_SERVICES.map((name) => contracts[name]).filter((contract) => contract !== undefined);
  return [...OWNED.map((name) => contracts[name]), ...services];
}

/** What the timelock does itself before it obeys anybody. */
function setupCalls(m: IgnitionModuleBuilder, config: NetworkConfig, c: Contracts) {
  const { governance, assets, protocolFeeBps } = config;
  let count = 0;
  const call = (target: CallableContractFuture<string>, name: string, args: ArgumentType[] = []): SetupCall => ({
    target,
    data: m.encodeFunctionCall(target, name, args, { id: `setup_${++count}_${name}` }),
  });
  const rewardTokens = governance.rewardTokens.map((symbol) => {
    const listed = assets.find((asset) => asset.symbol === symbol);
    if (listed === undefined) throw new Error(`the reward token ${symbol} is not listed on this network`);
    return listed.token;
  });
  const { airdrop } = governance;
  const total = airdrop?.total ?? 0n; // {GIM wei}
  if (total > ALLOCATION.airdrop) throw new Error(`the airdrop's list sums to ${total}, more than its part of GIM`);

  return [
    call(c.AssetRegistry, "acceptOwnership"),
    call(c.KeeperRegistry, "acceptOwnership"),
    call(c.IndexFactory, "acceptOwnership"),
    call(c.IndexFactory, "setProtocolFee", [protocolFeeBps, c.FeeSplitter]),
    call(c.VotingEscrow, "setPenaltyReceiver", [c.FeeSplitter]),
    call(c.VotingEscrow, "setDepositor", [c.MerkleAirdrop, true]),
    call(c.VotingEscrow, "setDepositor", [c.Compounder, true]),
    call(c.RevenueDistributor, "setRewardToken", [c.GovernanceToken, true]),
    ...rewardTokens.map((token) => call(c.RevenueDistributor, "setRewardToken", [token, true])),
    call(c.FeeSplitter, "setBuyback", [c.Buyback]),
    call(c.GovernanceToken, "approve", [c.MerkleAirdrop, total + ALLOCATION.lockBonus]),
    call(c.MerkleAirdrop, "fundBonus", [ALLOCATION.lockBonus]),
    ...(airdrop === undefined
      ? []
      : [
          call(c.MerkleAirdrop, "createWave", [
            airdrop.root,
            airdrop.total,
            airdrop.start,
            airdrop.deadline,
            airdrop.vestEnd,
          ]),
        ]),
    ...serviceCalls(config.services, c, call),
  ];
}

/** Prices of credits and plans, and the size of trials. */
function serviceCalls(
  { credits, plans, trialCredits }: ServicesConfig,
  { AccessPass }: ServiceContracts,
  call: (target: CallableContractFuture<string>, name: string, args: ArgumentType[]) => SetupCall,
): SetupCall[] {
  if (AccessPass === undefined) return [];
  return [
    ...Object.entries(credits).map(([id, { usdc, gim }]) => call(AccessPass, "setCreditPrice", [id, usdc, gim])),
    ...plans.map(({ usdc, gim, services, creditsPerDay }) =>
      call(AccessPass, "addPlan", [{ usdcPrice: usdc, gimPrice: gim, services, creditsPerDay }]),
    ),
    call(AccessPass, "setTrialCredits", [trialCredits]),
  ];
}
