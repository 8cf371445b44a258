// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAssetRegistry, Quote} from "../../interfaces/IAssetRegistry.sol";
import {IIndexVault} from "../../interfaces/IIndexVault.sol";
import {ShareMath} from "../../libraries/ShareMath.sol";
import {TokenCalls} from "../../libraries/TokenCalls.sol";
import {Asset, Debt} from "../../types/VaultTypes.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @dev One constituent of a vault as seen from outside.
struct Position {
    address token;
    uint8 decimals;
    bool readable; // its balance could be read
    uint256 units; // D27{tok/share at multiplier 1}
    uint256 holdings; // {raw tokens} that the shares stand for
    uint256 balance; // {raw tokens} 0 when not readable
    uint256 owed; // {raw tokens} claims of everybody
    uint256 needed; // {raw tokens} ceil(units * A) + owed
}

/// @title VaultReads
/// @notice Reads of vaults, tokens and prices that no single token can make fail.
/// @dev A token costs at most its gas cap, and 32 bytes of its answer are read. The registry bounds its feeds likewise.
library VaultReads {
    uint256 internal constant TOKEN_GAS = 200_000; // {gas} most that reading one balance may burn
    uint256 private constant FEED_GAS = 200_000; // {gas} most that asking one feed may burn
    uint256 private constant ONE = 1e27; // D27{1}

    /// @dev All constituents, in basket order.
    function positions(address vault) internal view returns (Position[] memory list) {
        (Asset[] memory assets, uint256[] memory units, uint256[] memory holdings) = IIndexVault(vault).basket();
        uint256 aggregate = IIndexVault(vault).aggregate();

        list = new Position[](assets.length);
        for (uint256 i; i < list.length; ++i) {
            list[i] = _position(vault, assets[i], units[i], holdings[i], aggregate);
        }
    }

    /// @dev One constituent, without asking the tokens of the others. Panics when `index` is out of bounds.
    function position(address vault, uint256 index) internal view returns (Position memory) {
        (Asset[] memory assets, uint256[] memory units, uint256[] memory holdings) = IIndexVault(vault).basket();
        return _position(vault, assets[index], units[index], holdings[index], IIndexVault(vault).aggregate());
    }

    /// @dev {raw tokens} missing to cover what the vault owes in the token; 0 when its balance cannot be read.
    function shortfall(Position memory p) internal pure returns (uint256) {
        return p.readable && p.balance < p.needed ? p.needed - p.balance : 0;
    }

    /// @dev {raw tokens} of `amount` that can be paid: a shortfall hits shares and claims in the same proportion.
    function payout(Position memory p, uint256 amount) internal pure returns (uint256) {
        return shortfall(p) == 0 ? amount : FixedPointMathLib.fullMulDiv(amount, p.balance, p.needed);
    }

    /// @dev Quotes of every position, in order.
    function quotes(IAssetRegistry registry, Position[] memory list) internal view returns (Quote[] memory) {
        address[] memory tokens = new address[](list.length);
        for (uint256 i; i < list.length; ++i) tokens[i] = list[i].token;
        return registry.quotes(tokens);
    }

    /// @dev {s} since the last answer of a Chainlink feed; the largest value when it does not answer.
    function feedAge(address feed) internal view returns (uint40) {
        bool answered;
        uint256 updatedAt; // {s}
        assembly ("memory-safe") {
            let round := mload(0x40)
            mstore(0, 0xfeaf968c) // latestRoundData()
            // Evaluated from right to left: the call comes first.
            answered := and(gt(returndatasize(), 0x9f), staticcall(FEED_GAS, feed, 0x1c, 0x04, round, 0xa0))
            updatedAt := mload(add(round, 0x60))
        }
        if (!answered || updatedAt > block.timestamp) return type(uint40).max;
        return uint40(block.timestamp - updatedAt); // timestamps fit 40 bits
    }

    /// @dev Feed of a token's listing, 0 when there is none: the first word of the registry's answer, the other twelve
    /// are not decoded.
    function feedOf(IAssetRegistry registry, address token) internal view returns (address feed) {
        uint256 selector = uint32(IAssetRegistry.assetConfig.selector);
        assembly ("memory-safe") {
            mstore(0x20, token)
            mstore(0x00, selector)
            // The selector is at 0x1c, the token right after it. Evaluated from right to left: the call comes first.
            let answered := and(gt(returndatasize(), 0x1f), staticcall(gas(), registry, 0x1c, 0x24, 0x00, 0x20))
            feed := mul(shr(96, shl(96, mload(0x00))), answered)
        }
    }

    /// @dev {raw tokens} claims of everybody on a token, rounded up as the vault does.
    function owed(address vault, address token) internal view returns (uint256) {
        Debt memory debt = IIndexVault(vault).debt(token);
        // A scale of 0 means that the claims were never scaled.
        return debt.scale == 0 ? debt.total : FixedPointMathLib.fullMulDivUp(debt.total, debt.scale, ONE);
    }

    function _position(
        address vault,
        Asset memory asset,
        uint256 units,
        uint256 holdings,
        uint256 aggregate
    ) private view returns (Position memory p) {
        p.token = asset.token;
        p.decimals = asset.decimals;
        p.units = units;
        p.holdings = holdings;
        (p.readable, p.balance) = TokenCalls.balanceOf(p.token, vault, TOKEN_GAS);
        p.owed = owed(vault, p.token);
        p.needed = ShareMath.toRawUp(p.units, aggregate, p.decimals) + p.owed;
    }
}
