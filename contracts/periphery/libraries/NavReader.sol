// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IAssetRegistry, Quote} from "../../interfaces/IAssetRegistry.sol";
import {IIndexVault} from "../../interfaces/IIndexVault.sol";
import {Errors} from "../../libraries/Errors.sol";
import {PriceGuard} from "../../libraries/PriceGuard.sol";
import {TargetLib} from "../../libraries/TargetLib.sol";
import {VaultMath} from "../../libraries/VaultMath.sol";
import {AssetFlags} from "../../types/AssetFlags.sol";
import {Target} from "../../types/VaultTypes.sol";
import {Position, VaultReads} from "./VaultReads.sol";

/// @dev A vault's holdings at the registry's prices. Arrays are in basket order.
struct Valuation {
    uint256 total; // D18{USD} of everything that has a price
    uint256 supply; // {share wei} with accrued fee shares; dead shares keep it above 0
    Position[] held;
    Quote[] quotes;
    uint256[] amounts; // {raw tokens} that redemptions could pay today
    uint256[] values; // D18{USD}; 0 without a price
}

/// @title NavReader
/// @notice What a vault is worth, and whether that figure may be traded at.
/// @dev Reverts while the vault is in a call: units and balances disagree then.
library NavReader {
    using VaultReads for Position;

    uint256 internal constant FROZEN_BPS = 100; // {bps of NAV} most that one token in trouble may be worth
    uint256 private constant BPS = 10_000; // {bps} one
    uint8 private constant PAUSE_MINT = 1;

    function value(IAssetRegistry registry, address vault) internal view returns (Valuation memory v) {
        v.held = VaultReads.positions(vault);
        v.quotes = VaultReads.quotes(registry, v.held);
        v.supply = IERC20(vault).totalSupply();
        v.amounts = new uint256[](v.held.length);
        v.values = new uint256[](v.held.length);

        for (uint256 i; i < v.held.length; ++i) {
            Position memory p = v.held[i];
            v.amounts[i] = p.payout(p.holdings);
            v.values[i] = VaultMath.toUsdDown(v.amounts[i], v.quotes[i].price, p.decimals);
            v.total += v.values[i];
        }
    }

    /// @dev The same, or a typed error when the figure leaves something out or rests on a price that the vault itself
    /// would not trade at.
    function valueComplete(IAssetRegistry registry, address vault) internal view returns (Valuation memory v) {
        (uint8 paused, ) = IIndexVault(vault).paused();
        require(paused & PAUSE_MINT == 0, Errors.BatchDepositor_MintPaused(vault));

        v = value(registry, vault);
        Target[] memory targets = IIndexVault(vault).targets();
        for (uint256 i; i < v.held.length; ++i) {
            Position memory p = v.held[i];
            if (p.holdings == 0) continue;
            require(p.readable && p.shortfall() == 0, Errors.BatchDepositor_TokenShort(p.token));
            require(v.quotes[i].price != 0, Errors.BatchDepositor_TokenUnpriced(p.token));
            if (!_isTroubled(targets[i], v.quotes[i])) continue;
            require(v.values[i] * BPS <= v.total * FROZEN_BPS, Errors.BatchDepositor_TokenFrozen(p.token));
        }
    }

    /// @dev D27{raw cash/share wei} of a valuation, rounded down.
    /// = D18{USD} * 1e9 * 10^decimals * 1e27 / (D27{USD/tok} * {share wei}); the divisor is below 2^224.
    function pricePerShare(Valuation memory v, uint256 cashPrice, uint8 cashDecimals) internal pure returns (uint256) {
        uint256 scaled = v.total * 10 ** (9 + uint256(cashDecimals));
        return FixedPointMathLib.fullMulDiv(scaled, 1e27, cashPrice * v.supply);
    }

    /// @dev Frozen by the registry or by the vault's breaker, beyond the breaker, under a new feed, or so near the
    /// feed's minimum that the true price may be lower.
    function _isTroubled(Target memory target, Quote memory quote) private pure returns (bool) {
        return quote.flags & AssetFlags.NEAR_MINIMUM != 0 || !PriceGuard.isAccepted(TargetLib.pack(target), quote);
    }
}
