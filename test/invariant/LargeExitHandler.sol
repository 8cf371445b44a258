// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HostileToken} from "../../contracts/mocks/HostileToken.sol";
import {AssetFlags} from "../../contracts/types/AssetFlags.sol";
import {Asset} from "../../contracts/types/VaultTypes.sol";
import {HostileActions} from "./HostileActions.sol";

/// @title LargeExitHandler
/// @notice 128 tokens, all of which may shrink, so that a redemption also reads every balance.
contract LargeExitHandler is HostileActions {
    uint256 internal constant TRANSACTION_GAS = 16_777_216 - 21_000 - 4_000; // {gas} the cap of EIP-7825 less the intrinsic cost

    constructor() {
        _build(128, 128, 0);
        _settleIn();
    }

    /// @dev Every token turns: each in its own way, or all of them in the same.
    function scramble(uint256 seed) external action(seed) {
        uint256 modes = uint256(type(HostileToken.Mode).max) + 1;
        uint256 common = _rand(2 * modes);
        for (uint256 c; c < _coins.length; ++c) {
            _turn(c, HostileToken.Mode(common < modes ? common : _rand(modes)));
        }
        _did("scramble");
    }

    function burnEverything() external {
        for (uint256 c; c < _coins.length; ++c) _turn(c, HostileToken.Mode.BURN_ALL_GAS);
    }

    /// @dev One ordinary transaction, skipping what burns gas: works, and pays every healthy leg.
    function redeemInOneTransaction(uint256 seed) external action(seed) {
        address actor = _holder();
        uint256 shares = 1 + _rand(vault.balanceOf(actor) / 2);
        _redeemWithin(actor, shares, _burning(), TRANSACTION_GAS);
        _did("redeemInOneTransaction");
    }

    /// @dev Bit i: token i burns all gas that it gets.
    function _burning() private view returns (uint256 bitmap) {
        (Asset[] memory assets, , ) = vault.basket();
        for (uint256 i; i < assets.length; ++i) {
            HostileToken.Mode mode = HostileToken(assets[i].token).mode();
            bool burns = mode == HostileToken.Mode.BURN_GAS || mode == HostileToken.Mode.BURN_ALL_GAS;
            if (burns) bitmap |= 1 << i;
        }
    }

    /// @dev What does not burn gas fails cheaply: one transaction holds all of it.
    function _enoughGas(uint256 skipBitmap) internal view override returns (uint256) {
        return skipBitmap & _burning() == _burning() ? TRANSACTION_GAS : super._enoughGas(skipBitmap);
    }

    function _coinFlags() internal pure override returns (uint8) {
        return AssetFlags.MAY_SHRINK;
    }
}
