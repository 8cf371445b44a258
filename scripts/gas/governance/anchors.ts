// What staking, claiming and voting cost elsewhere, in gas of whole transactions (base cost and calldata included), measured in
// November 2026 on a local node by the method of scripts/gas/measure.ts.
// Velodrome: contracts 1ea5fee. Aerodrome: contracts a5fae2e. Balancer: veBAL and FeeDistributor, the bytecode on mainnet.
// Reserve: StakingVault 47d121b with one reward token. OpenZeppelin: Governor 5.7 with ERC20Votes and TimelockController.
// All locks there are NFTs or of one token with history of their own; claims of Velodrome and Aerodrome lock again what they
// pay, and cover at most 50 weeks a call, Balancer's 20: a year takes two calls (1,594,496 + 345,288 gas; 1,693,704 +
// 407,207) and three (1,695,531).
//
// Ceiling: what ours may cost at most; the gas check fails above it.
import type { Anchor } from "../anchors.ts";

export const governanceAnchors: Record<string, Anchor> = {
  "lock, tx": {
    ceiling: 155_000,
    velodrome: 396_015,
    aerodrome: 446_225,
    balancer: 318_701,
    reserve: 393_698,
  },
  "lock in a new week, tx": { ceiling: 155_000, velodrome: 413_115, aerodrome: 463_325, balancer: 318_701 },
  "top up a lock, tx": {
    ceiling: 125_000,
    velodrome: 200_589,
    aerodrome: 250_896,
    balancer: 262_400,
    reserve: 252_383,
  },
  "extend a lock, tx": { ceiling: 125_000, velodrome: 179_434, aerodrome: 224_030, balancer: 242_047 },
  "top up a delegated lock, tx": { ceiling: 165_000 },
  "make a lock permanent, tx": { ceiling: 120_000, velodrome: 206_213, aerodrome: 253_620 },
  "end the permanence of a lock, tx": { ceiling: 120_000 },
  "withdraw, tx": {
    ceiling: 185_000,
    velodrome: 236_826,
    aerodrome: 286_986,
    balancer: 168_506,
    reserve: 341_712,
  },
  "withdraw a delegated lock, tx": { ceiling: 185_000 },
  "exit early, tx": { ceiling: 130_000 },
  "delegate, first to a delegate, tx": {
    ceiling: 165_000,
    velodrome: 233_973,
    aerodrome: 233_969,
    reserve: 102_160,
    openzeppelin: 95_530,
  },
  "delegate, second to a delegate, tx": { ceiling: 165_000, openzeppelin: 96_627 },
  "delegate to another, tx": { ceiling: 180_000, velodrome: 280_539, aerodrome: 280_560, openzeppelin: 96_627 },
  "delegate back to oneself, tx": { ceiling: 180_000 },

  "pay revenue in, a token's first time, tx": { ceiling: 140_000 },
  "pay revenue in, again in that week, tx": { ceiling: 140_000 },
  "pay revenue in, in a new week, tx": { ceiling: 140_000 },
  "claim 1 token for the first time, tx": { ceiling: 100_000 },
  "claim 1 token after 1 week, tx": {
    ceiling: 100_000,
    velodrome: 269_870,
    aerodrome: 307_548,
    balancer: 112_999,
    reserve: 126_519,
  },
  "claim 1 token after 10 weeks, tx": {
    ceiling: 100_000,
    velodrome: 498_298,
    aerodrome: 557_165,
    balancer: 357_880,
    reserve: 127_242,
  },
  "claim 1 token after 35 weeks, tx": { ceiling: 100_000 },
  "claim 1 token after 52 weeks, tx": {
    ceiling: 100_000,
    velodrome: 1_594_496,
    aerodrome: 1_693_704,
    balancer: 1_284_955,
    reserve: 128_559,
  },
  "claim 2 tokens after 45 weeks, first time of one, tx": { ceiling: 200_000 },
  "commit to a sale, tx": { ceiling: 110_000 },
  "settle a sale, tx": { ceiling: 70_000 },
  "claim an airdrop, tx": { ceiling: 105_000 },
  "claim an airdrop into a lock with bonus, tx": { ceiling: 210_000 },
  "propose 1 action, tx": { ceiling: 110_000, missed: 85_000, openzeppelin: 68_782 },
  "vote, first on a side, tx": { ceiling: 95_000, missed: 90_000, openzeppelin: 88_311 },
  "vote before the quorum, tx": { ceiling: 90_000, openzeppelin: 71_211 },
  "vote that makes the quorum, tx": { ceiling: 160_000 },
  "vote after the quorum, tx": { ceiling: 90_000, openzeppelin: 71_211 },
  "queue 1 action, tx": { ceiling: 180_000, openzeppelin: 144_407 },
  "execute 1 action, tx": { ceiling: 145_000, openzeppelin: 91_376 },
  "compound 1 token into a lock, tx": { ceiling: 225_000 },
  "vote with 3 000 dust delegations, fresh, tx": { ceiling: 200_000 },
  "vote with 3 000 dust delegations, 30 weeks stale, tx": { ceiling: 200_000 },
};
