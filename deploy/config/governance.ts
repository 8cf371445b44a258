import { parseEther } from "viem";
import type { GovernanceConfig } from "./types.ts";

const DAY = 86_400;

/** What every network starts with; a network's own file says where it differs. Percentages are of all GIM. */
export const GOVERNANCE: GovernanceConfig = {
  accounts: {},
  timelockDelay: 2 * DAY,
  governor: {
    votingDelay: 2 * DAY,
    votingPeriod: 7 * DAY,
    lateQuorumExtension: 2 * DAY,
    proposalThreshold: parseEther("1000000"), // 0.1%
    quorumPercent: 10,
    quorumFloor: parseEther("20000000"), // 2%
    quorumCap: parseEther("1000000000"), // none
    launchGate: parseEther("50000000"), // 5%
  },
  minStaked: parseEther("10000000"), // 1%
  rewardTokens: ["WETH", "USDC"],
};
