// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetFlags} from "../../contracts/types/AssetFlags.sol";
import {Asset, FeeParams} from "../../contracts/types/VaultTypes.sol";
import {HostileToken} from "../../contracts/mocks/HostileToken.sol";
import {VaultHandlerBase} from "./VaultHandlerBase.sol";

/// @title HolderActions
/// @notice What holders and passers-by do: mint, redeem, claim, transfer, donate, sync, hand out fees, let time pass.
abstract contract HolderActions is VaultHandlerBase {
    function mint(uint256 seed) external action(seed) {
        address actor = _actor();
        _mint(actor, _someShares());
    }

    function redeem(uint256 seed) external action(seed) {
        address actor = _holder();
        uint256 balance = vault.balanceOf(actor);
        if (balance == 0) return;
        uint256 shares = _pick(1, 1 + _rand(balance), 1 + _rand(balance), balance);
        _redeem(actor, shares, _rand(3) == 0 ? _rand(2 ** vault.basketSize()) : 0);
    }

    function claim(uint256 seed) external action(seed) {
        address actor = _actor();
        for (uint256 c; c < _coins.length; ++c) {
            address token = address(_coins[c].token);
            if (vault.owed(token, actor) != 0) _claim(actor, token);
        }
    }

    function transfer(uint256 seed) external action(seed) {
        address from = _holder();
        address to = _actor();
        uint256 amount = _rand(vault.balanceOf(from) + 1);
        vm.prank(from);
        vault.transfer(to, amount);
        _did("transfer");
    }

    function donate(uint256 seed) external action(seed) {
        uint256 c = _rand(_coins.length);
        uint256 held = _held(c);
        if (address(_coins[c].token).code.length == 0) return;
        _coins[c].token.mint(address(vault), _pick(1, 1 + _rand(held + 1), 1 + _rand(1_000), 2 * held));
        _did("donate");
    }

    function sync(uint256 seed) external action(seed) {
        uint256 i = _rand(vault.basketSize());
        (Asset[] memory assets, uint256[] memory units, ) = vault.basket();
        try vault.sync(i) {
            _disturbed[assets[i].token] = false;
            (, uint256[] memory unitsAfter, ) = vault.basket();
            if (unitsAfter[i] > units[i]) _did("drip");
            if (unitsAfter[i] < units[i]) _did("absorb");
            _check(
                unitsAfter[i] <= units[i] + units[i] / 24_000,
                "INV-09: a call of sync lets in one hour of the drip at most"
            );
        } catch {}
    }

    function distributeFees(uint256 seed) external action(seed) {
        uint256 supply = vault.totalSupply();
        if (vault.distributeFees() != 0) _did("distributeFees");
        _check(vault.totalSupply() == supply, "INV-02: handing out fees does not change the supply");
    }

    function setFees(uint256 seed) external action(seed) {
        FeeParams memory next = FeeParams(uint64(_rand(uint256(0.05e18) / 365 days)), uint16(_rand(101)), curator);
        uint256 supply = vault.totalSupply();
        vm.prank(curator);
        vault.setFees(next);
        if (vault.changeEta(keccak256(abi.encode("fees", next))) != 0 && _rand(2) == 0) {
            skip(7 days);
            supply = vault.totalSupply();
            vault.applyFees(next);
        }
        _did("setFees");
        _check(vault.totalSupply() == supply, "INV-02: changing fees does not change the supply");
    }

    function wait(uint256 seed) external action(seed) {
        skip(
            _pick(_between(1, 60), _between(10 minutes, 6 hours), _between(1 hours, 3 days), _between(1 days, 9 days))
        );
        _did("wait");
    }

    /* STEPS */

    function _mint(address actor, uint256 shares) internal returns (bool) {
        _fund(actor, shares);
        return _mintFunded(actor, shares);
    }

    function _mintFunded(address actor, uint256 shares) internal returns (bool) {
        uint256 feeShares = (shares * vault.fees().mintFeeBps + 9_999) / 10_000;
        uint32 nonce = vault.basketNonce();
        uint256 m = vault.multiplier();
        vm.prank(actor);
        try vault.mint(shares, actor, new uint256[](0), 100, nonce) {
            _aggregate += (shares + feeShares) * m;
            _did("mint");
            return true;
        } catch {
            return false;
        }
    }

    /// @dev With plenty of gas: INV-06 says that it works.
    function _redeem(address actor, uint256 shares, uint256 skipBitmap) internal {
        uint256 m = vault.multiplier();
        uint32 nonce = vault.basketNonce();
        vm.prank(actor);
        try vault.redeem(shares, actor, actor, new uint256[](0), skipBitmap, nonce) returns (
            uint256[] memory amounts,
            uint256 deferred
        ) {
            _aggregate -= shares * m;
            _booked(amounts, deferred, skipBitmap);
            _did("redeem");
            if (deferred & ~skipBitmap != 0) _did("failedLeg");
        } catch {
            _check(false, "INV-06: redeem never reverts, whatever tokens do");
        }
    }

    /// @dev What a redemption paid, and which tokens it looked at.
    function _booked(uint256[] memory amounts, uint256 deferred, uint256 skipBitmap) internal {
        (Asset[] memory assets, , ) = vault.basket();
        for (uint256 i; i < assets.length; ++i) {
            address token = assets[i].token;
            bool isDeferred = (deferred >> i) & 1 != 0;
            if (!isDeferred) _mayLeave[token] += amounts[i];
            if (token.code.length == 0) continue;
            HostileToken.Mode mode = HostileToken(token).mode();
            if (mode == HostileToken.Mode.LYING_RETURN && (skipBitmap >> i) & 1 == 0) {
                // It paid and said that it did not: what the vault believes it owes is missing until the next look.
                _mayLeave[token] += amounts[i];
                _disturbed[token] = true;
            } else if (_isRead(assets[i], mode, (skipBitmap >> i) & 1 != 0)) {
                _disturbed[token] = false;
            }
        }
    }

    function _isRead(Asset memory asset, HostileToken.Mode mode, bool skipped) private pure returns (bool) {
        bool silent = mode == HostileToken.Mode.SILENT_BALANCE || mode == HostileToken.Mode.BURN_ALL_GAS;
        return asset.flags & AssetFlags.MAY_SHRINK != 0 && !skipped && !silent;
    }

    function _claim(address actor, address token) internal {
        HostileToken.Mode mode = token.code.length == 0 ? HostileToken.Mode.PAUSED : HostileToken(token).mode();
        bool healthy = mode == HostileToken.Mode.HONEST || mode == HostileToken.Mode.NO_RETURN;
        bool wasShort = _disturbed[token];
        vm.prank(actor);
        try vault.claim(token, actor) returns (uint256 amount) {
            _mayLeave[token] += amount;
            _did("claim");
            if (_isInBasket(token)) _disturbed[token] = false;
        } catch {
            _check(!healthy || wasShort, "INV-06: a claim on a token that works is paid");
        }
    }

    function _isInBasket(address token) internal view returns (bool) {
        (Asset[] memory assets, , ) = vault.basket();
        for (uint256 i; i < assets.length; ++i) if (assets[i].token == token) return true;
        return false;
    }
}
