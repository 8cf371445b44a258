// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FloatPrice} from "../../contracts/libraries/FloatPrice.sol";
import {Asset, Epoch} from "../../contracts/types/VaultTypes.sol";
import {KeeperActions} from "./KeeperActions.sol";

/// @title ThawHandler
/// @notice Crashes, rises and silent feeds at any moment of a vault's life, each followed through to the thaw.
contract ThawHandler is KeeperActions {
    uint256 internal constant DAY = 1 days; // {s}

    /// @dev A real fall of 60% or more, or a real rise, whatever else happened before: frozen in the harmful direction at
    /// once, free again after 6 hours and two rounds.
    function crash(uint256 seed) external action(seed) {
        _loses();
        uint256 i = _rand(vault.basketSize());
        uint256 c = _coinIndex(i);
        if (_rand(3) != 0) _proposeRisk(); // mostly with an epoch that lasts until the thaw
        uint256 accepted = _settleRecord(i, c);
        bool falls = _rand(4) != 0;
        uint256 price = falls ? (accepted * _between(100, 4_000)) / 10_000 : accepted * _between(2, 20);
        if (!_isSayable(c, price)) return;
        _move(c, price);
        uint256 began = block.timestamp;
        uint8 freeze = vault.checkPrice(i);
        _check(freeze == (falls ? 1 : 2), "INV-13: a price beyond the breaker freezes the harmful direction, no other");

        skip(_between(6 hours, 10 hours));
        for (uint256 rounds = 2 + _rand(3); rounds > 0; --rounds) _move(c, (price * _between(9_800, 10_200)) / 10_000);
        _check(vault.checkPrice(i) == 0, "INV-13: a real crash thaws after 6 hours and two rounds that confirm it");
        _tradeAgain(i);
        _check(block.timestamp - began <= DAY, "INV-13: a token that really crashed trades again within a day");
        _did("crash");
    }

    /// @dev One round is no confirmation, nor is an hour.
    function crashTooEarly(uint256 seed) external action(seed) {
        _loses();
        uint256 i = _rand(vault.basketSize());
        uint256 c = _coinIndex(i);
        uint256 price = (_settleRecord(i, c) * _between(100, 4_000)) / 10_000;
        if (!_isSayable(c, price)) return;
        _move(c, price);
        vault.checkPrice(i);
        bool early = _rand(2) == 0;
        skip(early ? _between(1, 6 hours - 1) : _between(6 hours, 2 days));
        _move(c, price);
        if (early) _move(c, price);
        _check(vault.checkPrice(i) == 1, "INV-13: nothing thaws before 6 hours and two rounds");
        _did("crashTooEarly");
    }

    /// @dev No price: frozen both ways. Back: free at once.
    function silence(uint256 seed) external action(seed) {
        uint256 i = _rand(vault.basketSize());
        uint256 c = _coinIndex(i);
        _settleRecord(i, c);
        uint256 price = _coins[c].truth;
        _loses();
        _publish(c, 0);
        _check(vault.checkPrice(i) == 3, "INV-13: a token without a price is frozen both ways");
        skip(_between(1, 2 days));
        _publish(c, price);
        _check(vault.checkPrice(i) == 0, "INV-13: a token thaws when its price returns");
        _did("silence");
    }

    /// @dev Both sides of the token's book are open: a fill moves it when an epoch wants it moved.
    function _tradeAgain(uint256 i) private {
        Epoch memory e = vault.epoch();
        if (e.cancelled || block.timestamp >= e.closesAt || block.timestamp + 2 hours > e.closesAt) return;
        if (block.timestamp < uint256(e.refreshedAt) + 1 hours) vm.warp(uint256(e.refreshedAt) + 1 hours);
        try vault.refreshTargets() {} catch {
            return;
        }
        if (block.timestamp < e.opensAt) vm.warp(e.opensAt);
        skip(30 minutes);
        if (_fillOne(i)) _did("tradedAgain");
    }

    /// @dev Whether a fill of token i was tried where one was possible.
    function _fillOne(uint256 i) private returns (bool) {
        (uint256[] memory from, uint256[] memory to) = _gaps();
        uint256 filled = done[keccak256("fillRisk")] + done[keccak256("fillDerisk")];
        for (uint256 k; k < from.length; ++k) {
            for (uint256 n; n < to.length; ++n)
                if (from[k] == i || to[n] == i) _fill(from[k], to[n], type(uint256).max);
        }
        return done[keccak256("fillRisk")] + done[keccak256("fillDerisk")] > filled;
    }

    /// @dev Makes sure that token i is not frozen. D27{USD/tok} its last accepted price, 0 before any proposal.
    function _settleRecord(uint256 i, uint256 c) private returns (uint256) {
        _move(c, _coins[c].truth);
        if (vault.checkPrice(i) != 0) {
            skip(6 hours);
            _move(c, _coins[c].truth);
            _move(c, _coins[c].truth);
            vault.checkPrice(i);
        }
        return FloatPrice.decode(vault.targets()[i].price);
    }

    /// @dev Whether the feed can tell the price to a thousandth, and no token has ever cost more.
    function _isSayable(uint256 c, uint256 price) private view returns (bool) {
        return price >= 10 ** (30 - _coins[c].feedDecimals) && price <= 1e33;
    }

    function _move(uint256 c, uint256 price) private {
        _publish(c, price);
        _coins[c].truth = _coins[c].said;
    }

    function _coinIndex(uint256 i) private view returns (uint256) {
        (Asset[] memory assets, , ) = vault.basket();
        return _coinAt[assets[i].token] - 1;
    }
}
