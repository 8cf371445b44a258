// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ThiefHandler} from "./ThiefHandler.sol";

/// @title LiarHandler
/// @notice A thief with the signing key whom some feeds help: within the breaker, at 1% or 100 times the truth, or not at
/// all, before a proposal and in the middle of an epoch.
contract LiarHandler is ThiefHandler {
    function lie(uint256 seed) external action(seed) {
        _loses();
        uint256 c = _rand(_coins.length);
        uint256 bps = _pick(_between(9_000, 11_000), _between(6_100, 16_000), 100, 1_000_000);
        uint256 price = (_coins[c].truth * bps) / 10_000;
        if (price < 1e18 || price > 1e33) return;
        _publish(c, price);
        _did("lie");
    }

    function silence(uint256 seed) external action(seed) {
        _publish(_rand(_coins.length), 0);
        _did("silence");
    }

    function tellTruth(uint256 seed) external action(seed) {
        for (uint256 c; c < _coins.length; ++c) if (_coins[c].said != _coins[c].truth) _publish(c, _coins[c].truth);
        _did("tellTruth");
    }

    /// @dev The guardian freezes, the owner thaws.
    function freeze(uint256 seed) external action(seed) {
        address token = address(_coins[_rand(_coins.length)].token);
        bool frozen = _rand(2) == 0;
        if (frozen) vm.prank(guardian);
        registry.setFrozen(token, frozen);
        _did("freeze");
    }
}
