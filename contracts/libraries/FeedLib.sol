// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Errors} from "./Errors.sol";

/// @title FeedLib
/// @notice Reads Chainlink feeds without ever trusting them: no revert, gas or length of an answer gets out of
/// here.
library FeedLib {
    /// @dev {gas} a feed may burn. A live proxy with its aggregator needs about 20,000.
    uint256 internal constant GAS = 200_000;
    /// @dev Dearer than any token; keeps products of prices and amounts far from an overflow. D27{USD/tok}
    uint256 internal constant MAX_PRICE = type(uint128).max;

    /// @dev Price by `feed`, 0 when there is none that is positive and at most `heartbeat` seconds old.
    /// One block of assembly, because a proposal runs it a hundred times.
    /// @param heartbeat {s}
    /// @param decimals of the feed, at most 36.
    /// @return price D27{USD/tok}
    /// @return roundId of the answer; 0 when there is none or it does not fit 80 bits.
    function read(
        address feed,
        uint256 heartbeat,
        uint256 decimals
    ) internal view returns (uint256 price, uint256 roundId) {
        bool answered;
        assembly ("memory-safe") {
            let round := mload(0x40)
            mstore(0, 0xfeaf968c) // latestRoundData()
            // Evaluated from right to left: the call comes first.
            answered := and(gt(returndatasize(), 0x9f), staticcall(GAS, feed, 0x1c, 0x04, round, 0xa0))
            if answered {
                roundId := mload(round)
                let answer := mload(add(round, 0x20)) // D(decimals){USD/tok}
                let updatedAt := mload(add(round, 0x60)) // {s}
                // Each term is 0 when all is well. A negative answer has high bits; a time in the future wraps to an
                // age beyond any heartbeat, and 0 is older than any. `answeredInRound` is not read: it is deprecated.
                if iszero(or(or(shr(80, roundId), shr(160, answer)), gt(sub(timestamp(), updatedAt), heartbeat))) {
                    // D27{USD/tok} = D(d){USD/tok} * 10^(27-d), at most 160 + 90 bits
                    switch lt(decimals, 28)
                    case 1 {
                        price := mul(answer, exp(10, sub(27, decimals)))
                    }
                    default {
                        price := div(answer, exp(10, sub(decimals, 27)))
                    }
                    price := mul(price, iszero(shr(128, price))) // at most MAX_PRICE
                }
                roundId := mul(roundId, iszero(shr(80, roundId)))
            }
        }
        if (!answered) requireGas(GAS);
    }

    /// @dev Latest status of a sequencer uptime feed: 0 = up, and since when {s}. Down since 0 when it does not answer.
    function readStatus(address feed) internal view returns (uint256 status, uint256 startedAt) {
        bool answered;
        status = 1;
        assembly ("memory-safe") {
            let round := mload(0x40)
            mstore(0, 0xfeaf968c) // latestRoundData()
            answered := and(gt(returndatasize(), 0x9f), staticcall(GAS, feed, 0x1c, 0x04, round, 0xa0))
            if answered {
                status := mload(add(round, 0x20))
                startedAt := mload(add(round, 0x40))
            }
        }
        if (!answered) requireGas(GAS);
    }

    /// @dev After a failed call: reverts when the caller may have starved it of the `cap` that it was entitled to.
    /// A call keeps 1/64 of the gas, so less than cap / 63 left means that less than `cap` may have been passed on.
    function requireGas(uint256 cap) internal view {
        require(gasleft() > cap / 63, Errors.AssetRegistry_GasTooLow(gasleft(), cap / 63));
    }
}
