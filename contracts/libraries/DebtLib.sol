// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IIndexVault} from "../interfaces/IIndexVault.sol";
import {VaultStorage} from "../types/VaultStorage.sol";
import {Claim, Debt} from "../types/VaultTypes.sol";
import {ShareMath} from "./ShareMath.sol";
import {Units} from "./Units.sol";
import {VaultMath} from "./VaultMath.sol";

/// @title DebtLib
/// @notice Deferred redemption legs, and what happens when a token is short. Claims are not senior: when the vault
/// holds less of a token than it owes, units and claims fall by the same ratio.
library DebtLib {
    using FixedPointMathLib for uint256;

    uint256 internal constant MIN_SCALE = 1e9; // D27{1} below it claims are void: less than 1e-18 of them is left

    /// @dev Books a deferred leg. `amount` fits 224 bits: it is at most a balance of the vault.
    function add(VaultStorage storage s, address token, address account, uint256 amount) internal {
        Debt storage debt = s.debts[token];
        Claim storage claim = s.claims[token][account];
        uint256 scale = debt.scale;
        uint256 atScale = scale == 0 ? amount : amount.fullMulDiv(ShareMath.ONE, scale);
        uint256 previous = claim.generation == debt.generation ? claim.amount : 0;
        debt.total += atScale;
        claim.amount = uint224(previous + atScale);
        claim.generation = debt.generation;
        s.hasDebts = true;

        emit IIndexVault.LegDeferred(token, account, amount);
    }

    /// @dev {raw tokens} owed to one account now, rounded down.
    function owed(VaultStorage storage s, address token, address account) internal view returns (uint256) {
        Debt storage debt = s.debts[token];
        Claim storage claim = s.claims[token][account];
        if (claim.generation != debt.generation) return 0;
        uint256 scale = debt.scale;
        return scale == 0 ? claim.amount : uint256(claim.amount).fullMulDiv(scale, ShareMath.ONE);
    }

    /// @dev Takes the whole claim of an account off the books.
    function settle(VaultStorage storage s, address token, address account) internal returns (uint256 amount) {
        amount = owed(s, token, account);
        if (amount == 0) return 0;
        s.debts[token].total -= s.claims[token][account].amount;
        delete s.claims[token][account];
    }

    /// @dev Lowers units and claims when `held` does not cover them.
    /// @param aggregate D27{share wei} that the units stand for; of before the burn in a redemption.
    /// @return D27{tok/share at multiplier 1} units after.
    function absorbShortfall(
        VaultStorage storage s,
        uint256 index,
        address token,
        uint8 decimals,
        uint256 units,
        uint256 aggregate,
        uint256 held
    ) internal returns (uint256) {
        uint256 needed = ShareMath.toRawUp(units, aggregate, decimals) + VaultMath.debtOf(s, token);
        if (held >= needed) return units;

        // Two wei less, because units and claims are each rounded up when they are compared with the balance.
        uint256 covered = held.zeroFloorSub(2);
        uint256 lowered = units.fullMulDiv(covered, needed);
        Units.store(s, index, lowered);
        _scaleClaims(s, token, covered, needed);

        emit IIndexVault.Synced(token, units, lowered);
        return lowered;
    }

    function _scaleClaims(VaultStorage storage s, address token, uint256 covered, uint256 needed) private {
        Debt storage debt = s.debts[token];
        if (debt.total == 0) return;
        uint256 scale = debt.scale == 0 ? ShareMath.ONE : debt.scale;
        uint256 lowered = scale.fullMulDiv(covered, needed);
        if (lowered < MIN_SCALE) {
            s.debts[token] = Debt({total: 0, scale: 0, generation: debt.generation + 1});
        } else {
            debt.scale = uint96(lowered); // at most the previous scale
        }
    }
}
