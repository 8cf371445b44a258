// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIndexVault} from "../../contracts/interfaces/IIndexVault.sol";
import {Errors} from "../../contracts/libraries/Errors.sol";
import {HostileToken} from "../../contracts/mocks/HostileToken.sol";
import {Asset} from "../../contracts/types/VaultTypes.sol";
import {HolderActions} from "./HolderActions.sol";

/// @title HostileActions
/// @notice What tokens do to their holders, and callers who starve an exit of gas.
abstract contract HostileActions is HolderActions {
    uint256 internal constant LEG_GAS = 700_000; // {gas} enough for any leg
    uint256 internal constant SKIPPED_LEG_GAS = 80_000; // {gas} enough for a leg that is not tried

    mapping(address token => bytes) internal _code;
    bytes[] private _payloads;

    function setMode(uint256 seed) external action(seed) {
        uint256 c = _rand(_coins.length);
        if (address(_coins[c].token).code.length == 0) return;
        _turn(c, HostileToken.Mode(_rand(uint256(type(HostileToken.Mode).max) + 1)));
    }

    /// @dev So that a run also sees what happens after the trouble: mints need every token.
    function recover(uint256 seed) external action(seed) {
        for (uint256 c; c < _coins.length; ++c) {
            address token = address(_coins[c].token);
            if (token.code.length == 0) vm.etch(token, _code[token]);
            _coins[c].token.setMode(HostileToken.Mode.HONEST);
        }
        (Asset[] memory assets, , ) = vault.basket();
        for (uint256 i; i < assets.length; ++i) {
            if (!_disturbed[assets[i].token]) continue;
            vault.sync(i);
            _disturbed[assets[i].token] = false;
        }
        _check(_mint(_actor(), _someShares()), "INV-01: once units follow the balances, anyone can mint again");
    }

    function shrink(uint256 seed) external action(seed) {
        uint256 c = _rand(_coins.length);
        if (address(_coins[c].token).code.length != 0) _shrink(c, _pick(1, 100, 5_000, _rand(3) == 0 ? 10_000 : 9_999));
    }

    function destroy(uint256 seed) external action(seed) {
        address token = address(_coins[_rand(_coins.length)].token);
        if (token.code.length == 0) return;
        _code[token] = token.code;
        vm.etch(token, "");
        _did("destroy");
    }

    /// @dev Any gas limit: it works, and then no healthy leg was deferred, or it fails and changes nothing.
    function redeemWithLittleGas(uint256 seed) external action(seed) {
        address actor = _holder();
        uint256 balance = vault.balanceOf(actor);
        if (balance == 0) return;
        uint256 shares = 1 + _rand(balance);
        uint256 n = vault.basketSize();
        uint256 gasLimit = _between(60_000, 800_000 + n * _between(50_000, LEG_GAS));
        _redeemWithin(actor, shares, _rand(2) == 0 ? 0 : _rand(2 ** n), gasLimit);
    }

    /// @dev With `gasLimit` it works and no healthy leg was deferred, or it fails for want of gas and changes nothing.
    function _redeemWithin(address actor, uint256 shares, uint256 skipBitmap, uint256 gasLimit) internal {
        uint256 healthy = _healthy(actor);
        uint256 m = vault.multiplier();
        bytes memory data = abi.encodeCall(
            IIndexVault.redeem,
            (shares, actor, actor, new uint256[](0), skipBitmap, vault.basketNonce())
        );
        vm.prank(actor);
        (bool worked, bytes memory answer) = address(vault).call{gas: gasLimit}(data);
        if (!worked) {
            // Out of gas has no data; everything else must say that it was the gas.
            bool typed = answer.length == 0 || bytes4(answer) == Errors.IndexVault_GasTooLow.selector;
            _check(typed, "INV-06: a redemption with too little gas says so");
            _check(gasLimit < _enoughGas(skipBitmap), "INV-06: redeem never reverts, whatever tokens do");
            _did("starved");
            return;
        }
        (uint256[] memory amounts, uint256 deferred) = abi.decode(answer, (uint256[], uint256));
        _aggregate -= shares * m;
        _booked(amounts, deferred, skipBitmap);
        _check(
            deferred & healthy & ~skipBitmap == 0,
            "INV-06: nobody can make a healthy leg fail by giving little gas"
        );
        _did("redeemWithin");
    }

    /// @dev {gas} at which a redemption must work, if nothing worse than this is among its tokens.
    function _enoughGas(uint256 skipBitmap) internal view virtual returns (uint256 enough) {
        uint256 n = vault.basketSize();
        enough = 800_000;
        for (uint256 i; i < n; ++i) enough += (skipBitmap >> i) & 1 == 0 ? LEG_GAS : SKIPPED_LEG_GAS;
    }

    /// @dev Bit i: leg i cannot fail for `receiver`.
    function _healthy(address receiver) private view returns (uint256 bitmap) {
        (Asset[] memory assets, , ) = vault.basket();
        for (uint256 i; i < assets.length; ++i) {
            HostileToken token = HostileToken(assets[i].token);
            if (address(token).code.length == 0 || _disturbed[address(token)]) continue;
            HostileToken.Mode mode = token.mode();
            bool works =
                mode == HostileToken.Mode.HONEST ||
                    mode == HostileToken.Mode.NO_RETURN ||
                    mode == HostileToken.Mode.FEE ||
                    mode == HostileToken.Mode.SILENT_BALANCE ||
                    (mode == HostileToken.Mode.BLOCKLIST &&
                        token.blocked() != receiver &&
                        token.blocked() != address(vault));
            if (works) bitmap |= 1 << i;
        }
    }

    function _shrink(uint256 c, uint256 bps) internal {
        uint256 amount = (_held(c) * bps + 9_999) / 10_000;
        address token = address(_coins[c].token);
        _coins[c].token.take(address(vault), amount);
        _mayLeave[token] += amount;
        if (amount != 0) _disturbed[token] = true;
        _did("shrink");
    }

    function _turn(uint256 c, HostileToken.Mode mode) internal {
        HostileToken token = _coins[c].token;
        if (mode == HostileToken.Mode.BLOCKLIST) token.setBlocked(_rand(2) == 0 ? address(vault) : _actor());
        if (mode == HostileToken.Mode.REENTRANT) token.setHook(address(vault), _reentrantCalls());
        token.setMode(mode);
        _did("setMode");
    }

    /// @notice INV-09: how many calls out of a token's transfer came through the lock.
    function reentries() external view returns (uint256 sum) {
        for (uint256 c; c < _coins.length; ++c) {
            if (address(_coins[c].token).code.length != 0) sum += _coins[c].token.reentries();
        }
    }

    /// @dev Calls that would all succeed for anyone at almost any time, but for the lock.
    function _reentrantCalls() internal returns (bytes[] memory) {
        delete _payloads;
        _payloads.push(abi.encodeCall(IIndexVault.sync, (0)));
        _payloads.push(abi.encodeCall(IIndexVault.distributeFees, ()));
        _payloads.push(abi.encodeCall(IIndexVault.checkPrice, (0)));
        _payloads.push(abi.encodeCall(IIndexVault.refreshTargets, ()));
        _payloads.push(abi.encodeCall(IIndexVault.closeEpoch, ()));
        _payloads.push(abi.encodeCall(IIndexVault.previewRedeem, (1e18)));
        _payloads.push(abi.encodeCall(IIndexVault.basket, ()));
        _payloads.push(abi.encodeCall(IIndexVault.targetUnits, ()));
        _payloads.push(
            abi.encodeCall(
                IIndexVault.redeem,
                (1, address(this), address(this), new uint256[](0), 0, vault.basketNonce())
            )
        );
        return _payloads;
    }
}
