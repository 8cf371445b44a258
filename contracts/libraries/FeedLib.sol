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
    /// @dev With at most 90 more bits for the scale the product stays within 256 bits.
    uint256 private constant MAX_ANSWER = type(uint160).max;

    /// @dev Latest round of `feed`; all zero when it reverts, burns its gas, has no code or answers too little.
    function latestRound(
        address feed
    ) internal view returns (uint256 roundId, uint256 answer, uint256 startedAt, uint256 updatedAt) {
        bool answered;
        assembly ("memory-safe") {
            let result := mload(0x40)
            mstore(0, 0xfeaf968c) // latestRoundData()
            // Evaluated from right to left: the call comes first.
            answered := and(gt(returndatasize(), 0x9f), staticcall(GAS, feed, 0x1c, 0x04, result, 0xa0))
            if answered {
                roundId := mload(result)
                answer := mload(add(result, 0x20))
                startedAt := mload(add(result, 0x40))
                updatedAt := mload(add(result, 0x60))
            }
        }
        if (!answered) requireGas(GAS);
    }

    /// @dev Price by `feed`, 0 when there is none that is positive and at most `heartbeat` seconds old.
    /// @param heartbeat {s}
    /// @param decimals of the feed, at most 36.
    /// @return price D27{USD/tok}
    /// @return roundId of the answer; 0 when there is none or it does not fit 80 bits.
    function read(
        address feed,
        uint256 heartbeat,
        uint256 decimals
    ) internal view returns (uint256 price, uint256 roundId) {
        uint256 answer; // D(decimals){USD/tok}; a negative answer reads as more than MAX_ANSWER
        uint256 updatedAt; // {s}
        (roundId, answer, , updatedAt) = latestRound(feed);
        if (roundId > type(uint80).max) return (0, 0);

        // A time in the future wraps to an age beyond any heartbeat; the scale is bounded as said at MAX_ANSWER.
        // `answeredInRound` is not looked at: Chainlink deprecated it, and it always equals the round.
        unchecked {
            if (updatedAt == 0 || block.timestamp - updatedAt > heartbeat || answer > MAX_ANSWER) return (0, roundId);
            // D27{USD/tok} = D(d){USD/tok} * 10^(27-d)
            price = decimals < 28 ? answer * 10 ** (27 - decimals) : answer / 10 ** (decimals - 27);
        }
        if (price > MAX_PRICE) price = 0;
    }

    /// @dev After a failed call: reverts when the caller may have starved it of the `cap` that it was entitled to.
    /// A call keeps 1/64 of the gas, so less than cap / 63 left means that less than `cap` may have been passed on.
    function requireGas(uint256 cap) internal view {
        require(gasleft() > cap / 63, Errors.AssetRegistry_GasTooLow(gasleft(), cap / 63));
    }
}
