import type {
  ArgumentType,
  CallableContractFuture,
  EncodeFunctionCallFuture,
  Future,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import type { NetworkConfig } from "../config/types.ts";
import type { CoreContracts } from "./Core.ts";
import { ALLOCATION, type GovernanceContracts } from "./Governance.ts";
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

type Contracts = CoreContracts & GovernanceContracts & Timelock;
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
        owned: OWNED.map((name) => contracts[name]),
        calls: setupCalls(m, config, contracts),
      },
    ],
    { id: "handOver", after: offers },
  );
}

/** What the timelock does itself before it obeys anybody. */
function setupCalls(m: IgnitionModuleBuilder, { governance, assets, protocolFeeBps }: NetworkConfig, c: Contracts) {
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
  ];
}
