// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Tier} from "../../contracts/types/GovernanceTypes.sol";

/// @title ScoreTable
/// @notice The tiers that the protocol starts with, as sdk/src/governance/tiers.ts has them.
library ScoreTable {
    function tiers() internal pure returns (Tier[10] memory list) {
        list[0] = Tier(2_200e18, 200, 1_200, 1, 1_000, 24 hours, 10_000);
        list[1] = Tier(11_100e18, 400, 1_400, 1, 2_000, 22 hours, 10_000);
        list[2] = Tier(22_200e18, 600, 1_600, 1, 3_000, 20 hours, 12_500);
        list[3] = Tier(44_400e18, 800, 1_800, 1, 4_000, 18 hours, 12_500);
        list[4] = Tier(88_800e18, 1_000, 2_000, 2, 5_000, 16 hours, 15_000);
        list[5] = Tier(133_300e18, 1_200, 2_200, 2, 6_000, 14 hours, 15_000);
        list[6] = Tier(333_300e18, 1_500, 2_500, 2, 8_000, 12 hours, 20_000);
        list[7] = Tier(444_400e18, 1_800, 2_800, 3, 10_000, 8 hours, 20_000);
        list[8] = Tier(555_500e18, 2_100, 3_100, 3, 12_000, 4 hours, 25_000);
        list[9] = Tier(777_700e18, 2_500, 3_500, 4, 15_000, 0, 30_000);
    }
}
