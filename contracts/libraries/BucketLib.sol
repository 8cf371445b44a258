// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Buckets} from "../types/VaultTypes.sol";

/// @title BucketLib
/// @notice Leaky buckets for turnover and loss, as fractions of NAV per share, so that minting or redeeming neither
/// renews nor dilutes them.
/// @dev A weekly figure F is split in two halves: the bucket holds F/2 and F/2 leaks out in 7 days, linearly. Whatever
/// is done, no window of 7 days lets through more than F/2 + F/2 = F.
library BucketLib {
    uint256 internal constant PERIOD = 7 days; // {s}
    uint256 internal constant BPS_TO_D18 = 1e14; // D18{1} a basis point

    /// @dev D18{1} what the bucket of a weekly figure {bps} holds.
    function capacity(uint256 weeklyBps) internal pure returns (uint256) {
        return (weeklyBps * BPS_TO_D18) / 2;
    }

    /// @dev D18{1} what is still in the bucket now.
    function used(uint256 level, uint256 updatedAt, uint256 weeklyBps) internal view returns (uint256) {
        uint256 leaked = (capacity(weeklyBps) * (block.timestamp - updatedAt)) / PERIOD;
        return leaked >= level ? 0 : level - leaked;
    }

    /// @dev Brings both shared buckets up to now.
    function leak(Buckets memory b, uint256 turnoverBps, uint256 lossBps) internal view {
        // Levels only fall here, so they still fit their fields.
        b.turnover = uint64(used(b.turnover, b.updatedAt, turnoverBps));
        b.loss = uint64(used(b.loss, b.updatedAt, lossBps));
        b.updatedAt = uint40(block.timestamp);
    }
}
