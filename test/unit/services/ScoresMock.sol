// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Tier} from "../../../contracts/types/GovernanceTypes.sol";

/// @title ScoresMock
/// @notice Discounts of any size, beyond those of the ten tiers, as a test sets them. It answers for the last week start
/// alone.
contract ScoresMock {
    error WrongTime(uint256 timestamp);

    mapping(address account => uint16 bps) public discountOf;

    function setDiscount(address account, uint16 bps) external {
        discountOf[account] = bps;
    }

    function lastWeekStart() public view returns (uint256) {
        return ((block.timestamp - 1) / 1 weeks) * 1 weeks;
    }

    function benefitsAt(address account, uint256 timestamp) external view returns (uint8 tier, Tier memory benefits) {
        require(timestamp == lastWeekStart(), WrongTime(timestamp));
        benefits.apiDiscountBps = discountOf[account];
        tier = benefits.apiDiscountBps == 0 ? 0 : 1;
    }
}
